import type { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import type { Worker } from '../../../src/state/worker.ts';
import { uuids } from './celery-dump.ts';
import { eventHosts } from './random-events.ts';

/** Everything that can be read of a State, as plain values that can be compared. */
export function wholeState(state: State): Record<string, unknown> {
  const tasks = [...state.tasks.values()];
  const revisions = [0, 1, Math.floor(state.revision / 2), state.revision - 5, state.revision - 1];
  return {
    counts: [state.eventCount, state.taskCount, state.malformedCount, state.evictions],
    revision: state.revision,
    shed: { ...state.shed },
    bytes: state.bytesInMemory,
    limits: [state.maxTasksInMemory, state.maxWorkersInMemory],
    tasks: tasks.map((task) => [task.slot, wholeTask(task)]),
    workers: [...state.workers].map(([hostname, worker]) => [hostname, wholeWorker(worker)]),
    alive: state.aliveWorkers(50).map(({ hostname }) => hostname),
    byTime: bothWays((reverse) => state.tasksByTime({ reverse })),
    byType: grouped(state.taskTypes(), (name, reverse) => state.tasksByType(name, { reverse })),
    byWorker: grouped(eventHosts, (name, reverse) => state.tasksByWorker(name, { reverse })),
    byState: grouped([...state.countByState().keys()], (name, reverse) =>
      state.tasksByState(name, { reverse }),
    ),
    byRoot: grouped([...new Set(tasks.map(({ rootId }) => String(rootId)))], (name, reverse) =>
      state.tasksByRoot(name, { reverse }),
    ),
    counted: [...state.countByState()],
    walked: walked(state),
    changed: revisions.map((revision) => {
      const changed = state.changedSince(revision);
      return changed && uuids(changed);
    }),
  };
}

/** With the worker that it remembers, also one that the State has forgotten. */
function wholeTask(task: Task): readonly unknown[] {
  const { workerRecord } = task;
  return [
    { ...task.fields() },
    [...task.extra],
    { ...task.info() },
    [task.revision, task.origin, task.ready, task.shed, task.client, task.type],
    [task.parent?.uuid, task.root?.uuid, uuids(task.children), task.family?.parentUuid],
    workerRecord && wholeWorker(workerRecord),
  ];
}

function wholeWorker(worker: Worker): readonly unknown[] {
  const { group, heartbeats, ...plain } = worker;
  return [
    plain,
    [...heartbeats],
    { ...group },
    worker.id,
    [...worker.extra],
    worker.bytes,
    worker.heartbeatExpires,
  ];
}

function walked(state: State): readonly unknown[] {
  const walk = state.walk();
  const tasks: Task[] = [];
  const length = walk.remaining;
  while (walk.next(3, tasks) > 0);
  return [walk.revision, length, uuids(tasks)];
}

function bothWays(list: (reverse: boolean) => Task[]): readonly string[][] {
  return [uuids(list(true)), uuids(list(false))];
}

function grouped(
  names: readonly string[],
  list: (name: string, reverse: boolean) => Task[],
): readonly unknown[] {
  return names.map((name) => [name, bothWays((reverse) => list(name, reverse))]);
}
