import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuditTrail } from '../../../src/commands/audit-trail.ts';
import { createMonitor } from '../../../src/commands/create-monitor.ts';
import type { OpenBroker } from '../../../src/commands/open-broker.ts';
import { FakeWorkers } from '../../support/fake-workers.ts';
import { commandFixture } from './command-fixture.ts';

let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'stalk-state-'));
});

afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

function lines(): Record<string, unknown>[] {
  return readFileSync(join(state, 'stalk/audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('commands from the screen', () => {
  async function send(demo: boolean): Promise<void> {
    const workers = new FakeWorkers();
    await workers.transport.ready();
    workers.answers = { pool_grow: { 'w1@x': { ok: 'pool will grow' } }, ping: { 'w1@x': { ok: 'pong' } } };
    const { context } = commandFixture({}, { env: { XDG_STATE_HOME: state, SUDO_USER: 'ada' } });
    const label = 'amqp://guest:***@rabbit-1:5672//';
    const broker: OpenBroker = { transport: workers.transport, label, demo, close: async () => {} };
    const monitor = createMonitor(context, broker);
    monitor.send({ method: 'ping', args: {}, label: 'ping' });
    const grow = { method: 'pool_grow', args: { n: 2 }, destination: ['w1@x'], label: 'pool_grow 2' };
    const entry = monitor.send(grow);
    await vi.waitFor(() => expect(entry.state).toBe('done'));
    await monitor.close();
    await workers.transport.close();
  }

  it('are written down as those from the command line are', async () => {
    await send(false);

    expect(lines()).toMatchObject([
      {
        source: 'screen',
        sudo_user: 'ada',
        broker: 'amqp://guest:***@rabbit-1:5672//',
        method: 'pool_grow',
        arguments: { n: 2 },
        destination: ['w1@x'],
        replies: { 'w1@x': { ok: 'pool will grow' } },
        silent: [],
      },
    ]);
  });

  it('to a made-up cluster are not', async () => {
    await send(true);

    expect(lines).toThrow(/ENOENT/);
  });
});

describe('a line of the audit log', () => {
  const trail = (): AuditTrail =>
    new AuditTrail({ source: 'cli', broker: 'b', audit: undefined, env: { XDG_STATE_HOME: state } });
  const sent = { at: 0, addressing: {}, replies: [], silent: [] };

  it('is of a bounded size, whatever was sent and answered', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `id-${n}`);
    const replies = [{ hostname: 'w1@x', value: { ok: 'x'.repeat(100_000) } }];
    trail().add({ ...sent, method: 'revoke', args: { task_id: ids, signal: 'y'.repeat(5000) }, replies });

    const [line] = lines();
    expect(JSON.stringify(line).length).toBeLessThan(20_000);
    expect(line).toMatchObject({
      time: '1970-01-01T00:00:00.000Z',
      arguments: { task_id: expect.arrayContaining(['id-0', '… 19000 more']) },
    });
  });

  it('has nothing in it that is called a secret', () => {
    const args = {
      password: 'hunter2',
      db_passwd: 'hunter2',
      nested: [{ api_key: 'hunter2', Authorization_Token: 'hunter2' }],
      url: 'redis://:hunter2@cache/0',
      routing_key: 'mail',
    };
    trail().add({ ...sent, method: 'own_command', args });

    expect(JSON.stringify(lines())).not.toContain('hunter2');
    expect(lines()).toMatchObject([{ arguments: { routing_key: 'mail', url: 'redis://:***@cache/0' } }]);
  });

  it('is written of what may change something only', () => {
    for (const method of ['ping', 'active', 'stats', 'heartbeat', 'objgraph', 'own_command']) {
      trail().add({ ...sent, method, args: {} });
    }

    expect(lines().map(({ method }) => method)).toEqual(['heartbeat', 'objgraph', 'own_command']);
  });
});
