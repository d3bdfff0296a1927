import type { CommandEntry } from './command-log.ts';

/**
 * A worker answers `add consumer` before it has happened. The processes of a pool that `will grow` are started by
 * celery/concurrency/asynpool.py:maintain_pool, which comes by every 5 s.
 */
const effectsMs = [500, 6_000];

/** Commands after which what a worker says of itself has changed. */
const changing: ReadonlySet<string> = new Set([
  ...['rate_limit', 'time_limit', 'pool_grow', 'pool_shrink', 'pool_restart', 'autoscale'],
  ...['add_consumer', 'cancel_consumer'],
]);

/** Has workers asked again once a command has taken effect on them. */
export class CommandEffects {
  readonly #refresh: (hostnames: readonly string[]) => void;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(refresh: (hostnames: readonly string[]) => void) {
    this.#refresh = refresh;
  }

  settled({ method, replies }: CommandEntry): void {
    if (!changing.has(method)) return;
    for (const effectMs of effectsMs) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#refresh(replies.map(({ hostname }) => hostname));
      }, effectMs);
      this.#timers.add(timer);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
