/** Which task an event is of. */
export interface TaskNumber {
  /** Of its worker, 0 to 255. */
  readonly worker: number;
  /** Below 2^30. */
  readonly task: number;
}

/** When an event was sent, ready to be written. */
export interface EventMoment {
  /** Lamport clock of nine digits. */
  clock: number;
  /** Seconds since the epoch with seven decimals, as text: see `timestampText`. */
  timestamp: string;
}

/** What stands in a value where the events differ; each is as long as what is written over it. */
export const uuidMark: string = '@'.repeat(36);
/** Becomes the number of the task, so that no two tasks share a text. */
export const numberMark: string = '#'.repeat(9);
/** Becomes digits that are spread evenly, the same in all events of a task. */
export const spreadMark: string = '%'.repeat(9);
/** Without leading zeros, which no Python writes. */
const firstNumber = 100_000_000;
const clockMark = '^'.repeat(9);
const timestampMark = '~'.repeat(18);

/**
 * One kind of event as Celery 5.6 puts it on the wire: its order of fields, Python's separators. Serialized once; what
 * differs from event to event has its place in it, so that the bench is never slower than what it measures.
 */
export class EventText {
  readonly #bytes: Buffer;
  readonly #uuids: readonly number[];
  readonly #numbers: readonly number[];
  readonly #spreads: readonly number[];
  readonly #clock: number;
  readonly #timestamp: number;

  /** @param fields those between the sender and the time, in order */
  constructor(
    sender: { readonly hostname: string; readonly pid: number },
    type: string,
    fields: Readonly<Record<string, unknown>>,
  ) {
    const { hostname, pid } = sender;
    const event = {
      hostname,
      utcoffset: 0,
      pid,
      clock: clockMark,
      ...fields,
      timestamp: timestampMark,
      type,
    };
    // A number is a mark without its quotes.
    const text = pythonJson(event).replaceAll(/"(0\.%{9}#{9}|\^{9}|~{18})"/g, '$1');
    this.#bytes = Buffer.from(text, 'latin1');
    this.#uuids = places(text, uuidMark);
    this.#numbers = places(text, numberMark);
    this.#spreads = places(text, spreadMark);
    this.#clock = text.indexOf(clockMark);
    this.#timestamp = text.indexOf(timestampMark);
  }

  /** Returns where it ends. */
  write(target: Buffer, at: number, of: TaskNumber, moment: EventMoment): number {
    this.#bytes.copy(target, at);
    for (const place of this.#uuids) writeUuid(target, at + place, of);
    for (const place of this.#numbers)
      writeDigits(target, at + place, firstNumber + of.task, numberMark.length);
    for (const place of this.#spreads)
      writeDigits(target, at + place, mixed(of.task) % 1e9, spreadMark.length);
    writeDigits(target, at + this.#clock, moment.clock, clockMark.length);
    target.write(moment.timestamp, at + this.#timestamp, 'latin1');
    return at + this.#bytes.length;
  }
}

/**
 * As Python prints the time: with more digits than a clock of milliseconds has, which any parser of numbers notices.
 * @param now seconds since the epoch
 */
export function timestampText(now: number): string {
  return (now - Math.random() / 1000).toFixed(7);
}

/** As Python's `json.dumps` writes it. */
export function pythonJson(value: unknown): string {
  // A line feed inside a string is escaped, so those that are left are the layout's.
  return JSON.stringify(value, undefined, 1).replaceAll(/,\n */g, ', ').replaceAll(/\n */g, '');
}

/** A uuid of version 4 to look at, another for each task. */
export function writeUuid(target: Buffer, at: number, { worker, task }: TaskNumber): void {
  let place = at;
  for (let word = 0; word < 4; word++) {
    // The first word alone tells the tasks of a worker apart, the last two digits the workers.
    let value = mixed(task + word * 0x3c6ef372);
    if (word === 3) value = ((value & 0xffffff00) | worker) >>> 0;
    for (let digit = 7; digit >= 0; digit--) {
      if (place === at + 8 || place === at + 13 || place === at + 18 || place === at + 23) {
        target[place++] = dash;
      }
      target[place++] = hexDigits[(value >>> (digit * 4)) & 15] ?? 0;
    }
  }
  target[at + 14] = 0x34;
  target[at + 19] = 0x61;
}

const dash = 0x2d;
const hexDigits = Buffer.from('0123456789abcdef', 'latin1');

function writeDigits(target: Buffer, at: number, value: number, width: number): void {
  let rest = value;
  for (let place = at + width - 1; place >= at; place--) {
    const next = Math.floor(rest / 10);
    target[place] = 0x30 + rest - next * 10;
    rest = next;
  }
}

function places(text: string, mark: string): number[] {
  return [...text.matchAll(new RegExp(mark.replaceAll('^', '\\^'), 'g'))].map(({ index }) => index);
}

/** The finalizer of MurmurHash3: one to one on 32 bits. */
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
