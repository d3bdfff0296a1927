import type { Timers } from '../../timers.ts';

/** Until this long after the start a terminal may say that it answers questions. */
const probeMs = 1_000;

/** An answer is given up after this long, or after eight round trips if those are longer. */
const lostMs = 5_000;

/** A stall is not a measure of the link: longer round trips count as this, so that the pace recovers in seconds. */
const longestMs = 3_000;

/** Up to this round trip a key may be painted while the frame before it is still unread. */
const quickMs = 250;

/**
 * How far the terminal is behind. A frame that has been written may still lie in the buffers of sshd and TCP; a
 * terminal that answers the question at the end of a frame tells when it has really been read.
 */
export class Link {
  /** Milliseconds from a frame to its acknowledgement; rises at once, falls slowly; 0 when nothing was measured. */
  roundTripMs = 0;
  readonly #timers: Timers;
  readonly #onFree: () => void;
  #sentAtMs: number[] = [];
  #isWriting = false;
  #answers = false;
  #cancelWatchdog: (() => void) | undefined;

  constructor(timers: Timers, onFree: () => void) {
    this.#timers = timers;
    this.#onFree = onFree;
  }

  /** Whether frames end with the question: only if the terminal has answered before. */
  get asks(): boolean {
    return this.#answers;
  }

  /** A question was sent to find out whether this terminal answers; nothing waits for it. */
  probe(): void {
    this.reset();
    this.#sentAtMs = [this.#timers.nowMs()];
    this.#watch(probeMs);
  }

  frameStarted(): void {
    this.#isWriting = true;
    if (this.#answers) this.#sentAtMs.push(this.#timers.nowMs());
  }

  frameWritten(): void {
    this.#isWriting = false;
    if (this.#sentAtMs.length > 0 && this.#answers) this.#watch(Math.max(lostMs, this.roundTripMs * 8));
    if (!this.isBusy(true)) this.#onFree();
  }

  acknowledge(): void {
    this.#answers = true;
    const sentAtMs = this.#sentAtMs.shift();
    if (sentAtMs === undefined) return;
    const roundTripMs = Math.min(longestMs, this.#timers.nowMs() - sentAtMs);
    this.roundTripMs = Math.max(roundTripMs, (this.roundTripMs + roundTripMs) / 2);
    if (this.#sentAtMs.length === 0) this.#cancelWatchdog?.();
    if (!this.isBusy(true)) this.#onFree();
  }

  /** Whether the next frame would queue behind another. A key's frame may follow one unread frame on a quick link. */
  isBusy(isUrgent: boolean): boolean {
    if (this.#isWriting) return true;
    if (!this.#answers) return false;
    return this.#sentAtMs.length > (isUrgent && this.roundTripMs < quickMs ? 1 : 0);
  }

  /** Whatever was on its way is none of the screen's business any more. */
  reset(): void {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = undefined;
    this.#sentAtMs = [];
    this.#isWriting = false;
  }

  #watch(ms: number): void {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = this.#timers.after(ms, () => {
      this.#sentAtMs = [];
      this.#answers = false;
      if (!this.isBusy(true)) this.#onFree();
    });
  }
}
