import type { Monitor } from '../monitor/monitor.ts';
import type { WorkerFacts } from '../monitor/worker-facts.ts';
import type { Task } from '../state/task.ts';
import { taskFields } from '../state/task-fields.ts';
import type { Worker } from '../state/worker.ts';

/** The view as one JSON list, with the names that Celery's events have. Absent means that no event told. */
export function snapshotJson(monitor: Monitor, view: 'tasks' | 'workers'): string {
  const rows =
    view === 'tasks'
      ? monitor.state.tasksByTime().map((task) => taskJson(task, monitor.unknownTasks))
      : monitor.workers.all().map((facts) => workerJson(facts, monitor.state.workers.get(facts.hostname)));
  return `${escaped(JSON.stringify(rows, undefined, 2))}\n`;
}

/** JSON leaves C1 controls, bidi overrides and the like as they are, and they would reach the terminal. */
function escaped(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function taskJson(task: Task, unknown: ReadonlySet<string>): Record<string, unknown> {
  const json: Record<string, unknown> = { uuid: task.uuid, state: task.state };
  if (unknown.has(task.uuid)) json['unknown'] = true;
  if (task.worker !== undefined) json['worker'] = task.worker;
  for (const { wireName, property } of taskFields) {
    const value = task[property];
    if (value !== undefined) json[wireName] = value;
  }
  return json;
}

function workerJson(facts: WorkerFacts, worker: Worker | undefined): Record<string, unknown> {
  return {
    hostname: facts.hostname,
    status: facts.status,
    ...(worker === undefined ? {} : heartbeatJson(worker)),
    done_in_minute: facts.doneInMinute,
    failed_in_minute: facts.failedInMinute,
    queues: facts.activeQueues.value?.map(({ name }) => name),
    stats: facts.stats.value,
  };
}

function heartbeatJson(worker: Worker): Record<string, unknown> {
  return {
    ...{ pid: worker.pid, freq: worker.freq, active: worker.active, processed: worker.processed },
    ...{ loadavg: worker.loadavg, clock: worker.clock, timestamp: worker.timestamp },
    ...{ sw_ident: worker.swIdent, sw_ver: worker.swVer, sw_sys: worker.swSys },
  };
}
