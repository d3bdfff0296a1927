import type { WritableEntry } from './command-log.ts';

export interface ShutdownWatchOptions {
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** What a worker that has not gone is busy with, for example `8 tasks, oldest 5m31s`. */
  readonly describeWork: (hostname: string) => string;
  /** Nobody is waited for any longer. */
  readonly onOver: (entry: WritableEntry) => void;
  readonly onChange: () => void;
}

/** After this long a shutdown is no longer waited for, only reported. */
const patienceMs = 60_000;

/**
 * Follows shutdowns to their end. A worker that shuts down raises WorkerShutdown instead of answering, so what became
 * of it is known from worker-offline or from heartbeats that stop, never from a timeout.
 */
export class ShutdownWatch {
  readonly #options: ShutdownWatchOptions;
  readonly #watched = new Map<WritableEntry, NodeJS.Timeout>();

  constructor(options: ShutdownWatchOptions) {
    this.#options = options;
  }

  follow(entry: WritableEntry): void {
    const timer = setTimeout(() => this.#giveUp(entry), patienceMs);
    timer.unref();
    this.#watched.set(entry, timer);
    this.#settle(entry);
  }

  /** It was not sent after all. */
  forget(entry: WritableEntry): void {
    clearTimeout(this.#watched.get(entry));
    this.#watched.delete(entry);
  }

  /** A worker went away, for whatever reason. */
  left(hostname: string): void {
    const now = this.#options.now();
    for (const entry of this.#watched.keys()) {
      if (!entry.expected.includes(hostname) || entry.departures.has(hostname)) continue;
      entry.departures.set(hostname, Math.max(0, now - entry.at));
      this.#settle(entry);
    }
  }

  close(): void {
    for (const timer of this.#watched.values()) clearTimeout(timer);
    this.#watched.clear();
  }

  #settle(entry: WritableEntry): void {
    if (remaining(entry).length > 0) return;
    clearTimeout(this.#watched.get(entry));
    this.#watched.delete(entry);
    entry.state = 'done';
    entry.note = undefined;
    entry.finishedAt = this.#options.now();
    this.#options.onOver(entry);
    this.#options.onChange();
  }

  /** It stays watched: a worker that goes in the end still completes the entry. */
  #giveUp(entry: WritableEntry): void {
    entry.state = 'done';
    entry.finishedAt = this.#options.now();
    entry.note = remaining(entry)
      .map((hostname) => `${hostname} still draining: ${this.#options.describeWork(hostname)}`)
      .join('; ');
    this.#options.onOver(entry);
    this.#options.onChange();
  }
}

function remaining(entry: WritableEntry): string[] {
  return entry.expected.filter((hostname) => !entry.departures.has(hostname));
}
