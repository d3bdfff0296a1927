import { heartbeatJson, printableJson, taskJson } from '../presentation/wire-json.ts';
import type { State } from '../state/state.ts';
import type { Camera } from './camera.ts';
import type { Write } from './text-camera.ts';

/** Writes each snapshot as one line of JSON: the counts, all workers, and the tasks that changed since the shot before. */
export class JsonCamera implements Camera {
  readonly #write: Write;
  readonly #now: () => number;
  #revision = 0;

  /** @param now seconds since the epoch */
  constructor(write: Write, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  onShutter(state: State): unknown {
    const now = this.#now();
    const changed = state.changedSince(this.#revision) ?? [...state.tasks.values()];
    this.#revision = state.revision;
    const snapshot = {
      timestamp: now,
      event_count: state.eventCount,
      task_count: state.taskCount,
      workers: [...state.workers.values()].map((worker) => ({
        hostname: worker.hostname,
        alive: worker.alive(now),
        ...heartbeatJson(worker),
      })),
      tasks_by_state: Object.fromEntries(state.countByState()),
      tasks: changed.map((task) => taskJson(task)),
    };
    return this.#write(`${printableJson(snapshot)}\n`);
  }
}
