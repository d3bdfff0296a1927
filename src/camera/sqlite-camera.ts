import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import type { Camera } from './camera.ts';
import { inTransaction, type SqliteFile } from './sqlite-file.ts';
import { type SqlValue, taskValues, upsertTask, upsertWorker, workerValues } from './sqlite-schema.ts';

/** How long tasks are kept after the last shot that saw them change, in seconds; 0 for ever. */
export interface Expiries {
  /** SUCCESS. */
  readonly success: number;
  /** FAILURE, REVOKED, RETRY. */
  readonly error: number;
  /** All other states, and workers that nothing was heard of. */
  readonly pending: number;
}

export interface SqliteCameraOptions {
  readonly file: SqliteFile;
  readonly expiries: Expiries;
  /** Seconds since the epoch. */
  readonly now: () => number;
  readonly timers?: Timers;
}

type Statement = ReturnType<SqliteFile['prepare']>;

/** Mirrors django_celery_monitor/camera.py, whose states of errors are celery/states.py:EXCEPTION_STATES. */
const outcomes: ReadonlyMap<string, keyof Expiries> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'error'],
  ['REVOKED', 'error'],
  ['RETRY', 'error'],
]);

/** Rows written or deleted in one go, some milliseconds of work. Events then have as long again for themselves. */
const slice = 200;

/**
 * Keeps tasks, workers and counts in a database of SQLite. Each shot is one transaction, and writes what changed since the
 * one before; a shot that failed is made up for by the next. Mirrors django-celery-monitor's Camera.
 */
export class SqliteCamera implements Camera {
  readonly #file: SqliteFile;
  readonly #expiries: Expiries;
  readonly #now: () => number;
  readonly #timers: Timers;
  readonly #upsertTask: Statement;
  readonly #upsertWorker: Statement;
  readonly #expireTasks: Statement;
  readonly #expireWorkers: Statement;
  readonly #states: Statement;
  /** Of the State, when it was last written. */
  #revision = 0;

  constructor({ file, expiries, now, timers = steadyTimers }: SqliteCameraOptions) {
    this.#file = file;
    this.#expiries = expiries;
    this.#now = now;
    this.#timers = timers;
    this.#upsertTask = file.prepare(upsertTask);
    this.#upsertWorker = file.prepare(upsertWorker);
    this.#states = file.prepare('SELECT DISTINCT state FROM counts');
    this.#expireTasks = file.prepare(
      'DELETE FROM tasks WHERE rowid IN (SELECT rowid FROM tasks WHERE state = ? AND updated < ? LIMIT ?)',
    );
    this.#expireWorkers = file.prepare(
      'DELETE FROM workers WHERE rowid IN (SELECT rowid FROM workers WHERE updated < ? LIMIT ?)',
    );
  }

  /** Events are taken in between slices; a task that they change meanwhile is written once more by the next shot. */
  async onShutter(state: State): Promise<void> {
    const { revision } = state;
    const since = this.#revision;
    if (revision === since) return;
    const now = this.#now();
    const tasks = changedTasks(state, since);
    const workers = [...state.workers.values()].filter((worker) => worker.revision > since);
    await inTransaction(this.#file, async () => {
      for (const worker of workers) this.#upsertWorker.run(workerValues(worker, now));
      let begunMs = this.#timers.nowMs();
      for (const [index, task] of tasks.entries()) {
        if (index % slice === slice - 1) begunMs = await this.#pause(begunMs);
        this.#upsertTask.run(taskValues(task, now));
      }
    });
    this.#revision = revision;
  }

  /** Deletes what is too old, in slices, between which events are taken in. */
  async onCleanup(): Promise<void> {
    const now = this.#now();
    for (const { state } of this.#states.all([]) as { state: string }[]) {
      const keep = this.#expiries[outcomes.get(state) ?? 'pending'];
      if (keep > 0) await this.#delete(this.#expireTasks, [state, now - keep]);
    }
    const { pending } = this.#expiries;
    if (pending > 0) await this.#delete(this.#expireWorkers, [now - pending]);
  }

  /** All that was written is in the one file then, which can be copied as it is. */
  close(): void {
    try {
      this.#file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
    } catch {
      // A shot that was given up is still being written: SQLite takes it back, and the rest stays in the second file.
    }
    this.#file.close();
  }

  async #delete(statement: Statement, values: readonly SqlValue[]): Promise<void> {
    let begunMs = this.#timers.nowMs();
    while (statement.run([...values, slice]).changes === slice) begunMs = await this.#pause(begunMs);
  }

  /** As long as the work since `begunMs` took. Returns when it was over. */
  async #pause(begunMs: number): Promise<number> {
    await new Promise<void>((resolve) => this.#timers.after(this.#timers.nowMs() - begunMs, resolve));
    return this.#timers.nowMs();
  }
}

/** Also when more has changed than the journal of the State reaches back. */
function changedTasks(state: State, since: number): readonly Task[] {
  return state.changedSince(since) ?? [...state.tasks.values()].filter((task) => task.revision > since);
}
