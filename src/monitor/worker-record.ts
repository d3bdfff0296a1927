import type { Event } from '../protocol/event.ts';
import { SlidingCount } from './sliding-count.ts';
import {
  type ActiveQueue,
  type ActiveTask,
  type Inspection,
  type Inspections,
  notInspected,
  type Question,
  type RegisteredTask,
  type WorkerFacts,
  type WorkerStats,
  type WorkerStatus,
} from './worker-facts.ts';
import { listOf, numberOf, textOf } from './worker-replies.ts';

/** Shared by all records: what time it is for them, and since when events have been arriving without a break. */
export interface Listening {
  /** Seconds; stands still while the connection is lost, so that no worker dies of our own deafness. */
  now(): number;
  readonly since: number;
}

/** Celery's HEARTBEAT_EXPIRE_WINDOW of 200 %: two missed beats (celery/events/state.py:heartbeat_expires). */
const expireWindow = 2;
/** Celery's default for a heartbeat that does not name its frequency. */
const defaultFreq = 60;
const maxFreq = 3600;
/** A beat may come this much later than its frequency says before the worker counts as late. */
const lateFactor = 1.5;

/** The one writable form of `WorkerFacts`; only the directory holds it. */
export class WorkerRecord implements WorkerFacts {
  readonly hostname: string;
  lastSeen: number;
  lastBeat: number | undefined;
  drift: number | undefined;
  offlineSince: number | undefined;
  wasActive: number | undefined;
  activeCount: number | undefined;
  processed: number | undefined;
  loadavg: readonly number[] | undefined;
  pid: number | undefined;
  software: string | undefined;
  sendsTaskEvents = false;
  /** It sent worker-offline: an answer that was still under way does not bring it back. */
  saidGoodbye = false;
  answers: boolean | undefined;
  stats: Inspection<WorkerStats> = notInspected;
  activeQueues: Inspection<readonly ActiveQueue[]> = notInspected;
  registered: Inspection<readonly RegisteredTask[]> = notInspected;
  active: Inspection<readonly ActiveTask[]> = notInspected;
  poolRestarts: Inspection<boolean> = notInspected;
  readonly #listening: Listening;
  #freq = defaultFreq;
  /** The newest sign of life that announces no other: an answer or a task event. */
  #signAt = 0;
  #done: SlidingCount | undefined;
  #failed: SlidingCount | undefined;

  constructor(hostname: string, at: number, listening: Listening) {
    this.hostname = hostname;
    this.lastSeen = at;
    this.#listening = listening;
  }

  /** Answers are shared: a newer one takes their place. */
  clone(listening: Listening): WorkerRecord {
    const copy = new WorkerRecord(this.hostname, this.lastSeen, listening);
    copy.lastBeat = this.lastBeat;
    copy.drift = this.drift;
    copy.offlineSince = this.offlineSince;
    copy.wasActive = this.wasActive;
    copy.activeCount = this.activeCount;
    copy.processed = this.processed;
    copy.loadavg = this.loadavg;
    copy.pid = this.pid;
    copy.software = this.software;
    copy.sendsTaskEvents = this.sendsTaskEvents;
    copy.saidGoodbye = this.saidGoodbye;
    copy.answers = this.answers;
    copy.stats = this.stats;
    copy.activeQueues = this.activeQueues;
    copy.registered = this.registered;
    copy.active = this.active;
    copy.poolRestarts = this.poolRestarts;
    copy.#freq = this.#freq;
    copy.#signAt = this.#signAt;
    copy.#done = this.#done?.clone();
    copy.#failed = this.#failed?.clone();
    return copy;
  }

  get status(): WorkerStatus {
    if (this.offlineSince !== undefined) return 'offline';
    const now = this.#listening.now();
    if (this.lastBeat !== undefined && now > this.#dueSince(this.lastBeat) + this.#freq * lateFactor)
      return 'late';
    if (this.answers === false) return 'silent';
    const { slots, activeCount } = this;
    return slots !== undefined && slots > 0 && (activeCount ?? 0) >= slots ? 'busy' : 'online';
  }

  get slots(): number | undefined {
    return this.stats.value?.concurrency;
  }

  get beatAge(): number | undefined {
    return this.lastBeat === undefined ? undefined : Math.max(0, this.#listening.now() - this.lastBeat);
  }

  get goneFor(): number | undefined {
    return this.offlineSince === undefined
      ? undefined
      : Math.max(0, this.#listening.now() - this.offlineSince);
  }

  get doneInMinute(): number {
    return this.#done?.total(this.#listening.now()) ?? 0;
  }

  get failedInMinute(): number {
    return this.#failed?.total(this.#listening.now()) ?? 0;
  }

  /** When its heartbeats run out; undefined while it has sent none. */
  get expiresAt(): number | undefined {
    return this.lastBeat === undefined
      ? undefined
      : this.#dueSince(this.lastBeat) + this.#freq * expireWindow;
  }

  /**
   * worker-online and worker-heartbeat. One without `active` answers a request (celery/worker/control.py:heartbeat):
   * no other need follow, because a worker that runs without heartbeats sends it too.
   */
  beat(event: Event, at: number): void {
    this.drift = typeof event.timestamp === 'number' ? at - event.timestamp : this.drift;
    if (event.type === 'worker-heartbeat' && event['active'] === undefined) {
      this.answered(at);
      this.#figures(event);
      return;
    }
    this.lastBeat = at;
    this.saidGoodbye = false;
    this.#back();
    this.#freq = Math.min(maxFreq, Math.max(0.1, numberOf(event['freq']) || this.#freq));
    this.#figures(event);
  }

  leave(at: number, saidGoodbye: boolean): void {
    this.offlineSince = at;
    this.saidGoodbye = saidGoodbye;
    this.wasActive = this.activeCount;
    this.activeCount = undefined;
    this.answers = undefined;
  }

  /** An answer is as good as a beat: a solo worker stops beating while a task blocks it. */
  answered(at: number): void {
    this.answers = true;
    this.#sign(at);
  }

  /** An event of a task: whoever sends it is there, whether or not heartbeats come. */
  worked(at: number): void {
    // Told already by an event before it in its list.
    if (at === this.#signAt && at === this.lastSeen && this.offlineSince === undefined) return;
    this.lastSeen = at;
    this.sendsTaskEvents = true;
    this.#sign(at);
  }

  finished(at: number, failed: boolean): void {
    this.#done ??= new SlidingCount(60);
    this.#done.add(at);
    if (!failed) return;
    this.#failed ??= new SlidingCount(60);
    this.#failed.add(at);
  }

  /** `failure` instead of a value keeps the last answer. */
  inspect<Q extends Question>(question: Q, change: Partial<Inspections[Q]>): void {
    this[question] = { ...this[question], ...change };
  }

  /** After a gap of ours, a worker gets the whole window again before it counts as gone. */
  #dueSince(lastBeat: number): number {
    return Math.max(lastBeat, this.#signAt, this.#listening.since);
  }

  /** What was still under way when it said goodbye does not bring it back. */
  #sign(at: number): void {
    if (this.saidGoodbye) return;
    this.#signAt = at;
    this.#back();
  }

  #back(): void {
    this.offlineSince = undefined;
    this.wasActive = undefined;
  }

  #figures(event: Event): void {
    this.activeCount = numberOf(event['active']) ?? this.activeCount;
    this.processed = numberOf(event['processed']) ?? this.processed;
    this.pid = numberOf(event.pid) ?? this.pid;
    const load = listOf(event['loadavg']).slice(0, 3).map(numberOf);
    if (load.length > 0 && load.every((figure) => figure !== undefined)) this.loadavg = load;
    const software = [event['sw_ident'], event['sw_ver'], event['sw_sys']].map(textOf);
    if (software.some((part) => part !== undefined)) this.software = software.filter(Boolean).join(' ');
  }
}
