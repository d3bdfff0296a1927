import { readFileSync } from 'node:fs';
import type { Event } from '../../../src/protocol/event.ts';
import type { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import type { Worker } from '../../../src/state/worker.ts';

export type Fields = Record<string, unknown>;

/** What Celery's own State held after some events, as test/fixtures/state/fold.py and the recorded files write it. */
export interface CeleryDump {
  event_count: number;
  task_count: number;
  task_types: string[];
  task_order_lru: string[];
  tasks: Record<string, Fields>;
  tasks_by_time: string[];
  tasks_by_time_forward: string[];
  workers: Record<string, Fields>;
}

export function readJson<Content>(name: string): Content {
  return JSON.parse(
    readFileSync(new URL(`../../fixtures/state/${name}`, import.meta.url), 'utf8'),
  ) as Content;
}

/** A captured stream, with `local_received` set, as the workers sent it. */
export function capturedEvents(transport: 'amqp' | 'redis'): Event[] {
  const text = readFileSync(new URL(`../../fixtures/events/${transport}.ndjson`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** The clocks that Celery's Receiver gives to events on the way to the State: celery/events/receiver.py. */
export function withReceiverClocks(events: readonly Event[]): Event[] {
  let own = 0;
  return events.map((event) => {
    const clock = event.type === 'task-sent' ? (own || 1) - 1 : (event.clock ?? own);
    own = Math.max(own, clock) + 1;
    return { ...event, clock };
  });
}

export function dumpState(state: State): CeleryDump {
  return {
    event_count: state.eventCount,
    task_count: state.taskCount,
    task_types: state.taskTypes(),
    task_order_lru: [...state.tasks.keys()],
    tasks: Object.fromEntries([...state.tasks].map(([uuid, task]) => [uuid, dumpTask(task)])),
    tasks_by_time: uuids(state.tasksByTime()),
    tasks_by_time_forward: uuids(state.tasksByTime({ reverse: false })),
    workers: Object.fromEntries(
      [...state.workers].map(([hostname, worker]) => [hostname, dumpWorker(worker)]),
    ),
  };
}

export function uuids(tasks: readonly Task[]): string[] {
  return tasks.map((task) => task.uuid);
}

/** Celery's dump with its fault mended that a retried task is its own child. */
export function withoutSelfChildren(tasks: Record<string, Fields>): Record<string, Fields> {
  return Object.fromEntries(
    Object.entries(tasks).map(([uuid, task]) => [
      uuid,
      { ...task, children: (task['children'] as string[]).filter((child) => child !== uuid) },
    ]),
  );
}

/** Celery's dump with its fault mended that a task which rejected itself after it had started stays STARTED. */
export function withRejections(tasks: Record<string, Fields>): Record<string, Fields> {
  return Object.fromEntries(
    Object.entries(tasks).map(([uuid, task]) => {
      const [rejected, started, received] = ['rejected', 'started', 'received'].map((field) =>
        Number(task[field] ?? 0),
      );
      const isBehind = ['STARTED', 'RECEIVED'].includes(String(task['state']));
      if (!isBehind || task['rejected'] === null || task['rejected'] === undefined || rejected! < started!)
        return [uuid, task];
      return [uuid, { ...task, state: received! > rejected! ? 'RECEIVED' : 'REJECTED' }];
    }),
  );
}

/** uuids by the value of a field, each list sorted: what an index of that field should hold. */
export function groupedBy(tasks: Record<string, Fields>, field: string): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const uuid of Object.keys(tasks).sort()) {
    const value = tasks[uuid]?.[field];
    if (typeof value === 'string') groups[value] = [...(groups[value] ?? []), uuid];
  }
  return groups;
}

function dumpTask(task: Task): Fields {
  const info = Object.entries(task.info()).map(([property, value]) => [
    wireNames[property] ?? property,
    value,
  ]);
  return {
    ...task.fields(),
    worker: task.worker ?? null,
    children: uuids(task.children).sort(),
    ready: task.ready,
    origin: task.origin,
    info: Object.fromEntries(info),
  };
}

const wireNames: Record<string, string> = {
  routingKey: 'routing_key',
  rootId: 'root_id',
  parentId: 'parent_id',
};

function dumpWorker(worker: Worker): Fields {
  return {
    hostname: worker.hostname,
    pid: worker.pid ?? null,
    freq: worker.freq,
    heartbeats: worker.heartbeats,
    clock: worker.clock,
    active: worker.active ?? null,
    processed: worker.processed ?? null,
    loadavg: worker.loadavg ?? null,
    sw_ident: worker.swIdent ?? null,
    sw_ver: worker.swVer ?? null,
    sw_sys: worker.swSys ?? null,
    id: worker.id,
    heartbeat_expires: worker.heartbeatExpires ?? null,
  };
}
