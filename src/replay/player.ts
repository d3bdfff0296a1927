import type { Timers } from '../timers.ts';
import type { Playback } from './playback.ts';
import { speedBeside } from './playing.ts';

export interface PlayerOptions {
  readonly playback: Playback;
  readonly timers: Timers;
  /** Whether it plays, or how fast, is different. */
  readonly onChange: () => void;
}

/** Between two steps, in milliseconds. */
const stepMs = 50;
/** What was slept through (Ctrl-Z, a laptop's lid) is not made up for, in seconds. */
const longestStep = 1;

/** Lets time go by in a playback: as it did then, faster or slower. */
export class Player {
  readonly #options: PlayerOptions;
  #playing = false;
  /** Which playing it is: a step of an earlier one that is still under way goes no further. */
  #run = 0;
  #speed = 1;
  #cancel: (() => void) | undefined;
  #steppedAtMs = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Seconds of then in one of now. */
  get speed(): number {
    return this.#speed;
  }

  play(): void {
    if (this.#playing) return;
    this.#playing = true;
    this.#run += 1;
    this.#steppedAtMs = this.#options.timers.nowMs();
    this.#schedule();
    this.#options.onChange();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#playing) return;
    this.#run += 1;
    this.#playing = false;
    this.#options.onChange();
  }

  changeSpeed(direction: 1 | -1): void {
    this.setSpeed(speedBeside(this.#speed, direction));
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#options.onChange();
  }

  /** As many as there is time for: of a quiet cluster a block is a second, of a busy one two thousand events. */
  async #seekBlocks(run: number): Promise<void> {
    const { playback, timers } = this.#options;
    const untilMs = timers.nowMs() + stepMs;
    do await playback.seekBlockEnd();
    while (run === this.#run && !playback.atEnd && timers.nowMs() < untilMs);
  }

  #schedule(): void {
    const run = this.#run;
    this.#cancel = this.#options.timers.after(stepMs, () => void this.#step(run));
  }

  /** While it is under way to a place, time stands still. */
  async #step(run: number): Promise<void> {
    const { playback, timers } = this.#options;
    await playback.settled();
    if (run !== this.#run) return;
    const nowMs = timers.nowMs();
    const passed = Math.min(longestStep, (nowMs - this.#steppedAtMs) / 1000);
    this.#steppedAtMs = nowMs;
    if (this.#speed === Number.POSITIVE_INFINITY) await this.#seekBlocks(run);
    else await playback.seekBy(passed * this.#speed);
    if (run !== this.#run) return;
    if (playback.atEnd) this.stop();
    else this.#schedule();
  }
}
