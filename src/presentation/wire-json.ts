import type { Task } from '../state/task.ts';
import { taskFields } from '../state/task-fields.ts';
import type { Worker } from '../state/worker.ts';

/** JSON leaves C1 controls, bidi overrides and the like as they are, and they would reach the terminal. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** What is known of a task, with the names that Celery's events have. */
export function taskJson(task: Task): Record<string, unknown> {
  const json: Record<string, unknown> = { uuid: task.uuid, state: task.state };
  if (task.worker !== undefined) json['worker'] = task.worker;
  for (const { wireName, property } of taskFields) {
    const value = task[property];
    if (value !== undefined) json[wireName] = value;
  }
  return json;
}

/** What a worker said of itself in its events. */
export function heartbeatJson(worker: Worker): Record<string, unknown> {
  return {
    ...{ pid: worker.pid, freq: worker.freq, active: worker.active, processed: worker.processed },
    ...{ loadavg: worker.loadavg, clock: worker.clock, timestamp: worker.timestamp },
    ...{ sw_ident: worker.swIdent, sw_ver: worker.swVer, sw_sys: worker.swSys },
  };
}
