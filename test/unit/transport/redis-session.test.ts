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

  it('deletes after reconnecting what a lost session has left behind', async () => {
    const { server, transport } = await start(() => undefined);
    const open = await transport.openReplyQueue(() => {});
    const late = await transport.openReplyQueue(() => {});
    const kinds: string[] = [];
    transport.onStatus(({ kind }) => kinds.push(kind));

    server.drop();
    await vi.waitFor(() => expect(kinds).toEqual(['retrying']), waiting);
    await late.close();
    transport.retryNow();
    await transport.ready();

    const names = [open, late].map((queue) => queue.replyTo.routing_key);
    await vi.waitFor(() => {
      const deleted = server.commands.filter(([name]) => name === 'DEL').flat();
      expect(deleted).toEqual(expect.arrayContaining(names));
    }, waiting);
  });

  it('gives up connecting for replies when it is closed', async () => {
    let greeted = 0;
    const { transport } = await start(([name]) => (name === 'PING' && ++greeted === 3 ? null : undefined));
    const opening = expect(transport.openReplyQueue(() => {})).rejects.toThrow(/was closed\.$/);
    await vi.waitFor(() => expect(greeted).toBe(3), waiting);

    await transport.close();

    await opening;
  });
});
