import type { Event } from '../protocol/event.ts';
import type { Inspections, Question, WorkerFacts } from './worker-facts.ts';
import { type Listening, WorkerRecord } from './worker-record.ts';

export interface WorkerDirectoryOptions {
  /** The least recently heard of is forgotten beyond this. */
  readonly maxWorkers?: number;
  /** Seconds since the epoch. */
  readonly now?: () => number;
  /** A worker was heard of for the first time. */
  readonly onSight?: (hostname: string) => void;
  /** It said goodbye, or its heartbeats ran out. */
  readonly onLeave?: (hostname: string) => void;
  /** One that was known already said online, or came back after it was gone: it restarted, or found its broker again. */
  readonly onReturn?: (hostname: string) => void;
}

/** A row that went offline stays this long, in seconds. */
const rowLifetime = 600;
/** A worker without heartbeats that neither sends nor answers counts as gone after this many seconds. */
const silenceLimit = 120;
/** Ticks come every second. After a longer break it was this process that stood still (Ctrl-Z, a laptop's lid), in seconds. */
const longestTick = 5;
/** Node names are short; what is longer comes from nobody's worker. */
const maxHostname = 255;

/** What is known of every worker, from events and from replies. Never throws, whatever they contain. */
export class WorkerDirectory {
  readonly #records = new Map<string, WorkerRecord>();
  readonly #options: WorkerDirectoryOptions;
  readonly #maxWorkers: number;
  readonly #now: () => number;
  readonly #listening: Listening;
  /** Of the last task event: events come in lists, each from one worker. */
  #latest: WorkerRecord | undefined;
  #deafSince: number | undefined;
  #listeningSince: number;
  #tickedAt: number | undefined;

  constructor(options: WorkerDirectoryOptions = {}) {
    this.#options = options;
    this.#maxWorkers = options.maxWorkers ?? 5000;
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#listeningSince = this.#now();
    const directory = this;
    this.#listening = {
      now: () => directory.#deafSince ?? directory.#now(),
      get since() {
        return directory.#listeningSince;
      },
    };
  }

  /**
   * A directory of its own that says what this one says and, told the same, goes on as this one would. It knows as many
   * workers; who is told of them is told anew: what comes of a past is no news of the cluster.
   */
  clone(options: Omit<WorkerDirectoryOptions, 'maxWorkers'> = {}): WorkerDirectory {
    const copy = new WorkerDirectory({ ...options, maxWorkers: this.#maxWorkers });
    for (const [hostname, record] of this.#records)
      copy.#records.set(hostname, record.clone(copy.#listening));
    copy.#deafSince = this.#deafSince;
    copy.#listeningSince = this.#listeningSince;
    copy.#tickedAt = this.#tickedAt;
    return copy;
  }

  /** Every row, those that went offline in the last ten minutes included, in no particular order. */
  all(): readonly WorkerFacts[] {
    return [...this.#records.values()];
  }

  get(hostname: string): WorkerFacts | undefined {
    return this.#records.get(hostname);
  }

  get size(): number {
    return this.#records.size;
  }

  /** Names of those that are not offline. */
  online(): string[] {
    return [...this.#records.values()]
      .filter(({ offlineSince }) => offlineSince === undefined)
      .map(({ hostname }) => hostname);
  }

  /** `at` is when it was received, on our clock. */
  noteEvent(event: Event, at: number): void {
    const { hostname, type } = event;
    if (!isHostname(hostname)) return;
    if (type.startsWith('worker-')) this.#noteWorkerEvent(hostname, event, at);
    else if (type.startsWith('task-') && type !== 'task-sent') this.#noteTaskEvent(hostname, type, at);
  }

  /** It answered a request, or was expected to and did not. */
  noteAnswer(hostname: string, answered: boolean): void {
    if (!isHostname(hostname)) return;
    if (answered) {
      const at = this.#now();
      const record = this.#see(hostname, at);
      this.#revive(record, () => record.answered(at));
    } else this.#leftUnanswered(hostname);
  }

  noteInspection<Q extends Question>(hostname: string, question: Q, change: Partial<Inspections[Q]>): void {
    this.#records.get(hostname)?.inspect(question, change);
  }

  /** The connection is lost: from now on silence proves nothing. */
  deaf(at: number): void {
    this.#deafSince ??= at;
  }

  /** Events arrive again. */
  listening(at: number): void {
    this.#deafSince = undefined;
    this.#listeningSince = at;
  }

  /** Finds those whose heartbeats ran out and forgets old rows; returns true when a row changed. */
  tick(): boolean {
    const now = this.#now();
    const stoodStill = this.#tickedAt !== undefined && now - this.#tickedAt > longestTick;
    this.#tickedAt = now;
    if (this.#deafSince !== undefined) return false;
    // Their heartbeats are still to be read; nobody is gone because we did not look.
    if (stoodStill) this.#listeningSince = now;
    let changed = false;
    for (const record of this.#records.values()) {
      if (record.offlineSince !== undefined) {
        if (now - record.offlineSince < rowLifetime) continue;
        this.#forget(record.hostname);
        changed = true;
      } else if (this.#isGone(record, now)) {
        this.#leave(record, Math.min(now, record.expiresAt ?? now), false);
        changed = true;
      }
    }
    return changed;
  }

  #isGone(record: WorkerRecord, now: number): boolean {
    if (record.expiresAt !== undefined) return now > record.expiresAt;
    return record.answers === false && now - Math.max(record.lastSeen, this.#listeningSince) > silenceLimit;
  }

  #noteWorkerEvent(hostname: string, event: Event, at: number): void {
    const known = this.#records.has(hostname);
    if (event.type === 'worker-offline') {
      this.#leave(this.#see(hostname, at), at, true);
    } else if (event.type === 'worker-online' || event.type === 'worker-heartbeat') {
      const record = this.#see(hostname, at);
      const returned = this.#revive(record, () => record.beat(event, at));
      if (known && !returned && event.type === 'worker-online') this.#options.onReturn?.(hostname);
    }
  }

  #noteTaskEvent(hostname: string, type: string, at: number): void {
    const latest = this.#latest;
    const record =
      latest?.hostname === hostname ? latest : (this.#records.get(hostname) ?? this.#see(hostname, at));
    this.#latest = record;
    if (record.offlineSince === undefined) record.worked(at);
    else this.#revive(record, () => record.worked(at));
    if (type === 'task-succeeded' || type === 'task-failed') record.finished(at, type === 'task-failed');
  }

  /** Goes to the young end of the map, so that the first entry is always the one to forget. */
  #see(hostname: string, at: number): WorkerRecord {
    const known = this.#records.get(hostname);
    const record = known ?? new WorkerRecord(hostname, at, this.#listening);
    record.lastSeen = at;
    if (known !== undefined) this.#records.delete(hostname);
    this.#records.set(hostname, record);
    if (known === undefined) {
      if (this.#records.size > this.#maxWorkers) this.#forgetOldest();
      this.#options.onSight?.(hostname);
    }
    return record;
  }

  /** Whatever ends its absence is a return: what it ran before has to be asked about. Returns whether it did. */
  #revive(record: WorkerRecord, sign: () => void): boolean {
    const wasGone = record.offlineSince !== undefined;
    sign();
    const returned = wasGone && record.offlineSince === undefined;
    if (returned) this.#options.onReturn?.(record.hostname);
    return returned;
  }

  #forgetOldest(): void {
    for (const oldest of this.#records.keys()) {
      this.#forget(oldest);
      return;
    }
  }

  #forget(hostname: string): void {
    this.#records.delete(hostname);
    if (this.#latest?.hostname === hostname) this.#latest = undefined;
  }

  #leave(record: WorkerRecord, at: number, saidGoodbye: boolean): void {
    if (record.offlineSince !== undefined) return;
    record.leave(at, saidGoodbye);
    this.#options.onLeave?.(record.hostname);
  }

  #leftUnanswered(hostname: string): void {
    const record = this.#records.get(hostname);
    if (record !== undefined) record.answers = false;
  }
}

function isHostname(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxHostname;
}
