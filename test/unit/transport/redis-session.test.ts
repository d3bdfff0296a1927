import { afterEach, describe, expect, it, vi } from 'vitest';
import { Mailbox } from '../../../src/control/mailbox.ts';
import { BrokerRefusedError } from '../../../src/errors.ts';
import { connect } from '../../../src/transport/connect.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { type RedisScript, type ScriptedRedis, scriptedRedis } from '../../support/scripted-redis.ts';

const misconf = '-MISCONF Redis is configured to save RDB snapshots';
const waiting = { timeout: 30_000, interval: 10 };

describe('A session on Redis', () => {
  const ends: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(script: RedisScript): Promise<{ server: ScriptedRedis; transport: Transport }> {
    const server = await scriptedRedis(script);
    ends.push(() => server.close());
    const transport = await connect(server.url);
    ends.push(() => transport.close());
    return { server, transport };
  }

  it('connects to a server that cannot save and says so even to PING', async () => {
    const { transport } = await start(([name]) => (name === 'PING' ? misconf : undefined));

    expect(transport.status.kind).toBe('ready');
  });

  it.each(['-NOAUTH Authentication required.', '-NOPERM no permissions', '-LOADING Redis is loading'])(
    'does not connect to a server that answers %s to PING',
    async (answer) => {
      const server = await scriptedRedis(([name]) => (name === 'PING' ? answer : undefined));
      ends.push(() => server.close());

      await expect(connect(server.url)).rejects.toThrow(answer.slice(1).split(' ')[0]!);
    },
  );

  it('fails a request whose answers cannot be read, and keeps the connection', async () => {
    let refusing = true;
    const { server, transport } = await start(([name]) => {
      return name === 'BRPOP' && refusing ? misconf : undefined;
    });
    const kinds: string[] = [];
    transport.onStatus(({ kind }) => kinds.push(kind));
    const mailbox = new Mailbox(transport);

    await expect(mailbox.request('ping', {}, { timeout: 60 })).rejects.toThrow(
      `${server.url} answers with an error: MISCONF Redis is configured to save RDB snapshots.`,
    );
    refusing = false;
    const queue = await transport.openReplyQueue(() => {});
    await queue.close();

    expect(kinds).toEqual([]);
  });

  it('tells every request that the user may not read answers', async () => {
    const { server, transport } = await start(([name]) =>
      name === 'BRPOP' ? "-NOPERM this user has no permissions to run the 'brpop' command" : undefined,
    );
    const mailbox = new Mailbox(transport);

    for (let request = 1; request <= 2; request++) {
      await expect(mailbox.request('ping', {}, { timeout: 60 })).rejects.toThrow(BrokerRefusedError);
    }

    await vi.waitFor(() => {
      expect(server.commands.filter(([name]) => name === 'BRPOP')).toHaveLength(2);
    }, waiting);
  });
});
