import { UsageError } from '../errors.ts';
import type { State } from '../state/state.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import type { Camera, CameraFunction, CameraSettings } from './camera.ts';
import { ShotRate } from './shot-rate.ts';
import { Signal } from './signal.ts';

/** What was at work when something was thrown. */
export type CameraWork = 'shutter' | 'cleanup';

export interface PolaroidOptions extends CameraSettings {
  /** What looks at the state; without it a class that extends Polaroid does. */
  readonly camera?: Camera | CameraFunction;
  /** Takes what a camera or a listener throws; without it, it is thrown where nobody catches it, as in any timer. */
  readonly onError?: (error: unknown, work: CameraWork) => void;
  readonly timers?: Timers;
}

/** The longest that a timer of Node waits, in seconds. */
const longestWait = 2_147_483;

/**
 * Takes snapshots of a state at intervals. Mirrors celery/events/snapshot.py:Polaroid: the first shot after one period,
 * the next one a period after the last was done; `maxrate` drops shots; `clearAfter` clears whether or not a shot was
 * dropped. The last capture, at `cancel`, is always taken, where Celery leaves it out if the one before was less than a
 * period ago; `maxrate` holds for it too.
 * @example
 * class Cam extends Polaroid {
 *   clearAfter = true;
 *   onShutter(state) { save(state.countByState()); }
 * }
 * const cam = new Cam(state, { freq: 10 });
 * cam.install();
 */
export class Polaroid implements Camera {
  clearAfter: boolean = false;
  readonly state: State;
  /** Seconds. */
  readonly freq: number;
  /** Seconds. */
  readonly cleanupFreq: number;
  /** Sent before each shot that `maxrate` allows. */
  readonly shutterSignal: Signal<State> = new Signal((error) => this.#fail(error, 'shutter'));
  /** Sent before each clean-up. */
  readonly cleanupSignal: Signal<State> = new Signal((error) => this.#fail(error, 'cleanup'));

  readonly #camera: Camera | undefined;
  readonly #rate: ShotRate | undefined;
  readonly #onError: PolaroidOptions['onError'];
  readonly #timers: Timers;
  /** What is under way, and waits behind it; undefined when nothing is. */
  #tail: Promise<void> | undefined = undefined;
  /** End the timers; undefined when there are none. */
  #stops: (() => void)[] | undefined = undefined;

  /** @throws UsageError for a period or a rate that is none */
  constructor(state: State, options: PolaroidOptions = {}) {
    const { camera, maxrate } = options;
    this.state = state;
    this.freq = period('freq', options.freq ?? 1);
    this.cleanupFreq = period('cleanupFreq', options.cleanupFreq ?? 3600);
    this.#timers = options.timers ?? steadyTimers;
    this.#onError = options.onError;
    this.#camera = typeof camera === 'function' ? { onShutter: camera } : camera;
    this.#rate = maxrate === undefined ? undefined : new ShotRate(maxrate, this.#now());
  }

  onShutter(state: State): unknown {
    return this.#camera?.onShutter(state);
  }

  onCleanup(): unknown {
    return this.#camera?.onCleanup?.();
  }

  /** Begins. */
  install(): void {
    this.#stops ??= [
      this.#repeat(this.freq, () => this.capture()),
      this.#repeat(this.cleanupFreq, () => this.cleanup()),
    ];
  }

  /** Takes a shot now, or when what is under way is done; resolves, or returns, when it is taken. Never rejects. */
  capture(): Promise<void> | undefined {
    return this.#next('shutter', () =>
      this.state.freezeWhile(() => this.shutter(), {
        clearAfter: this.clearAfter || this.#camera?.clearAfter === true,
      }),
    );
  }

  /** Looks at the state, if `maxrate` allows. */
  shutter(): unknown {
    if (this.#rate?.take(this.#now()) === false) return undefined;
    this.shutterSignal.send(this.state);
    return this.onShutter(this.state);
  }

  cleanup(): Promise<void> | undefined {
    return this.#next('cleanup', () => {
      this.cleanupSignal.send(this.state);
      return this.onCleanup();
    });
  }

  /** Resolves when what is under way is done; undefined when nothing is. */
  idle(): Promise<void> | undefined {
    return this.#tail;
  }

  /** Ends, with one last capture unless told otherwise. Resolves when all that was under way is done. */
  async cancel({ lastCapture = true }: { lastCapture?: boolean } = {}): Promise<void> {
    const stops = this.#stops;
    this.#stops = undefined;
    for (const stop of stops ?? []) stop();
    if (stops !== undefined && lastCapture) await this.capture();
    await this.#tail;
  }

  #now(): number {
    return this.#timers.nowMs() / 1000;
  }

  #repeat(seconds: number, work: () => Promise<void> | undefined): () => void {
    let isEnded = false;
    let stop = this.#timers.after(seconds * 1000, run);
    const timers = this.#timers;
    function again(): void {
      if (!isEnded) stop = timers.after(seconds * 1000, run);
    }
    function run(): void {
      const pending = work();
      if (pending === undefined) again();
      else pending.then(again, again);
    }
    return () => {
      isEnded = true;
      stop();
    };
  }

  /** One thing at a time: a camera that writes to a file or a database need not expect itself. */
  #next(work: CameraWork, run: () => unknown): Promise<void> | undefined {
    const start = (): Promise<void> | undefined => this.#guarded(work, run);
    const turn = this.#tail === undefined ? start() : this.#tail.then(start);
    if (turn === undefined) return undefined;
    const tail = turn.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
    return tail;
  }

  #guarded(work: CameraWork, run: () => unknown): Promise<void> | undefined {
    try {
      const result = run();
      if (!isThenable(result)) return undefined;
      return Promise.resolve(result).then(
        () => undefined,
        (error: unknown) => this.#fail(error, work),
      );
    } catch (error) {
      this.#fail(error, work);
      return undefined;
    }
  }

  #fail(error: unknown, work: CameraWork): void {
    const uncaught = (): void =>
      queueMicrotask(() => {
        throw error;
      });
    (this.#onError ?? uncaught)(error, work);
  }
}

function period(name: string, seconds: number): number {
  if (seconds > 0 && seconds <= longestWait) return seconds;
  throw new UsageError(`${name} is a number of seconds above 0 and at most ${longestWait}, not ${seconds}`);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
