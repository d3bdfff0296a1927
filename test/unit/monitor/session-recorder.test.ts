import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionRecorder } from '../../../src/monitor/session-recorder.ts';
import { FakeCluster } from './fake-cluster.ts';

let told: unknown[][];
let cluster: FakeCluster;

/** Remembers what it is told. */
function remembering(): SessionRecorder {
  const note =
    (what: string) =>
    (...words: unknown[]): void =>
      void told.push([what, ...words]);
  return {
    path: 'x',
    problem: undefined,
    begin: () => undefined,
    spoiled: note('spoiled'),
    event: ({ type }, clock) => void told.push(['event', type, clock]),
    lost: note('lost'),
    listening: note('listening'),
    command: ({ id, method, args }) => void told.push(['command', id, method, args]),
    reply: (command, _at, { hostname, value }) => void told.push(['reply', command, hostname, value]),
    commandEnd: (command, _at, silent, failure) => void told.push(['end', command, silent, failure]),
  };
}

function toldOf(...what: string[]): unknown[][] {
  return told.filter(([first]) => what.includes(String(first)));
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  told = [];
  cluster = new FakeCluster({ recorder: remembering() });
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

describe('a session that is recorded', () => {
  it('tells when it listens, and each event with the clock after it', async () => {
    await cluster.start();
    cluster.event('task-received', { uuid: 'a', clock: 41 });
    cluster.event('custom', {});
    await cluster.pass(1);

    expect(toldOf('listening', 'event')).toEqual([
      ['listening', 1_000_000_000],
      ['event', 'task-received', 42],
      ['event', 'custom', 43],
    ]);
  });

  it('tells of a command and of whole replies, however long, and who was silent', async () => {
    const long = { ok: 'x'.repeat(5_000) };
    cluster.addWorker('celery@a', { report: () => long });
    cluster.addWorker('celery@b', { report: () => undefined });
    await cluster.start();
    await cluster.pass(1);

    const { id } = cluster.monitor.send({ method: 'report', args: {}, label: 'report' });
    await cluster.pass(5);

    expect(toldOf('command', 'reply', 'end')).toEqual([
      ['command', id, 'report', {}],
      ['reply', id, 'celery@a', long],
      ['end', id, ['celery@b'], undefined],
    ]);
  });

  it('tells nothing of a command that was not sent', async () => {
    await cluster.start();

    cluster.monitor.send({ method: 'ping', args: {}, destination: [], label: 'ping' });
    await cluster.pass(1);

    expect(toldOf('command', 'end')).toEqual([]);
  });
});
