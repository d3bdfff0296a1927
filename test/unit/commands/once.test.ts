import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { printOnce } from '../../../src/commands/once.ts';
import type { Flags } from '../../../src/config/load-config.ts';
import { exitStatus } from '../../../src/errors.ts';
import { type CommandFixture, commandFixture } from './command-fixture.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) });
});

afterEach(() => {
  vi.useRealTimers();
});

const events = [
  { type: 'worker-heartbeat', hostname: 'celery@w1', freq: 2, active: 1, processed: 9, sw_ver: '5.6.3' },
  {
    type: 'task-received',
    uuid: 'u1',
    hostname: 'celery@w1',
    name: 'app.add',
    args: '(1, 2)',
    root_id: 'u1',
    clock: 1,
  },
  { type: 'task-succeeded', uuid: 'u1', hostname: 'celery@w1', result: '3', runtime: 0.25, clock: 2 },
  { type: 'task-received', uuid: 'u2', hostname: 'celery@w1', name: 'app.\u001b[31mred', clock: 3 },
];

/** Runs --once for its 2 s while these events arrive. */
async function gathered(fixture: CommandFixture): Promise<void> {
  const done = printOnce(fixture.context, fixture.open);
  await vi.advanceTimersByTimeAsync(100);
  for (const event of events) {
    fixture.broker.publish('celeryev', 'x.y', { body: { timestamp: Date.now() / 1000, ...event } });
  }
  await vi.advanceTimersByTimeAsync(10_000);
  await done;
  await fixture.open.close();
}

async function output(flags: Flags): Promise<string> {
  const fixture = commandFixture({ once: true, ...flags });
  await gathered(fixture);
  return fixture.out();
}

describe('stalk events --once', () => {
  it('prints whole names in aligned columns, newest first and clean', async () => {
    expect((await output({})).split('\n')).toEqual([
      'STATE     NAME             UUID  WORKER     RUNTIME  TIME',
      String.raw`RECEIVED  app.\x1b[31mred  u2    celery@w1  -        03:04:05.100`,
      'SUCCESS   app.add          u1    celery@w1  0.250s   03:04:05.100',
      '',
    ]);
  });

  it('prints workers', async () => {
    const [header, row] = (await output({ view: 'workers' })).split('\n');

    expect(header?.split(/ +/)).toEqual([
      'STATUS',
      'NODE',
      'ACTIVE',
      'POOL',
      'DONE/M',
      'FAIL/M',
      'QUEUES',
      'BEAT',
    ]);
    expect(row).toMatch(/^\w+ +celery@w1 +1 +- +1 +0 +- +\d+s$/);
  });

  it('prints types', async () => {
    expect((await output({ view: 'types' })).split('\n')).toEqual([
      'TYPE             RUNNING  COUNT  RATE    FAIL%  RETRY%  P50     P95  P99  WAIT-P95  QUEUE-P95  LIMIT',
      String.raw`app.\x1b[31mred  0        0      0/s     -      -       -       -    -    -         -          -`,
      'app.add          0        1      0.53/s  0.0    0.0     0.250s  -    -    -         -          -',
      '',
    ]);
    expect(JSON.parse(await output({ json: true, view: 'types' }))).toEqual([
      {
        name: 'app.\u001b[31mred',
        ...{ running: 0, started: 0, succeeded: 0, failed: 0, retried: 0, revoked: 0 },
        ...{ seconds: expect.any(Number), rate: 0 },
      },
      {
        ...{ name: 'app.add', running: 0, started: 0, succeeded: 1, failed: 0, retried: 0, revoked: 0 },
        ...{ seconds: expect.any(Number), rate: expect.any(Number), fail_share: 0, retry_share: 0 },
        runtime: { count: 1, p50: 0.25 },
      },
    ]);
  });

  it("prints JSON with the wire's names", async () => {
    const tasks = JSON.parse(await output({ json: true }));

    expect(tasks).toMatchObject([
      { uuid: 'u2', state: 'RECEIVED', name: 'app.\u001b[31mred' },
      { uuid: 'u1', state: 'SUCCESS', worker: 'celery@w1', root_id: 'u1', runtime: 0.25, result: '3' },
    ]);
    const workers = JSON.parse(await output({ json: true, view: 'workers' }));
    expect(workers).toMatchObject([
      { hostname: 'celery@w1', sw_ver: '5.6.3', processed: 9, done_in_minute: 1 },
    ]);
  });

  it.each([
    [{}, 'No task events and no workers were seen.\n'],
    [{ view: 'workers' }, 'No workers were seen.\n'],
    [{ view: 'types' }, 'No task events and no workers were seen.\n'],
    [{ json: true }, '[]\n'],
  ])('explains emptiness to a person, and to a script with an empty list: %j', async (flags, text) => {
    const fixture = commandFixture({ once: true, ...flags });
    const done = printOnce(fixture.context, fixture.open);
    await vi.advanceTimersByTimeAsync(10_000);
    await done;

    expect(fixture.out()).toBe(text);
  });

  it('gathers as long as it is told', async () => {
    const fixture = commandFixture({ once: true, for: '30s' });
    let isDone = false;
    const done = printOnce(fixture.context, fixture.open).then(() => {
      isDone = true;
    });

    await vi.advanceTimersByTimeAsync(29_000);
    expect(isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(3000);
    await done;
  });

  it('fails with status 69 when the broker is out of reach', async () => {
    const fixture = commandFixture({ once: true });
    fixture.broker.stop('ECONNREFUSED');
    const failure = printOnce(fixture.context, fixture.open).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(await failure).toMatchObject({ exitStatus: exitStatus.unavailable });
    expect(String(await failure)).toContain('ECONNREFUSED');
    await fixture.open.close();
  });

  it('fails with status 69 when it is interrupted before it is connected', async () => {
    const fixture = commandFixture({ once: true });
    fixture.broker.stop('ECONNREFUSED');
    const failure = printOnce(fixture.context, fixture.open).catch((error: unknown) => error);
    fixture.interrupt();
    await vi.advanceTimersByTimeAsync(0);

    expect(await failure).toMatchObject({ exitStatus: exitStatus.unavailable });
    expect(String(await failure)).toContain('interrupted before memory was connected to');
    expect(fixture.out()).toBe('');
    await fixture.open.close();
  });

  it('prints what it has when it is interrupted while it gathers', async () => {
    const fixture = commandFixture({ once: true });
    const done = printOnce(fixture.context, fixture.open);
    await vi.advanceTimersByTimeAsync(100);
    fixture.interrupt();
    await vi.advanceTimersByTimeAsync(2000);
    await done;

    expect(fixture.out()).toBe('No task events and no workers were seen.\n');
  });

  it('escapes in JSON what a terminal would obey or hide', async () => {
    const name = 'a\u009b31m\u202eb\u200bc\u2028d\u007fe\u{e0001}f é 語';
    const fixture = commandFixture({ once: true, json: true });
    const done = printOnce(fixture.context, fixture.open);
    await vi.advanceTimersByTimeAsync(100);
    const event = { type: 'task-received', uuid: 'u1', hostname: 'w1', name, timestamp: Date.now() / 1000 };
    fixture.broker.publish('celeryev', 'x.y', { body: event });
    await vi.advanceTimersByTimeAsync(10_000);
    await done;
    await fixture.open.close();

    expect(fixture.out()).toContain(String.raw`"a\u009b31m\u202eb\u200bc\u2028d\u007fe\udb40\udc01f é 語"`);
    expect(JSON.parse(fixture.out())).toMatchObject([{ name }]);
  });
});
