import type { Timers } from '../../timers.ts';
import type { Link } from './link.ts';

/** Keys closer together than this share a frame. */
const inputGapMs = 20;

/** Frames that cost more than this are painted once a second. */
const expensiveMs = 40;

const slowestRate = 0.2;

/** Data frames left out in a row that halve the rate, and frames in a row that went through that double it again. */
const skipsToSlow = 3;
const cleanToRecover = 10;

/**
 * When to paint. Data is painted at a steady rate, keys at once; nothing is ever queued behind a frame that the
 * terminal has not taken, because what is painted is always the latest.
 */
export class FramePace {
  readonly #timers: Timers;
  readonly #link: Link;
  readonly #paint: () => void;
  #rate: number;
  #slowdown = 1;
  #skips = 0;
  #clean = 0;
  #costMs = 0;
  #isRunning = false;
  #wantsData = false;
  #wantsInput = false;
  #lastDataMs = Number.NEGATIVE_INFINITY;
  #lastInputMs = Number.NEGATIVE_INFINITY;
  #dueMs = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(timers: Timers, link: Link, rate: number, paint: () => void) {
    this.#timers = timers;
    this.#link = link;
    this.#rate = rate;
    this.#paint = paint;
  }

  /** Data frames a second that are wanted. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#rate = Math.max(slowestRate, rate);
    this.#slowdown = 1;
    this.#reschedule();
  }

  /** Data frames a second that the link bears, when that is clearly less than what is wanted. */
  get slowRate(): number | undefined {
    const rate = 1_000 / this.#linkGapMs();
    return rate <= this.#rate * 0.75 ? rate : undefined;
  }

  dataChanged(): void {
    this.#wantsData = true;
    this.#schedule();
  }

  inputChanged(): void {
    this.#wantsInput = true;
    this.#schedule();
  }

  /** The link has room again; a key that waited goes at once. */
  linkFreed(): void {
    if (this.#wantsInput) this.#schedule();
  }

  /** `costMs`: what the last frame took to paint. */
  painted(costMs: number): void {
    this.#costMs = costMs;
  }

  start(): void {
    this.#isRunning = true;
    this.#schedule();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #reschedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#isRunning) return;
    const dueMs = Math.min(this.#inputDueMs(), this.#dataDueMs());
    if (dueMs === Number.POSITIVE_INFINITY) return;
    if (this.#cancelTimer !== undefined && this.#dueMs <= dueMs) return;
    this.#cancelTimer?.();
    this.#dueMs = dueMs;
    this.#cancelTimer = this.#timers.after(Math.max(0, dueMs - this.#timers.nowMs()), () => this.#tick());
  }

  #inputDueMs(): number {
    if (!this.#wantsInput || this.#link.isBusy(true)) return Number.POSITIVE_INFINITY;
    return this.#lastInputMs + inputGapMs;
  }

  #dataDueMs(): number {
    return this.#wantsData ? this.#lastDataMs + this.#dataGapMs() : Number.POSITIVE_INFINITY;
  }

  #dataGapMs(): number {
    return Math.max(1_000 / this.#rate, this.#linkGapMs(), this.#costMs > expensiveMs ? 1_000 : 0);
  }

  /** The link keeps a third of its time for keys. */
  #linkGapMs(): number {
    const halvedMs = this.#slowdown === 1 ? 0 : (1_000 / this.#rate) * this.#slowdown;
    return Math.min(1_000 / slowestRate, Math.max(halvedMs, this.#link.roundTripMs * 1.5));
  }

  #tick(): void {
    this.#cancelTimer = undefined;
    const now = this.#timers.nowMs();
    if (this.#wantsInput && this.#inputDueMs() <= now) {
      this.#lastInputMs = now;
      this.#frame();
    } else if (this.#wantsData && this.#dataDueMs() <= now) {
      this.#lastDataMs = now;
      if (this.#link.isBusy(false)) this.#skipped();
      else {
        this.#wentThrough();
        this.#frame();
      }
    }
    this.#schedule();
  }

  /** One frame shows everything, whatever it was asked for. */
  #frame(): void {
    this.#wantsInput = false;
    this.#wantsData = false;
    this.#paint();
  }

  /** Where the terminal answers, its round trip says better how slow it is. */
  #skipped(): void {
    if (this.#link.asks) return;
    this.#clean = 0;
    this.#skips++;
    if (this.#skips < skipsToSlow) return;
    this.#skips = 0;
    this.#slowdown = Math.min(this.#slowdown * 2, this.#rate / slowestRate);
  }

  #wentThrough(): void {
    this.#skips = 0;
    this.#clean++;
    if (this.#clean < cleanToRecover) return;
    this.#clean = 0;
    this.#slowdown = Math.max(1, this.#slowdown / 2);
  }
}
