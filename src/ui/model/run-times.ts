import { valueNumber } from '../../presentation/value-text.ts';
import type { State } from '../../state/state.ts';

/** The newest tasks of a type that are looked at; with fewer finished ones than `enough`, nothing is claimed. */
const sample = 1_000;
const enough = 20;
const staleMs = 5_000;
/** Names of types come from the broker without end: the ones measured longest ago are forgotten beyond this. */
const mostTypes = 1_000;

/** How long the tasks of a type run, by those in memory: what `is:slow` and `is:stuck` are measured against. */
export class RunTimes {
  readonly #state: State;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, { readonly atMs: number; readonly p99: number | undefined }>();

  constructor(state: State, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Seconds within which 99 % of the type's tasks finished; undefined while too few have. */
  p99(name: string): number | undefined {
    const known = this.#known.get(name);
    if (known !== undefined && this.#nowMs() - known.atMs < staleMs) return known.p99;
    const times = this.#state
      .tasksByType(name, { limit: sample })
      .flatMap((task) => valueNumber(task.runtime) ?? [])
      .sort((a, b) => a - b);
    const p99 = times.length < enough ? undefined : times[Math.ceil(times.length * 0.99) - 1];
    this.#known.delete(name);
    this.#known.set(name, { atMs: this.#nowMs(), p99 });
    if (this.#known.size > mostTypes) this.#forgetOldest();
    return p99;
  }

  #forgetOldest(): void {
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
