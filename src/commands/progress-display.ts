import { type Progress, progressLine, RateMeter } from '../presentation/migration-progress.ts';
import type { Output } from './command-context.ts';

const paintEveryMs = 100;

interface Displayed {
  readonly output: Output;
  /** Seconds, of any clock. */
  readonly now: () => number;
  readonly progress: () => Omit<Progress, 'perSecond'>;
}

/** One line at the bottom of a terminal, painted over and over. */
export class ProgressDisplay {
  readonly #displayed: Displayed;
  readonly #meter = new RateMeter();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(displayed: Displayed) {
    this.#displayed = displayed;
  }

  start(): void {
    this.#paint();
    this.#timer = setInterval(() => this.#paint(), paintEveryMs);
  }

  /** Leaves an empty line. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#displayed.output.write('\r\x1b[K');
  }

  #paint(): void {
    const { output, now, progress } = this.#displayed;
    const current = progress();
    this.#meter.note(current.done, now());
    // The last column is left free: some terminals would wrap.
    const line = progressLine({ ...current, perSecond: this.#meter.perSecond }, (output.columns ?? 80) - 1);
    output.write(`\r${line}\x1b[K`);
  }
}
