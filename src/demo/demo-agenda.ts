import type { Timers } from '../timers.ts';

export interface Appointment {
  /** Simulated time, in seconds since the epoch. */
  readonly dueAt: number;
}

interface Entry extends Appointment {
  dueAt: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** A computer that slept must not wake up to hours of heartbeats: past this, all that was due happens later instead. */
const longestLag = 90;
/** The history is played this fast, in seconds of real time, so that the first screen is not empty. */
const catchUpSeconds = 1;

/**
 * What happens when in the simulation: one ordered list behind one timer. An entry runs at the time it was due, however
 * late the timer is, so a run depends on its seed alone. It starts `history` seconds in the past and catches up with the
 * real time within the first second.
 */
export class Agenda {
  readonly #timers: Timers;
  readonly #startedAt: number;
  readonly #history: number;
  readonly #heap: Entry[] = [];
  #time: number;
  #order = 0;
  #running = false;
  #stopped = false;
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;

  constructor(timers: Timers, history: number) {
    this.#timers = timers;
    this.#history = history;
    this.#startedAt = timers.nowMs() / 1000;
    this.#time = this.#startedAt - history;
  }

  /** Simulated time, in seconds since the epoch; never goes back. */
  get now(): number {
    if (!this.#running) this.#time = Math.max(this.#time, this.#simulated());
    return this.#time;
  }

  /** Real time, in seconds since the epoch: what differs from `now` only while the history is played. */
  get realNow(): number {
    return this.#timers.nowMs() / 1000;
  }

  get catchingUp(): boolean {
    return this.#time < this.#startedAt;
  }

  get size(): number {
    return this.#heap.length;
  }

  after(delay: number, run: () => void): Appointment {
    const entry: Entry = { dueAt: this.now + Math.max(0, delay), order: this.#order++, run };
    if (this.#stopped) return entry;
    this.#push(entry);
    this.#arm();
    return entry;
  }

  /** Again and again, `period` seconds apart, until cancelled. */
  every(period: number, run: () => void, firstDelay: number = period): { cancel: () => void } {
    const repeat = (): void => {
      next = this.after(period, repeat);
      run();
    };
    let next = this.after(firstDelay, repeat);
    return { cancel: () => this.cancel(next) };
  }

  cancel(appointment: Appointment | undefined): void {
    const index = this.#heap.indexOf(appointment as Entry);
    if (index < 0) return;
    const last = this.#heap.pop();
    if (last === undefined || index === this.#heap.length) return;
    this.#heap[index] = last;
    this.#sink(index);
    this.#rise(index);
  }

  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #simulated(): number {
    const elapsed = this.realNow - this.#startedAt;
    const pace = elapsed < catchUpSeconds ? (this.#history + catchUpSeconds) / catchUpSeconds : 1;
    return pace === 1 ? this.realNow : this.#startedAt - this.#history + elapsed * pace;
  }

  #realDelay(dueAt: number): number {
    const pace = (this.#history + catchUpSeconds) / catchUpSeconds;
    const ahead = dueAt - (this.#startedAt - this.#history);
    const dueReal = ahead / pace < catchUpSeconds ? this.#startedAt + ahead / pace : dueAt;
    return dueReal - this.realNow;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (this.#running || this.#stopped || first === undefined || first.dueAt >= this.#armedFor) return;
    this.#disarm?.();
    this.#armedFor = first.dueAt;
    this.#disarm = this.#timers.after(Math.max(1, Math.ceil(this.#realDelay(first.dueAt) * 1000)), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#disarm = undefined;
      this.#runDue();
      this.#arm();
    });
  }

  #runDue(): void {
    const target = Math.max(this.#simulated(), this.#time);
    this.#postponeAll(target);
    this.#running = true;
    try {
      for (let first = this.#heap[0]; first !== undefined && first.dueAt <= target; first = this.#heap[0]) {
        this.#pop();
        this.#time = Math.max(this.#time, first.dueAt);
        first.run?.();
      }
    } finally {
      this.#running = false;
    }
  }

  #postponeAll(target: number): void {
    const lag = target - (this.#heap[0]?.dueAt ?? target);
    if (lag < longestLag) return;
    for (const entry of this.#heap) entry.dueAt += lag;
  }

  #push(entry: Entry): void {
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]];
    if (a === undefined || b === undefined || !this.#isEarlier(index, other)) return false;
    this.#heap[index] = b;
    this.#heap[other] = a;
    return true;
  }

  #isEarlier(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]];
    if (a === undefined || b === undefined) return false;
    return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
  }
}
