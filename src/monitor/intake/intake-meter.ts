import type { Event } from '../../protocol/event.ts';
import type { CommandEntry } from '../command-log.ts';
import { ConnectionGaps, type Gap } from '../connection-gaps.ts';
import { EventLag } from '../event-lag.ts';
import { EventRatio } from './event-ratio.ts';
import type { IntakeOptions } from './intake-options.ts';
import { deafnesses, type IntakeReport } from './intake-report.ts';
import { isStartMissed } from './missed-start.ts';
import { SeenShare, shareOf } from './seen-share.ts';
import { StatsReading } from './stats-reading.ts';
import { TaskTotals } from './task-totals.ts';
import { WorkerCount } from './worker-count.ts';

/** Node names are short; what is longer comes from nobody's worker. */
const maxHostname = 255;
/** Seconds after its last sign for which a worker has a line of its own. */
const lifetime = 3600;
/** It is notable when nothing comes until so many heartbeats of the most frequent worker are overdue, and a second more. */
const silentBeats = 2;

/**
 * Tells how much of what the cluster said has reached us: per worker, the starts that its heartbeats count against those
 * that arrived. It never throws, allocates nothing for an event, and does not call loss what has another explanation.
 * All times are seconds since the epoch.
 */
export class IntakeMeter {
  readonly lag: EventLag = new EventLag();
  readonly gaps: ConnectionGaps = new ConnectionGaps();
  readonly #options: IntakeOptions;
  readonly #types = new TaskTotals();
  readonly #workers = new Map<string, WorkerCount>();
  readonly #share = new SeenShare();
  readonly #silences = new ConnectionGaps();
  /** Events come in lists, each from one worker. */
  #last: WorkerCount | undefined;
  #since: number | undefined;
  #heardAt = Number.POSITIVE_INFINITY;
  /** Seconds of silence after which we count as deaf; infinite while nobody beats. */
  #silenceAfter = Number.POSITIVE_INFINITY;
  #sentEvents = 0;
  /** What was seen and lost of workers that are forgotten. */
  readonly #before = { events: 0, lostEvents: 0, confirmed: 0, provisional: 0 };
  #clusterRatio = new EventRatio().value();
  #seenEvents = 0;
  #lostEvents = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * A meter of its own that says what this one says and, told the same, goes on as this one would. It knows as many
   * workers; whom it asks is told anew, because what a meter of the past wants to know is not to be asked of the cluster.
   */
  clone(options: Omit<IntakeOptions, 'maxWorkers'>): IntakeMeter {
    const copy = new IntakeMeter({ ...options, maxWorkers: this.#options.maxWorkers });
    copy.lag.copyFrom(this.lag);
    copy.gaps.copyFrom(this.gaps);
    copy.#types.copyFrom(this.#types);
    for (const [hostname, worker] of this.#workers) copy.#workers.set(hostname, worker.clone(copy.#types));
    copy.#share.copyFrom(this.#share);
    copy.#silences.copyFrom(this.#silences);
    copy.#since = this.#since;
    copy.#heardAt = this.#heardAt;
    copy.#silenceAfter = this.#silenceAfter;
    copy.#sentEvents = this.#sentEvents;
    Object.assign(copy.#before, this.#before);
    copy.#clusterRatio = this.#clusterRatio;
    copy.#seenEvents = this.#seenEvents;
    copy.#lostEvents = this.#lostEvents;
    return copy;
  }

  /** Once for each event that arrives, after the State has taken it in. */
  noteEvent(event: Event, received: number): void {
    const { type, hostname } = event;
    if (received - this.#heardAt > this.#silenceAfter) this.#silenceEnded(type, received);
    this.#heardAt = received;
    const isTask = type.startsWith('task-');
    if (isTask && type === 'task-sent') this.#sentEvents += 1;
    else if (isTask || type.startsWith('worker-')) {
      const worker = this.#last?.hostname === hostname ? this.#last : this.#find(hostname);
      if (worker !== undefined) {
        this.#last = worker;
        this.lag.note(worker.clock, event.timestamp, received);
        if (isTask) this.#noteTask(worker, event, received);
        else this.#noteWorker(worker, event, received);
        return;
      }
    }
    this.lag.noteReceived(received);
  }

  /** The reply of a worker to `stats`, whatever it is. */
  noteStats(hostname: string, reply: unknown, at: number): void {
    const worker = this.#find(hostname);
    const reading = StatsReading.of(reply, this.#types);
    if (worker === undefined || reading === undefined) return;
    worker.isSolo = reading.isSolo;
    if (worker.lacksClock) return;
    const process = worker.process(reading.pid, at);
    const gap = this.gaps.all.at(-1);
    const isNew = !process.began && gap !== undefined && process.metAt * 1000 >= gap.toMs;
    if (isNew && reading.beganIn(gap, at)) process.bornInGap(worker.sends);
    process.verdict.inThreads = reading.inThreads;
    process.totals(reading.clock, reading.counts, at);
  }

  /** The connection is lost; the earliest time counts. */
  deaf(at: number): void {
    this.gaps.lost(at * 1000);
  }

  /** We hear events, at first or again; returns the gap that ends here, if there was one. */
  listening(at: number): Gap | undefined {
    const gap = this.gaps.listening(at * 1000);
    this.#since ??= at;
    this.#heardAt = at;
    if (gap !== undefined) this.#deafnessEnded(at);
    return gap;
  }

  /** Task events that are switched from here leave a time of which nothing can be said. */
  commandSettled({ method, replies }: CommandEntry): void {
    if (method !== 'enable_events' && method !== 'disable_events') return;
    for (const { hostname } of replies) this.#workers.get(hostname)?.eventsSwitched();
  }

  /** Asks the workers that are there and whose totals by type would tell more now. */
  askTotals(now: number): void {
    const wanted = this.#options
      .online()
      .filter((hostname) => this.#workers.get(hostname)?.wantsTotals(now) === true);
    if (wanted.length > 0) this.#options.askStats(wanted);
  }

  /** Once a second; returns whether more or less seems to be lost than before. */
  tick(now: number): boolean {
    this.#silenceAfter = Number.POSITIVE_INFINITY;
    for (const worker of this.#workers.values()) {
      worker.tick(now);
      if (worker.idleFor(now) > lifetime) this.#forget(worker);
      const { beatEvery } = worker;
      if (beatEvery === undefined || worker.isSolo || this.#heardAt - worker.lastBeat > 3 * beatEvery)
        continue;
      this.#silenceAfter = Math.min(this.#silenceAfter, beatEvery * silentBeats + 1);
    }
    const before = this.#lostEvents;
    this.#recount(now);
    return before !== this.#lostEvents;
  }

  /** How many workers the report tells of. */
  get workerCount(): number {
    return this.#workers.size;
  }

  /** How much of the task events of the last five minutes has arrived, from 0 to 1; undefined when there were none. */
  recentShare(now: number): number | undefined {
    this.#recount(now);
    return this.#share.share(now);
  }

  report(now: number, unreadable: number): IntakeReport {
    const workers = [...this.#workers.values()].map((worker) => worker.report(now, this.#clusterRatio));
    const sum = (before: number, figure: (worker: (typeof workers)[number]) => number): number =>
      workers.reduce((total, worker) => total + figure(worker), before);
    const events = sum(this.#before.events, (worker) => worker.events);
    const lostEvents = sum(this.#before.lostEvents, (worker) => worker.lostEvents);
    return {
      since: this.#since,
      share: shareOf(events, lostEvents),
      recentShare: this.recentShare(now),
      events,
      lostEvents,
      confirmedStarts: sum(this.#before.confirmed, (worker) => worker.confirmedStarts),
      provisionalStarts: sum(this.#before.provisional, (worker) => worker.provisionalStarts),
      sentEvents: this.#sentEvents,
      unreadable,
      gaps: deafnesses(this.gaps.all, this.#silences.all),
      gapCount: this.gaps.count + this.#silences.count,
      gapSeconds: (this.gaps.totalMs + this.#silences.totalMs) / 1000,
      workers,
    };
  }

  #recount(now: number): void {
    const total = new EventRatio();
    for (const { ratio } of this.#workers.values()) total.add(ratio);
    this.#clusterRatio = total.value();
    const seen = this.#before.events + total.events;
    let lost = this.#before.lostEvents;
    for (const worker of this.#workers.values()) lost += worker.lostEvents(this.#clusterRatio);
    this.#share.add(now, seen - this.#seenEvents, lost - this.#lostEvents);
    this.#seenEvents = seen;
    this.#lostEvents = lost;
  }

  #noteTask(worker: WorkerCount, event: Event, received: number): void {
    const { type, pid, clock } = event;
    const { ratio } = worker;
    let isStart = false;
    let isOwn = false;
    switch (type) {
      case 'task-received':
        worker.received(event['name']);
        break;
      case 'task-started':
        ratio.starts += 1;
        isStart = true;
        break;
      case 'task-succeeded':
        ratio.ended += 1;
        if (!worker.beats && isStartMissed(event, received, this.#since, this.#options.state)) {
          worker.unstarted += 1;
        }
        break;
      case 'task-failed':
      case 'task-retried':
      case 'task-revoked':
      case 'task-rejected':
        ratio.ended += 1;
        break;
      default:
        // Sent from within a task, by a process of the pool with a clock of its own.
        ratio.own += 1;
        isOwn = true;
    }
    const process = isOwn ? worker.known(pid, received) : worker.process(pid, received);
    if (typeof clock === 'number') process?.taskEvent(clock, isStart);
  }

  #noteWorker(worker: WorkerCount, event: Event, received: number): void {
    const { type, hostname, clock } = event;
    if (type !== 'worker-heartbeat' && type !== 'worker-online' && type !== 'worker-offline') return;
    // One that answers a request (celery/worker/control.py:heartbeat) counts nothing.
    if (event['processed'] === undefined) return;
    worker.beat(event, clock === this.#options.ownClock() ? undefined : clock, received);
    // The first of the map is always the one to forget.
    this.#workers.delete(String(hostname));
    this.#workers.set(String(hostname), worker);
  }

  #find(hostname: unknown): WorkerCount | undefined {
    if (typeof hostname !== 'string' || hostname === '' || hostname.length > maxHostname) return undefined;
    const known = this.#workers.get(hostname);
    if (known !== undefined) return known;
    const worker = new WorkerCount(hostname, this.#types);
    this.#workers.set(hostname, worker);
    if (this.#workers.size > (this.#options.maxWorkers ?? 5000)) {
      const [oldest] = this.#workers.values();
      this.#forget(oldest);
    }
    return worker;
  }

  /** What was found about it stays in the totals. */
  #forget(worker: WorkerCount | undefined): void {
    if (worker === undefined) return;
    if (worker === this.#last) this.#last = undefined;
    this.#workers.delete(worker.hostname);
    this.#before.events += worker.ratio.events;
    this.#before.lostEvents += worker.lostEvents(this.#clusterRatio);
    this.#before.confirmed += worker.confirmedStarts;
    this.#before.provisional += worker.provisionalStarts;
  }

  /** Nothing came while heartbeats were due. A worker that starts is no sign that we were deaf. */
  #silenceEnded(type: string, at: number): void {
    // Without a connection it is the gap that ends; events may come a moment before that is told.
    if (type === 'worker-online' || this.gaps.lostAtMs !== undefined) return;
    this.#silences.lost(this.#heardAt * 1000);
    this.#silences.listening(at * 1000);
    this.#deafnessEnded(at);
  }

  #deafnessEnded(at: number): void {
    for (const worker of this.#workers.values()) worker.gapEnded(at);
  }
}
