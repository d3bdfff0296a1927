import type { Event } from '../protocol/event.ts';
import type { Copies } from './copies.ts';
import { isNumber } from './event-time.ts';
import { type ExtraFields, ExtraValues, noExtraFields } from './extra-fields.ts';
import { textBytes, workerBytes } from './memory-size.ts';
import { storedText } from './stored-value.ts';
import type { TaskGroup } from './task-group.ts';

/** Heartbeats remembered per worker. Mirrors celery/events/state.py:Worker.heartbeat_max. */
const maxHeartbeats = 4;

/** A worker is alive for this many times its `freq` after its newest heartbeat. Celery: HEARTBEAT_EXPIRE_WINDOW, 200 %. */
const expireWindow = 2;

/** Celery sends three; a longer list is none of its. */
const maxLoads = 16;

/** Seconds assumed between heartbeats until a worker event says otherwise. */
const defaultFreq = 60;

/** Whole seconds between an event's time and its receipt beyond which clocks disagree. Celery: HEARTBEAT_DRIFT_MAX. */
const maxDrift = 16;

/**
 * One worker as its events describe it. Mirrors celery/events/state.py:Worker, in camelCase.
 *
 * Celery's faults that are mended here: a wire field called `id` (every `worker-elect` has one) raises AttributeError
 * in Celery and is ignored here; a wire field called `heartbeats` replaces Celery's own list and is ignored here; a
 * null `clock` or `freq` counts as absent. Values of unexpected types are kept in `extra`.
 */
export class Worker {
  readonly hostname: string;
  /** Main process. Unknown until a worker event arrives: task events do not tell it. */
  pid: number | null | undefined = undefined;
  /** Seconds between heartbeats. */
  freq: number = defaultFreq;
  /** Times of the newest signs of life, in seconds, oldest first: at most four. */
  readonly heartbeats: number[] = [];
  clock: number = 0;
  /** Tasks that run now. */
  active: number | null | undefined = undefined;
  /** Tasks taken since the worker started. */
  processed: number | null | undefined = undefined;
  /** Over 1, 5 and 15 minutes. */
  loadavg: readonly number[] | null | undefined = undefined;
  swIdent: string | null | undefined = undefined;
  swVer: string | null | undefined = undefined;
  swSys: string | null | undefined = undefined;
  /** Type and times of the newest worker event, in seconds. */
  type: string | null | undefined = undefined;
  timestamp: number | null | undefined = undefined;
  localReceived: number | null | undefined = undefined;
  /** Hours west of UTC. */
  utcoffset: number | null | undefined = undefined;
  /** Seconds from an event's own time to its receipt, of the newest event: clock difference and delay together. */
  drift: number | undefined = undefined;
  /** `State.revision` at the newest change. */
  revision: number = 0;
  /** The tasks in memory whose newest worker this is; shared by all records of one hostname. */
  group: TaskGroup | undefined = undefined;
  /** Tasks in memory that have this very record. */
  tasks: number = 0;
  /** Book-keeping of the timeline, for the process that `id` names. */
  number: number = 0;
  /** Whether the State still has it. */
  inMemory: boolean = false;
  /** Whether `onDrift` has been told: once per worker is enough. */
  driftReported: boolean = false;
  #id: string;
  #extra: ExtraValues | undefined = undefined;
  #textBytes = 0;

  constructor(hostname: string) {
    this.hostname = hostname;
    this.#id = `${hostname}.None`;
  }

  /** `hostname.pid`, with Python's `None` while the pid is not known: it decides the order of equal clocks. */
  get id(): string {
    return this.#id;
  }

  get extra(): ExtraFields {
    return this.#extra?.values ?? noExtraFields();
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return workerBytes + textBytes(this.hostname) * 2 + this.#textBytes + (this.#extra?.bytes ?? 0);
  }

  /** When the newest heartbeat loses its worth, in seconds; undefined without any heartbeat (Celery: IndexError). */
  get heartbeatExpires(): number | undefined {
    const newest = this.heartbeats.at(-1);
    return newest === undefined ? undefined : newest + this.freq * expireWindow;
  }

  /** @param now seconds since the epoch */
  alive(now: number): boolean {
    const expires = this.heartbeatExpires;
    return expires !== undefined && now < expires;
  }

  /** Takes over the fields of a worker event. */
  update(event: Event): void {
    for (const name in event) {
      const value = event[name];
      if (name === 'id' || name === 'heartbeats' || name === 'hostname') continue;
      if (this.#write(name, value)) {
        this.#extra?.delete(name);
      } else {
        this.#extra ??= new ExtraValues();
        this.#extra.keep(name, value);
      }
    }
  }

  /**
   * Notes a sign of life: the time of receipt of a worker event, but the time of a task event itself (Celery swaps
   * the two arguments there). An event without two usable times is none.
   *
   * @returns whether the two times are so far apart that the clocks of the two machines must disagree
   */
  beat(timestamp: unknown, localReceived: unknown, ofTask: boolean): boolean {
    if (!isUsable(timestamp) || !isUsable(localReceived)) return false;
    this.drift = localReceived - timestamp;
    this.#insertBeat(ofTask ? timestamp : localReceived);
    return Math.abs(Math.trunc(localReceived) - Math.trunc(timestamp)) > maxDrift;
  }

  /** @param groups the copies of the groups of tasks */
  clone(groups: Copies<TaskGroup>): Worker {
    const copy = new Worker(this.hostname);
    copy.pid = this.pid;
    copy.freq = this.freq;
    for (const beat of this.heartbeats) copy.heartbeats.push(beat);
    copy.clock = this.clock;
    copy.active = this.active;
    copy.processed = this.processed;
    copy.loadavg = this.loadavg;
    copy.swIdent = this.swIdent;
    copy.swVer = this.swVer;
    copy.swSys = this.swSys;
    copy.type = this.type;
    copy.timestamp = this.timestamp;
    copy.localReceived = this.localReceived;
    copy.utcoffset = this.utcoffset;
    copy.drift = this.drift;
    copy.revision = this.revision;
    copy.group = this.group && groups.of(this.group);
    copy.tasks = this.tasks;
    copy.number = this.number;
    copy.inMemory = this.inMemory;
    copy.driftReported = this.driftReported;
    copy.#id = this.#id;
    copy.#extra = this.#extra?.clone();
    copy.#textBytes = this.#textBytes;
    return copy;
  }

  toJSON(): Record<string, unknown> {
    const { hostname, pid, freq, heartbeats, clock, active, processed, loadavg } = this;
    return {
      hostname,
      pid,
      freq,
      heartbeats,
      clock,
      active,
      processed,
      loadavg,
      sw_ident: this.swIdent,
      sw_ver: this.swVer,
      sw_sys: this.swSys,
    };
  }

  /** Most heartbeats say again what the worker has told before: that text is kept. */
  #writeText(field: TextField, value: string | null): void {
    if (this[field] === value) return;
    this.#textBytes += textBytes(value) - textBytes(this[field]);
    this[field] = value;
  }

  #insertBeat(time: number): void {
    const beats = this.heartbeats;
    if (beats.length >= maxHeartbeats) dropFirst(beats);
    let place = beats.length;
    // Nearly always in its place already; equal times go after each other.
    while (place > 0 && time < (beats[place - 1] ?? time)) place -= 1;
    if (place === beats.length) beats.push(time);
    else beats.splice(place, 0, time);
  }

  /** Whether the value has the type Celery sends and was stored. */
  #write(name: string, value: unknown): boolean {
    if (name === 'loadavg') {
      if (value !== null && !isLoads(value)) return false;
      this.loadavg = value;
      return true;
    }
    if (name === 'freq' || name === 'clock') {
      if (isNumber(value)) this[name] = value;
      return value === null || isNumber(value);
    }
    const number = numberFields.get(name);
    if (number !== undefined && (value === null || isNumber(value))) {
      this[number] = value;
      if (number === 'pid') this.#id = `${this.hostname}.${value ?? 'None'}`;
      return true;
    }
    const text = textFields.get(name);
    if (text !== undefined && (value === null || typeof value === 'string')) {
      this.#writeText(text, value === null ? null : storedText(value));
      return true;
    }
    return false;
  }
}

/** As `shift` does, which takes longer for four numbers than all else that a sign of life costs. */
function dropFirst(beats: number[]): void {
  for (let i = 1; i < beats.length; i += 1) beats[i - 1] = beats[i] ?? 0;
  beats.length -= 1;
}

function isLoads(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= maxLoads && value.every(isNumber);
}

function isUsable(time: unknown): time is number {
  return isNumber(time) && Number.isFinite(time) && time !== 0;
}

type NumberField = 'pid' | 'active' | 'processed' | 'timestamp' | 'localReceived' | 'utcoffset';

const numberFields: ReadonlyMap<string, NumberField> = new Map<string, NumberField>([
  ['pid', 'pid'],
  ['active', 'active'],
  ['processed', 'processed'],
  ['timestamp', 'timestamp'],
  ['local_received', 'localReceived'],
  ['utcoffset', 'utcoffset'],
]);

type TextField = 'swIdent' | 'swVer' | 'swSys' | 'type';

const textFields: ReadonlyMap<string, TextField> = new Map<string, TextField>([
  ['sw_ident', 'swIdent'],
  ['sw_ver', 'swVer'],
  ['sw_sys', 'swSys'],
  ['type', 'type'],
]);
