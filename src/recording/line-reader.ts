import { EventStamp } from '../events/event-stamp.ts';
import type { Event } from '../protocol/event.ts';
import { jsonElements } from '../protocol/json-elements.ts';
import { isClock, LamportClock } from '../protocol/lamport-clock.ts';
import { isTooDeep } from '../protocol/nesting.ts';
import { parsePythonJson } from '../protocol/python-json.ts';
import { eventLine } from './event-lines.ts';
import { isTime } from './possible-time.ts';
import { type OwnLine, parseOwnLine } from './recording-lines.ts';

/** An event as its receiver handed it out: with the `clock` and the `local_received` that it had then. */
export interface RecordedEvent {
  readonly kind: 'event';
  readonly event: Event;
  /** Its line of JSON, `local_received` included. */
  readonly text: string;
}

export type RecordedItem = RecordedEvent | OwnLine;

/**
 * Makes items of lines, in their order, as a receiver made events of messages: whoever has no clock gets it from the
 * events before. Nothing that a line holds can make it throw.
 */
export class LineReader {
  #clock = new LamportClock();
  #utcoffset = false;
  #stamp = new EventStamp(this.#clock, false);
  #time: number;
  #unreadable = 0;

  /** @param time what an event counts as received at that tells no time, until another does; seconds since the epoch */
  constructor(time = 0) {
    this.#time = time;
  }

  /** Lines, and elements of lists, that were no events and nothing of ours. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** What a block that begins here has to say. */
  get clock(): number {
    return this.#clock.value;
  }

  get utcoffset(): boolean {
    return this.#utcoffset;
  }

  /** Lists are several; an empty line and the beginning of a block are none. */
  read(line: string): readonly RecordedItem[] {
    const text = line.trim();
    const value = parse(text);
    if (isObject(value)) {
      const item = this.#item(value, text);
      return item === undefined ? [] : [item];
    }
    if (Array.isArray(value)) return this.#list(value, text);
    if (text !== '') this.#unreadable += 1;
    return [];
  }

  #list(values: readonly unknown[], line: string): readonly RecordedItem[] {
    const texts = jsonElements(line);
    return values.flatMap((value, index) => {
      const text = texts[index];
      const item = isObject(value) && text !== undefined ? this.#item(value, text) : undefined;
      if (!isObject(value)) this.#unreadable += 1;
      return item === undefined ? [] : [item];
    });
  }

  #item(value: object, text: string): RecordedItem | undefined {
    if (isEvent(value)) return this.#event(value, text);
    const line = 'stalk' in value ? parseOwnLine(value) : undefined;
    if (line?.kind === 'block') this.#begin(line.clock, line.utcoffset);
    else if (line === undefined) this.#unreadable += 1;
    else return line;
    return undefined;
  }

  #event(event: Event, text: string): RecordedItem {
    const { local_received: received, timestamp } = event;
    const isTold = isTime(received);
    if (isTold) this.#time = received;
    else if (isTime(timestamp)) this.#time = timestamp;
    const isClockless = event.type !== 'task-sent' && !isClock(event.clock);
    this.#stamp.apply(event, this.#time);
    return { kind: 'event', event, text: isTold ? text : eventLine(event, text, isClockless) };
  }

  #begin(clock: number, utcoffset: boolean): void {
    this.#clock = new LamportClock(isClock(clock) ? clock : 0);
    this.#utcoffset = utcoffset;
    this.#stamp = new EventStamp(this.#clock, utcoffset);
  }
}

function parse(line: string): unknown {
  // A failure to parse is slow, and a log of something else fails in every line.
  if (!line.startsWith('{') && !line.startsWith('[')) return undefined;
  try {
    const value = parsePythonJson(line);
    return isTooDeep(line, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEvent(value: object): value is Event {
  return 'type' in value && typeof value.type === 'string';
}
