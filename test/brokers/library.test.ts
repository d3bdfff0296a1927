import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Event, Receiver, State, type Transport } from '../../src/index.ts';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { freshBroker } from '../support/servers.ts';

/** "Real-time processing" of Celery's monitoring guide, line by line, against a real worker. */
describe.each(['amqp', 'redis'] as const)("the example of Celery's guide on %s", (name) => {
  let url: string;
  let broker: Transport;
  let worker: Worker;

  beforeAll(async () => {
    url = await freshBroker(name);
    worker = await startWorker({ broker: url, hostname: 'w1@test', pool: 'prefork', concurrency: 1 });
    broker = await connect(url);
  });

  afterAll(async () => {
    await broker?.close();
    await worker?.kill();
  });

  it('announces failed tasks and keeps the state of everything else', async () => {
    const state = new State();
    const failures: string[] = [];
    const ended = new AbortController();
    let calls: Promise<string[]> | undefined;
    const announceFailedTask = (event: Event): void => {
      state.event(event);
      const task = state.tasks.get(String(event.uuid));
      failures.push(`TASK FAILED: ${task?.name}[${task?.uuid}] ${JSON.stringify(task?.info())}`);
    };
    const receiver = new Receiver(broker, {
      handlers: {
        'task-failed': announceFailedTask,
        '*': (event) => {
          state.event(event);
          const done = state.tasksByType('proj.add').filter((task) => task.state === 'SUCCESS');
          if (done.length === 2 && failures.length === 1) ended.abort();
        },
      },
      onReady: () => {
        calls = Promise.all([
          callTask(url, 'proj.add', [1, 2]),
          callTask(url, 'proj.fail', ['no card']),
          callTask(url, 'proj.add', [3, 4]),
        ]);
      },
    });

    await receiver.capture({ wakeup: true, signal: ended.signal });

    const [sum = '', failure = '', second = ''] = (await calls) ?? [];
    expect(failures).toEqual([expect.stringContaining(`TASK FAILED: proj.fail[${failure}] {`)]);
    expect(failures[0]).toContain("OrderRefused('no card')");
    expect(state.tasks.get(sum)).toMatchObject({
      name: 'proj.add',
      state: 'SUCCESS',
      result: '3',
      worker: 'w1@test',
    });
    expect(state.tasks.get(sum)?.runtime).toBeGreaterThan(0);
    expect(state.tasks.get(failure)).toMatchObject({
      state: 'FAILURE',
      exception: "OrderRefused('no card')",
    });
    expect(state.tasksByTime({ limit: 1 })).toHaveLength(1);
    expect(state.tasksByTime({ reverse: false }).map(({ uuid }) => uuid)).toHaveLength(3);
    expect(
      state
        .tasksByType('proj.add')
        .map(({ uuid }) => uuid)
        .sort(),
    ).toEqual([sum, second].sort());
    expect(state.tasksByWorker('w1@test')).toHaveLength(3);
    expect(state.taskTypes()).toEqual(['proj.add', 'proj.fail']);
    expect(state.aliveWorkers().map(({ hostname }) => hostname)).toEqual(['w1@test']);
    expect(state.taskCount).toBe(3);
    expect(state.eventCount).toBe(receiver.eventCount);
    expect(receiver.undecodable.count).toBe(0);
  });

  it('sees every worker at once through the wake-up, and ends after silence', async () => {
    const hostnames = new Set<string>();
    const receiver = new Receiver(broker, {
      handlers: { 'worker-heartbeat': ({ hostname }) => void hostnames.add(String(hostname)) },
    });

    await receiver.capture({ limit: 1, timeout: 20, wakeup: true });

    expect([...hostnames]).toEqual(['w1@test']);
  });

  it('ends after the number of events that was asked for', async () => {
    const events: Event[] = [];
    const receiver = new Receiver(broker, { handlers: { '*': (event) => void events.push(event) } });

    await receiver.capture({ limit: 2 });

    expect(events).toHaveLength(2);
    expect(events.every((event) => Number(event.local_received) > 0)).toBe(true);
  });

  it('keeps no more in memory than it was told', async () => {
    const state = new State({ maxTasksInMemory: 2, maxWorkersInMemory: 1 });
    const done = new AbortController();
    const ids = [0, 1, 2, 3, 4].map((n) => `${name}-${n}`);
    const receiver = new Receiver(broker, {
      handlers: {
        '*': (event) => {
          state.event(event);
          if (event.type === 'task-succeeded' && event.uuid === ids[4]) done.abort();
        },
      },
      onReady: async () => {
        for (const id of ids) await callTask(url, 'proj.add', [4, 4], { task_id: id });
      },
    });
    await receiver.capture({ signal: done.signal });

    // Which two of the five are left is chance: client and worker publish side by side.
    expect(state.tasks.size).toBe(2);
    expect(state.workers.size).toBe(1);
    expect(state.tasks.has(ids[4]!)).toBe(true);
    expect(state.taskCount).toBe(5);
  });
});
