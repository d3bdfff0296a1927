import type { Agenda } from './demo-agenda.ts';
import type { Intake } from './demo-intake.ts';
import { requestsIn, type WorkerState } from './demo-worker-state.ts';
import { PythonError } from './python-error.ts';
import { reprString } from './python-repr.ts';

/** Seconds after growing during which it does not shrink: AUTOSCALE_KEEPALIVE. */
const keepAlive = 30;

/** Mirrors celery/worker/autoscale.py:Autoscaler. */
export class Autoscaler {
  readonly #agenda: Agenda;
  readonly #state: WorkerState;
  readonly #intake: Intake;
  readonly #onGrown: () => void;
  #max: number;
  #min: number;
  #grownAt: number | undefined;

  constructor(
    agenda: Agenda,
    state: WorkerState,
    intake: Intake,
    range: { readonly max: number; readonly min: number },
    onGrown: () => void,
  ) {
    this.#agenda = agenda;
    this.#state = state;
    this.#intake = intake;
    this.#max = range.max;
    this.#min = range.min;
    this.#onGrown = onGrown;
  }

  /** Called every second. */
  scale(): void {
    const { now } = this.#agenda;
    const wanted = Math.max(Math.min(this.#qty, this.#max), this.#min);
    const missing = Math.min(this.#qty, this.#max) - this.#processes;
    if (missing > 0) {
      this.#grownAt = now;
      ignorePythonErrors(() => this.#grow(missing));
    } else if (wanted < this.#processes && this.#grownAt !== undefined && now - this.#grownAt > keepAlive) {
      this.#shrink(this.#processes - wanted);
    }
  }

  /** @throws PythonError TypeError for anything but numbers. Returns the new range. */
  update(max: unknown, min: unknown): { max: number; min: number } {
    if (max !== null && max !== undefined) {
      const limit = comparable(max, '<');
      if (limit < this.#processes) this.#shrink(this.#processes - limit);
      if (limit !== this.#max) this.#intake.changePrefetch(limit - this.#max);
      this.#max = limit;
    }
    if (min !== null && min !== undefined) {
      const least = comparable(min, '>');
      if (least > this.#processes) this.#grow(least - this.#processes);
      this.#min = least;
    }
    return { max: this.#max, min: this.#min };
  }

  info(): Record<string, unknown> {
    return { max: this.#max, min: this.#min, current: this.#processes, qty: this.#qty };
  }

  get #processes(): number {
    return this.#state.pool.processes.length;
  }

  /** Celery counts a running request as reserved, too. */
  get #qty(): number {
    return requestsIn(this.#state, 'reserved', 'active').length;
  }

  #grow(count: number): void {
    this.#state.pool.grow(count);
    this.#onGrown();
  }

  #shrink(count: number): void {
    ignorePythonErrors(() => this.#state.pool.shrink(count));
  }
}

/** What it cannot do, for example "all processes busy", it only logs. */
function ignorePythonErrors(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
  }
}

function comparable(value: unknown, operator: string): number {
  if (typeof value === 'number') return value;
  const type = typeof value === 'string' ? 'str' : Array.isArray(value) ? 'list' : 'dict';
  const text = `'${operator}' not supported between instances of '${type}' and 'int'`;
  throw new PythonError(`TypeError(${reprString(text)})`);
}
