import { LogicalClock, type Sender } from './demo-events.ts';
import type { PoolProcess } from './demo-request.ts';
import { PythonError } from './python-error.ts';

export type PoolKind = 'prefork' | 'threads' | 'solo';

/** More than this no machine could fork. */
const mostProcesses = 100;

const modules: Readonly<Record<PoolKind, string>> = { prefork: 'prefork', threads: 'thread', solo: 'solo' };

/** The pool of one worker. Mirrors celery/concurrency/{prefork,thread,solo}.py and billiard/pool.py. */
export class Pool {
  readonly kind: PoolKind;
  readonly processes: PoolProcess[] = [];
  readonly #limit: number;
  readonly #host: string;
  readonly #main: Sender;
  readonly #nextPid: () => number;

  constructor(options: {
    readonly kind: PoolKind;
    readonly concurrency: number;
    readonly host: string;
    readonly main: Sender;
    readonly nextPid: () => number;
  }) {
    this.kind = options.kind;
    this.#limit = options.concurrency;
    this.#host = options.host;
    this.#main = options.main;
    this.#nextPid = options.nextPid;
    for (let count = 0; count < options.concurrency; count += 1) this.#add();
  }

  /** Only a pool of processes can stop a task that runs: threads and solo neither kill nor time out. */
  get canKill(): boolean {
    return this.kind === 'prefork';
  }

  idle(): PoolProcess | undefined {
    return this.processes.find(({ busyWith }) => busyWith === undefined);
  }

  /** @throws PythonError as billiard, or as a pool that cannot grow. */
  grow(count: number): void {
    this.#checkResizable('grow');
    if (this.processes.length + count > mostProcesses) {
      throw new PythonError("BlockingIOError(11, 'Resource temporarily unavailable')");
    }
    for (let added = 0; added < count; added += 1) this.#add();
  }

  /**
   * Removes idle processes one by one until it has `count` of them, at least one. Mirrors billiard/pool.py:Pool.shrink.
   * @throws PythonError when it runs out of idle ones; those found until then are gone.
   */
  shrink(count: number): number {
    this.#checkResizable('shrink');
    for (let removed = 1; ; removed += 1) {
      const idle = this.idle();
      if (idle === undefined) throw new PythonError('ValueError("Can\'t shrink pool. All processes busy!")');
      this.#remove(idle);
      if (removed >= count) return removed;
    }
  }

  /** The process died, or was killed: another takes its place. */
  replace(process: PoolProcess): void {
    this.#remove(process);
    this.#add();
  }

  stats(): Record<string, unknown> {
    const implementation = `celery.concurrency.${modules[this.kind]}:TaskPool`;
    const pids = this.processes.map(({ pid }) => pid);
    if (this.kind === 'threads') {
      return { implementation, 'max-concurrency': this.#limit, threads: pids.length };
    }
    if (this.kind === 'solo') {
      return {
        implementation,
        'max-concurrency': 1,
        processes: pids,
        'max-tasks-per-child': null,
        'put-guarded-by-semaphore': true,
        timeouts: [],
      };
    }
    return {
      implementation,
      'max-concurrency': this.#limit,
      processes: pids,
      'max-tasks-per-child': 'N/A',
      'put-guarded-by-semaphore': false,
      timeouts: [0, 0],
      writes: this.#writes(),
    };
  }

  /** Mirrors celery/concurrency/asynpool.py:human_write_stats. */
  #writes(): Record<string, unknown> {
    const written = this.processes.map(({ runs }) => runs).filter((runs) => runs > 0);
    const total = written.reduce((sum, runs) => sum + runs, 0);
    return {
      total,
      avg: (total === 0 ? 0 : 1 / written.length).toFixed(2),
      all: written.map((runs) => (runs / total).toFixed(2)).join(', '),
      raw: written.join(', '),
      strategy: 'fair',
      inqueues: { total: this.processes.length, active: 0 },
    };
  }

  #checkResizable(method: string): void {
    if (this.kind !== 'prefork') {
      throw new PythonError(`AttributeError("'TaskPool' object has no attribute '${method}'")`);
    }
  }

  /** Threads, and solo, send with the main process' pid and clock; a child process counts for itself. */
  #add(): void {
    const own = this.kind === 'prefork' ? { pid: this.#nextPid(), clock: new LogicalClock() } : this.#main;
    const { pid, clock } = own;
    this.processes.push({ hostname: `gen${pid}@${this.#host}`, pid, clock, busyWith: undefined, runs: 0 });
  }

  #remove(process: PoolProcess): void {
    this.processes.splice(this.processes.indexOf(process), 1);
  }
}
