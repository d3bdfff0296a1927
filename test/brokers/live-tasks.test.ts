import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/protocol/event.ts';
import { stageSubjects, stateOfSubject } from '../../src/protocol/task-state.ts';
import type { Task } from '../../src/state/task.ts';
import {
  callTask,
  type SendOptions,
  startWorker,
  taskResult,
  type Worker,
} from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import {
  type LiveMonitor,
  newUuid,
  openMonitor,
  type StoredResult,
  safeReprs,
  storedResults,
  untilOnline,
} from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';

type Pool = 'prefork' | 'solo' | 'threads';
type Kind = {
  name: string;
  args?: readonly unknown[];
  kwargs?: Record<string, unknown>;
  options?: SendOptions;
  /** The event after which nothing more comes. */
  last: string;
};

const hostile = [
  'naïve 绿 🙂 e\u0301',
  '\u001b[31mred\u001b]0;title\u0007',
  'quote\' double" back\\slash',
  'two\nlines\r\ttab',
  '\u202eright to left\u202c \u200b \u0000 nul',
  '%s %(x)s {0} $x',
];

/** What happens to a task without anybody's doing; each is sent to a prefork and to a solo worker. */
const kinds = {
  success: { name: 'proj.add', args: [2, 3], last: 'task-succeeded' },
  failure: { name: 'proj.fail', args: ['no card'], last: 'task-failed' },
  flaky: { name: 'proj.flaky', args: [2, 0.1], last: 'task-succeeded' },
  exhausted: { name: 'proj.gives_up', last: 'task-failed' },
  rejected: { name: 'proj.reject', last: 'task-rejected' },
  ignored: { name: 'proj.ignore', last: 'task-started' },
  unknown: { name: 'proj.nope', args: [1], last: 'task-failed' },
  progress: { name: 'proj.progress', args: [3], last: 'task-succeeded' },
  hostile: { name: 'proj.echo', args: hostile, kwargs: { wert: hostile }, last: 'task-succeeded' },
  long: { name: 'proj.echo', args: ['x'.repeat(5000)], last: 'task-succeeded' },
  bigResult: { name: 'proj.big_result', args: [100_000], last: 'task-succeeded' },
  hostileName: { name: 'proj.naïve.\x1b[31mred\x1b]0;title\x07\u202e.绿🙂', last: 'task-succeeded' },
  longName: { name: `proj.${'very_'.repeat(40)}long_name`, last: 'task-succeeded' },
  chain: { name: 'proj.spawn_chain', args: [2], last: 'task-succeeded' },
  group: { name: 'proj.spawn_group', args: [3], last: 'task-succeeded' },
  chord: { name: 'proj.spawn_chord', args: [3], last: 'task-succeeded' },
  eta: { name: 'proj.add', args: [1, 1], options: { countdown: 3 }, last: 'task-succeeded' },
  expired: {
    name: 'proj.add',
    args: [1, 2],
    options: { countdown: 6, expires: 5 },
    last: 'task-revoked',
  },
} as const satisfies Record<string, Kind>;

/** What only a pool of processes does to a task. */
const preforkKinds = {
  lost: { name: 'proj.die', last: 'task-failed' },
  timeLimit: { name: 'proj.sleep', args: [120], options: { time_limit: 1 }, last: 'task-failed' },
  softTimeLimit: { name: 'proj.timed', args: [120], last: 'task-failed' },
} as const satisfies Record<string, Kind>;

/** Seconds by which two clocks of one machine, read by two processes, may seem to go backwards. */
const slack = 1;

describe.each(['amqp', 'redis'] as const)('tasks of real workers on %s', (name) => {
  const ids = new Map<string, string>();
  const threadsIds: string[] = [];
  let broker: string;
  let workers: Worker[];
  let live: LiveMonitor;
  let stored: Record<string, StoredResult>;
  let marks: string;

  beforeAll(async () => {
    broker = await freshBroker(name);
    marks = join(await scratchFolder(), 'marks');
    live = await openMonitor(broker);
    workers = await Promise.all(
      (['prefork', 'solo', 'threads'] as const).map((pool) =>
        startWorker({
          broker,
          hostname: hostnameOf(pool),
          pool,
          concurrency: pool === 'threads' ? 4 : 2,
          queues: [pool],
          // What its own tasks send stays with it.
          settings: { task_default_queue: pool },
        }),
      ),
    );
    await untilOnline(live, ...(['prefork', 'solo', 'threads'] as const).map(hostnameOf));
    await Promise.all([revokeInTime('prefork'), revokeInTime('solo')]);
    await terminateRunning();
    for (const pool of ['prefork', 'solo'] as const) {
      for (const [kind, task] of Object.entries(kinds)) await send(pool, kind, task);
      for (let n = 0; n < 30; n += 1) await send(pool, `burst ${n}`, { ...kinds.success, args: [n, n] });
    }
    for (const [kind, task] of Object.entries(preforkKinds)) await send('prefork', kind, task);
    await sendToThreads();
    await untilAllEnded();
    stored = await storedResults(broker, [...live.monitor.state.tasks.keys()]);
  });

  afterAll(async () => {
    await live?.close();
    await Promise.all((workers ?? []).map((worker) => worker.kill()));
  });

  async function send(pool: Pool, kind: string, task: Kind): Promise<string> {
    const options = { ...task.options, queue: pool };
    const id = await callTask(broker, task.name, task.args ?? [], options, task.kwargs ?? {});
    ids.set(`${pool} ${kind}`, id);
    return id;
  }

  /** One that waits for its ETA, and one that the worker has not even received. */
  async function revokeInTime(pool: Pool): Promise<void> {
    const early = newUuid();
    await live.command({ method: 'revoke', args: { task_id: [early] } });
    await send(pool, 'revoked early', {
      name: 'proj.mark',
      args: [marks],
      options: { task_id: early },
      last: '',
    });
    const id = await send(pool, 'revoked', {
      name: 'proj.mark',
      args: [marks],
      options: { countdown: 5 },
      last: '',
    });
    await live.untilTask(id, 'RECEIVED');
    await live.command({ method: 'revoke', args: { task_id: [id] } });
  }

  async function terminateRunning(): Promise<void> {
    const id = await send('prefork', 'terminated', { name: 'proj.sleep', args: [120], last: '' });
    await live.untilTask(id, 'STARTED');
    await live.command({ method: 'revoke', args: { task_id: [id], terminate: true, signal: 'SIGTERM' } });
  }

  async function sendToThreads(): Promise<void> {
    for (let n = 0; n < 30; n += 1) {
      threadsIds.push(await callTask(broker, 'proj.add', [n, 1], { queue: 'threads' }));
      if (n % 3 === 0) threadsIds.push(await callTask(broker, 'proj.fail', [`${n}`], { queue: 'threads' }));
      if (n % 5 === 0) threadsIds.push(await callTask(broker, 'proj.flaky', [1, 0.1], { queue: 'threads' }));
    }
  }

  async function untilAllEnded(): Promise<void> {
    const endOf = (type: string, id: string | undefined): Promise<Event> =>
      live.untilEvent(`${type} of ${id}`, (event) => event.uuid === id && event.type === type);
    for (const pool of ['prefork', 'solo'] as const) {
      for (const [kind, { last }] of Object.entries(kinds)) await endOf(last, idOf(pool, kind));
      for (let n = 0; n < 30; n += 1) await endOf('task-succeeded', idOf(pool, `burst ${n}`));
      await endOf('task-revoked', idOf(pool, 'revoked'));
      await endOf('task-revoked', idOf(pool, 'revoked early'));
      // The callback of the chord is the last of what was spawned.
      await until('the spawned tasks to end', () => spawned(pool).every((task) => task.state === 'SUCCESS'));
      await until('all of them', () => spawned(pool).length === 3 + 3 + 4 || undefined);
    }
    for (const [kind, { last }] of Object.entries(preforkKinds)) await endOf(last, idOf('prefork', kind));
    await endOf('task-revoked', idOf('prefork', 'terminated'));
    for (const id of threadsIds) await taskResult(broker, id);
    const seen = live.events.length;
    await until('the threads worker to have said all it will say', () =>
      live.events
        .slice(seen)
        .some(({ type, hostname }) => type === 'worker-heartbeat' && hostname === hostnameOf('threads')),
    );
  }

  function idOf(pool: Pool, kind: string): string {
    return ids.get(`${pool} ${kind}`) ?? `no ${kind} was sent to ${pool}`;
  }

  function taskOf(pool: Pool, kind: string): Task {
    return live.monitor.state.tasks.get(idOf(pool, kind))!;
  }

  function spawned(pool: Pool): Task[] {
    const roots = ['chain', 'group', 'chord'].map((kind) => idOf(pool, kind));
    return [...live.monitor.state.tasks.values()].filter(
      (task) => roots.includes(String(task.rootId)) && !roots.includes(task.uuid),
    );
  }

  function eventsOf(uuid: string): Event[] {
    return live.events.filter((event) => event.uuid === uuid);
  }

  describe.each(['prefork', 'solo'] as const)('a %s worker', (pool) => {
    it('shows every task that was sent, with its name, worker, queue and arguments', async () => {
      const sent = Object.entries(kinds);
      const argsReprs = await safeReprs(
        broker,
        sent.map(([, kind]) => ('args' in kind ? kind.args : [])),
      );

      for (const [index, [kind, { name: taskName }]] of sent.entries()) {
        const task = taskOf(pool, kind);
        // A retry is sent by the worker, whose arguments are a tuple, as are those of a task sent without any.
        const isTuple = task.retried !== undefined || argsReprs[index] === '[]';
        const args = isTuple ? argsReprs[index]?.replace(/^\[(.*)\]$/, '($1)') : argsReprs[index];
        expect(task, kind).toMatchObject({
          ...{ name: taskName, worker: hostnameOf(pool), args },
          ...{ queue: pool, routingKey: pool, client: expect.stringMatching(/^gen\d+@/) },
        });
      }
    });

    it('ends every task in the state that the result backend has', () => {
      const states = Object.fromEntries(
        [...ids]
          .filter(([key]) => key.startsWith(pool) && !/rejected|ignored/.test(key))
          .map(([key, id]) => [key, live.monitor.state.tasks.get(id)?.state]),
      );

      expect(states).toEqual(
        Object.fromEntries(Object.keys(states).map((key) => [key, stored[ids.get(key)!]?.status])),
      );
      expect(states).toMatchObject({
        [`${pool} success`]: 'SUCCESS',
        [`${pool} failure`]: 'FAILURE',
        [`${pool} flaky`]: 'SUCCESS',
        [`${pool} exhausted`]: 'FAILURE',
        [`${pool} unknown`]: 'FAILURE',
        [`${pool} progress`]: 'SUCCESS',
        [`${pool} revoked`]: 'REVOKED',
        [`${pool} revoked early`]: 'REVOKED',
        [`${pool} expired`]: 'REVOKED',
        [`${pool} eta`]: 'SUCCESS',
        [`${pool} burst 29`]: 'SUCCESS',
      });
    });

    it('has the times of every task in order, and its end where the result backend has it', () => {
      for (const [key, id] of ids) {
        if (!key.startsWith(pool)) continue;
        const { sent, received, started, succeeded, failed, revoked } = live.monitor.state.tasks.get(id)!;
        const end = succeeded ?? failed ?? revoked;
        const moments = [sent, received, started, end].filter((time) => typeof time === 'number');

        expect(moments.length, key).toBeGreaterThan(1);
        for (const [index, moment] of moments.entries()) {
          expect(moment, `${key}: ${moments}`).toBeGreaterThan((moments[index - 1] ?? 0) - slack);
        }
        const { dateDone = null } = stored[id] ?? {};
        // A revoked task is marked in the backend when it is revoked, not when it would have run.
        if (dateDone === null || typeof end !== 'number' || typeof revoked === 'number') continue;
        expect(Math.abs(end - dateDone), key).toBeLessThan(10);
      }
    });

    it('has results as Celery writes them, long ones cut where Celery cuts them', async () => {
      const [echoed = ''] = await safeReprs(broker, [{ wert: hostile }]);

      expect(taskOf(pool, 'success')).toMatchObject({ result: '5', retries: 0, exception: undefined });
      expect(taskOf(pool, 'success').runtime).toBeGreaterThanOrEqual(0);
      expect(taskOf(pool, 'hostile').result).toContain(echoed);
      expect(taskOf(pool, 'hostile').kwargs).toBe(echoed);
      expect(taskOf(pool, 'bigResult').result).toBe(stored[idOf(pool, 'bigResult')]?.result);
      expect(taskOf(pool, 'long').args).toMatch(/^\['x{900,1024}\.{3}/);
    });

    it('has the exception and the traceback of a failure, with its cause, as the backend stores it', () => {
      const { exception, traceback, result } = taskOf(pool, 'failure');

      expect(exception).toBe("OrderRefused('no card')");
      expect(traceback).toBe(stored[idOf(pool, 'failure')]?.traceback);
      expect(traceback).toMatch(/KeyError: 'card'\n\nThe above exception was the direct cause/);
      expect(traceback).toMatch(/proj\.OrderRefused: no card\n$/);
      expect(result).toBeUndefined();
    });

    it('counts retries, and tells one that succeeded in the end from one that gave up', () => {
      const flaky = taskOf(pool, 'flaky');
      expect(flaky).toMatchObject({ state: 'SUCCESS', retries: 2, result: '2' });
      expect(flaky.retried).toBeGreaterThan(flaky.sent! - slack);
      expect(flaky.parent).toBeUndefined();
      expect(flaky.children).toEqual([]);

      const exhausted = taskOf(pool, 'exhausted');
      expect(exhausted).toMatchObject({ state: 'FAILURE', retries: 1, exception: "OrderRefused('again')" });
      expect(exhausted.traceback).toBe(stored[idOf(pool, 'exhausted')]?.traceback);
    });

    it('tells a revoked task from one that expired; neither ran', () => {
      expect(taskOf(pool, 'revoked')).toMatchObject({
        expired: false,
        terminated: false,
        started: undefined,
      });
      expect(taskOf(pool, 'revoked early')).toMatchObject({ expired: false, received: undefined });
      expect(taskOf(pool, 'expired')).toMatchObject({ expired: true, started: undefined });
      expect(existsSync(marks)).toBe(false);
      expect(live.monitor.revokePending.size).toBe(0);
    });

    it('says of a rejected task that it was, and of an ignored one nothing more than its start', () => {
      const rejected = taskOf(pool, 'rejected');
      expect(rejected).toMatchObject({
        state: 'REJECTED',
        requeue: false,
        succeeded: undefined,
        failed: undefined,
      });
      expect(rejected.rejected).toBeGreaterThan(rejected.started! - slack);

      expect(taskOf(pool, 'ignored')).toMatchObject({ state: 'STARTED', succeeded: undefined });
    });

    it('shows a task of a type that the worker does not know', () => {
      expect(taskOf(pool, 'unknown')).toMatchObject({
        name: 'proj.nope',
        exception: "NotRegistered('proj.nope')",
        received: undefined,
        traceback: undefined,
      });
    });

    it('keeps what a custom event said, and when an ETA was', () => {
      const progress = taskOf(pool, 'progress');
      expect([progress.extra.get('step'), progress.extra.get('steps')]).toEqual([3, 3]);
      expect(eventsOf(progress.uuid).filter(({ type }) => type === 'task-progress')).toHaveLength(3);

      const { eta, started } = taskOf(pool, 'eta');
      expect(started).toBeGreaterThan(Date.parse(String(eta)) / 1000 - slack);
    });

    it('knows parents, children and roots of a chain, a group and a chord', () => {
      const chain = taskOf(pool, 'chain');
      const [add] = chain.children;
      const [mul] = add?.children ?? [];
      const [last] = mul?.children ?? [];
      expect([add?.name, mul?.name, last?.name]).toEqual(['proj.add', 'proj.mul', 'proj.add']);
      expect(last).toMatchObject({ result: '13', root: chain, parent: mul });
      expect(chain.result).toBe(`'${last?.uuid}'`);

      expect(taskOf(pool, 'group').children.map(({ name: each }) => each)).toEqual(Array(3).fill('proj.add'));

      const chord = taskOf(pool, 'chord');
      const body = spawned(pool).find(({ name: each }) => each === 'proj.xsum');
      expect(body).toMatchObject({ result: '6', root: chord });
      expect(chord.children.map(({ name: each }) => each)).toContain('proj.add');
      for (const task of spawned(pool)) {
        expect([task.parent?.uuid, task.worker], task.name!).toEqual([
          stored[task.uuid]?.parentId,
          hostnameOf(pool),
        ]);
      }
    });
  });

  it('names the true reason of a task whose process was killed', () => {
    const lost = taskOf('prefork', 'lost');

    expect(lost).toMatchObject({ state: 'FAILURE', started: expect.any(Number) });
    expect(lost.traceback).toMatch(/WorkerLostError: .*signal 9 \(SIGKILL\)/);
  });

  it('names the hard and the soft time limit', () => {
    expect(taskOf('prefork', 'timeLimit').traceback).toMatch(/TimeLimitExceeded: TimeLimitExceeded\(1/);
    expect(taskOf('prefork', 'softTimeLimit').exception).toMatch(/^SoftTimeLimitExceeded/);
    expect(taskOf('prefork', 'softTimeLimit').traceback).toBe(
      stored[idOf('prefork', 'softTimeLimit')]?.traceback,
    );
  });

  it('says of a task that was terminated which signal ended it', () => {
    expect(taskOf('prefork', 'terminated')).toMatchObject({
      state: 'REVOKED',
      terminated: true,
      expired: false,
    });
    expect(String(taskOf('prefork', 'terminated').signum)).toMatch(/15|SIGTERM/);
  });

  it('is right about what arrived from a threads worker, which loses events', () => {
    const tasks = threadsIds.map((id) => live.monitor.state.tasks.get(id)!);

    for (const task of tasks) {
      expect(task, `no task-sent of ${task?.uuid}`).toBeDefined();
      expect(['PENDING', 'RECEIVED', 'STARTED', 'RETRY', stored[task.uuid]?.status]).toContain(task.state);
      if (task.state === 'SUCCESS') expect(task.result).toBe(stored[task.uuid]?.result);
      if (task.state === 'FAILURE') expect(task.traceback).toBe(stored[task.uuid]?.traceback);
    }
    expect(tasks.filter(({ ready }) => ready).length).toBeGreaterThan(tasks.length / 2);
  });

  it('invents nothing: every state, time and text of every task came in an event of that task', () => {
    const texts = ['result', 'exception', 'traceback', 'args', 'kwargs', 'name'] as const;

    for (const task of live.monitor.state.tasks.values()) {
      const events = eventsOf(task.uuid);
      const states = events.map(({ type }) => stateOfSubject(type.slice('task-'.length)));
      expect(states).toContain(task.state);
      for (const subject of stageSubjects) {
        const time = task[subject as 'sent'];
        const times = events
          .filter(({ type }) => type === `task-${subject}`)
          .map(({ timestamp }) => timestamp);
        if (times.length === 0) expect(time, `${subject} of ${task.name}`).toBeUndefined();
        else expect(times, `${subject} of ${task.name}`).toContain(time);
      }
      for (const text of texts) {
        if (task[text] !== undefined) expect(events.map((event) => event[text])).toContain(task[text]);
      }
    }
  });

  it('saw no task that was not sent, and no message that it could not read', () => {
    const known = [...ids.values(), ...threadsIds, ...spawned('prefork'), ...spawned('solo')].length;

    expect(live.monitor.state.tasks.size).toBe(known);
    expect(live.monitor.undecodable.count).toBe(0);
    expect(
      live.monitor.workers
        .all()
        .map(({ hostname }) => hostname)
        .sort(),
    ).toEqual((['prefork', 'solo', 'threads'] as const).map(hostnameOf));
  });
});

function hostnameOf(pool: Pool): string {
  return `${pool}@live`;
}
