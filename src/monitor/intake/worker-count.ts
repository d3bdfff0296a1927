import type { Event } from '../../protocol/event.ts';
import { HostClock } from '../event-lag.ts';
import { numberOf } from '../worker-replies.ts';
import { EventRatio } from './event-ratio.ts';
import type { Knowledge, WorkerIntake } from './intake-report.ts';
import { ProcessCount } from './process-count.ts';
import type { TaskTotals } from './task-totals.ts';

/** More processes under one name at one time are nobody's cluster. */
const maxProcesses = 4;
/** Seconds without a sign after which a process that has a successor is over. */
const processLifetime = 60;
/** Seconds within which a process that is not the last to speak must have spoken to be asked something. */
const speaking = 10;
/** Seconds over which a rate is counted: at least one such span, at most two. */
const rateSpan = 4;

/** What arrives from one worker name, whichever processes bear it, and what seems to be missing. */
export class WorkerCount {
  readonly hostname: string;
  readonly clock: HostClock = new HostClock();
  readonly ratio: EventRatio = new EventRatio();
  /** It has told how many tasks it has started. */
  beats = false;
  /** When the last heartbeat was received; 0 before the first. */
  lastBeat = 0;
  /** Seconds between heartbeats, as the last one says; undefined before the first. */
  beatEvery: number | undefined;
  /** Its pool is solo: it does not beat while it runs a task. */
  isSolo = false;
  /** Its events carry no clock of their own. */
  lacksClock = false;
  /** Ends whose start had to be seen and was not. */
  unstarted = 0;
  readonly #types: TaskTotals;
  /** By the place of the type: 1 where an event of it has come. */
  readonly #sending: number[] = [];
  #processes: readonly ProcessCount[] = [];
  /** The one that spoke last. */
  #first: ProcessCount | undefined;
  #processCount = 0;
  /** Of processes that are over. */
  #confirmedBefore = 0;
  #provisionalBefore = 0;
  #rate = 0;
  #rateFrom = 0;
  #eventsFrom = 0;
  #activeAt = Number.POSITIVE_INFINITY;

  constructor(hostname: string, types: TaskTotals) {
    this.hostname = hostname;
    this.#types = types;
  }

  /** @param types a copy of those of this worker */
  clone(types: TaskTotals): WorkerCount {
    const copy = new WorkerCount(this.hostname, types);
    copy.clock.copyFrom(this.clock);
    copy.ratio.add(this.ratio);
    copy.beats = this.beats;
    copy.lastBeat = this.lastBeat;
    copy.beatEvery = this.beatEvery;
    copy.isSolo = this.isSolo;
    copy.lacksClock = this.lacksClock;
    copy.unstarted = this.unstarted;
    this.#sending.forEach((sends, place) => {
      copy.#sending[place] = sends;
    });
    copy.#processes = this.#processes.map((process) => process.clone(types, copy.#sending));
    // The one that spoke last is always put first.
    copy.#first = copy.#processes[0];
    copy.#processCount = this.#processCount;
    copy.#confirmedBefore = this.#confirmedBefore;
    copy.#provisionalBefore = this.#provisionalBefore;
    copy.#rate = this.#rate;
    copy.#rateFrom = this.#rateFrom;
    copy.#eventsFrom = this.#eventsFrom;
    copy.#activeAt = this.#activeAt;
    return copy;
  }

  /** The process of that pid, which is made when it is new. */
  process(pid: unknown, at: number): ProcessCount {
    return this.known(pid, at) ?? this.#add(pid, at);
  }

  /** The process of that pid, if it was heard of before. */
  known(pid: unknown, at: number): ProcessCount | undefined {
    const first = this.#first;
    if (first !== undefined && first.pid === pid) return first;
    const number = pidOf(pid);
    const process = this.#processes.find((other) => other.pid === number);
    if (process !== undefined) this.#putFirst(process, at);
    return process;
  }

  /** A task of this type was received: the type sends events. */
  received(name: unknown): void {
    this.ratio.received += 1;
    this.#sending[this.#types.place(name)] = 1;
  }

  /** We hear it again after we were deaf. */
  gapEnded(at: number): void {
    for (const process of this.#processes) process.gapEnded(at);
  }

  eventsSwitched(): void {
    for (const process of this.#processes) process.eventsSwitched();
  }

  /** Whether a reply of it to `stats` would tell more now. That it was asked for is noted. */
  wantsTotals(now: number): boolean {
    const speaks = (process: ProcessCount): boolean =>
      process === this.#first || now - process.lastSign < speaking;
    return this.#processes.some((process) => speaks(process) && process.wantsTotals(now));
  }

  get sends(): boolean {
    return this.#processes.some(({ sends }) => sends);
  }

  /** Starts that were lost for certain. */
  get confirmedStarts(): number {
    const counted = this.#sum(({ verdict }) => verdict.confirmed, this.#confirmedBefore);
    return Math.max(counted, this.beats ? 0 : this.unstarted);
  }

  /** Starts beyond those that seem to be lost. */
  get provisionalStarts(): number {
    return this.#sum(({ verdict }) => verdict.provisional, this.#provisionalBefore);
  }

  lostEvents(clusterRatio: number): number {
    return (this.confirmedStarts + this.provisionalStarts) * this.ratio.value(clusterRatio);
  }

  /** worker-online, worker-heartbeat or worker-offline with the worker's figures. */
  beat(event: Event, clock: number | undefined, at: number): void {
    const { type, pid } = event;
    this.lastBeat = at;
    const freq = numberOf(event['freq']);
    if (freq !== undefined) this.beatEvery = Math.max(0.1, freq);
    if (typeof event.timestamp === 'number') this.clock.beat(event.timestamp);
    this.beats = true;
    const process = this.process(pid, at);
    process.lastSign = at;
    this.lacksClock = clock === undefined;
    if (clock !== undefined) process.beat(clock, event['processed'], at, type === 'worker-online');
  }

  /** Once a second. */
  tick(now: number): void {
    for (const process of this.#processes) process.tick(now);
    if (this.#processes.length > 1) {
      const over = (process: ProcessCount): boolean =>
        process !== this.#first && now - process.lastSign > processLifetime;
      this.#keep(this.#processes.filter((process) => !over(process)));
    }
    if (now - this.#rateFrom < rateSpan) return;
    const { events } = this.ratio;
    if (events !== this.#eventsFrom || this.#activeAt > now) this.#activeAt = now;
    if (this.#rateFrom > 0) this.#rate = (events - this.#eventsFrom) / (now - this.#rateFrom);
    this.#rateFrom = now;
    this.#eventsFrom = events;
  }

  /** Seconds since anything was heard of it. */
  idleFor(now: number): number {
    return now - Math.max(this.lastBeat, Math.min(this.#activeAt, now));
  }

  report(now: number, clusterRatio: number): WorkerIntake {
    return {
      hostname: this.hostname,
      knowledge: this.#knowledge(now),
      events: this.ratio.events,
      eventsPerSecond: this.#rate,
      starts: this.ratio.starts,
      confirmedStarts: this.confirmedStarts,
      provisionalStarts: this.provisionalStarts,
      unexplainedStarts: this.#sum(({ verdict }) => verdict.unexplained),
      silentTasks: this.#sum(({ verdict }) => verdict.silentTasks),
      silentTypes: [...new Set(this.#processes.flatMap(({ verdict }) => verdict.silentTypes))].sort(),
      ratio: this.ratio.value(clusterRatio),
      lostEvents: this.lostEvents(clusterRatio),
      lastBeat: this.lastBeat === 0 ? undefined : this.lastBeat,
      drift: this.clock.offset,
      processes: this.#processCount,
    };
  }

  #knowledge(now: number): Knowledge {
    if (this.#processes.some((process) => process.isDistrusted(now))) return 'shared-name';
    if (this.lacksClock) return 'no-clock';
    const process = this.#first;
    if (!this.beats) return 'no-heartbeats';
    if (process?.isCompared === true) return 'compared';
    return process?.isOff === true ? 'off' : 'not-yet';
  }

  #add(pid: unknown, at: number): ProcessCount {
    const process = new ProcessCount(pidOf(pid), this.#types, this.#sending, at);
    this.#processCount += 1;
    this.#putFirst(process, at);
    return process;
  }

  #putFirst(process: ProcessCount, at: number): void {
    const others = this.#processes.filter((other) => other !== process);
    this.#keep([process, ...others.slice(0, maxProcesses - 1)]);
    this.#first = process;
    process.lastSign = at;
  }

  /** What was found about the others stays. */
  #keep(processes: readonly ProcessCount[]): void {
    for (const process of this.#processes) {
      if (processes.includes(process)) continue;
      this.#confirmedBefore += process.verdict.confirmed;
      this.#provisionalBefore += process.verdict.provisional;
    }
    this.#processes = processes;
  }

  #sum(figure: (process: ProcessCount) => number, before = 0): number {
    return this.#processes.reduce((sum, process) => sum + figure(process), before);
  }
}

function pidOf(pid: unknown): number | undefined {
  return Number.isSafeInteger(pid) ? (pid as number) : undefined;
}
