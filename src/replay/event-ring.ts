import { decompress } from '../events/decompress.ts';
import { EventStamp } from '../events/event-stamp.ts';
import type { StreamRecorder } from '../events/stream-recorder.ts';
import { ConnectionGaps } from '../monitor/connection-gaps.ts';
import type { Fold } from '../monitor/fold.ts';
import type { SessionRecorder } from '../monitor/session-recorder.ts';
import type { Event } from '../protocol/event.ts';
import { decodeEventMessage } from '../protocol/event-message.ts';
import { LamportClock } from '../protocol/lamport-clock.ts';
import type { Message } from '../protocol/message.ts';
import type { RecordedItem } from '../recording/recording.ts';
import { BodyStore } from './body-store.ts';
import { Moment } from './moment.ts';
import { Replay } from './replay.ts';

export interface EventRingOptions {
  /** What the events are taken into before the ring hears of the next one. */
  readonly fold: () => Fold;
  /** Bytes of messages that are kept. */
  readonly bytes: number;
  /** The same for a cluster of more tasks than are copied: not all of it can be shown again anyway. */
  readonly bytesOfLarge: number;
  /** Tasks that a cluster has at most for it to be copied now and then; 0 where there is no memory for copies. */
  readonly tasksCopied: number;
  readonly utcoffset: boolean;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

/** A message as it came, and what its events need to be made anew just as they were. */
interface HeardMessage {
  message: Message;
  /** The receiver's logical clock before it. */
  readonly clock: number;
  /** Seconds since the epoch. */
  at: number;
  events: number;
}

type Heard = HeardMessage | Extract<RecordedItem, { kind: 'gap' | 'listening' }>;

interface RingBlock {
  readonly heard: Heard[];
  readonly firstEvent: number;
  readonly from: number;
  /** The cluster before the first event of it, where a copy could be had. */
  readonly before: Moment | undefined;
  /** Where its bodies begin in the store, or before. */
  readonly place: number;
  to: number;
  events: number;
  failures: number;
  bytes: number;
}

/** Events of a block, unless it takes longer than this, in seconds. */
const blockEvents = 1_000;
const blockSeconds = 60;
/** Parts of the ring that begin with a copy of the cluster, and blocks in it, where messages are large. */
const copies = 3;
const leastBlocks = 25;
/** However fast messages come, the time of a copy is not taken more often than this, in seconds. */
const copySeconds = 2;
/** What a message takes beside its body. */
const overhead = 300;

/**
 * The messages that came last, as they came: they take no work until somebody wants to see them again. Begins with a copy
 * of the cluster at that time, where one could be had.
 */
export class EventRing implements StreamRecorder {
  readonly #options: EventRingOptions;
  readonly #bodies = new BodyStore();
  #blocks: RingBlock[] = [];
  #bytes = 0;
  #position = 0;
  /** What came since the last event that is none. */
  #between = 0;
  readonly #gaps = new ConnectionGaps();
  #message: HeardMessage | undefined;

  constructor(options: EventRingOptions) {
    this.#options = options;
  }

  begin(message: Message, clock: number): void {
    this.#message = { message, clock, at: 0, events: 0 };
  }

  spoiled(): void {
    // The message is read again as it was read now: what is no event is left out both times.
  }

  event(event: Event): void {
    const { type, local_received: at } = event;
    const message = this.#message;
    if (message === undefined || at === undefined) return;
    const block = message.events === 0 ? this.#blockFor(at) : this.#blocks.at(-1);
    if (block === undefined) return;
    if (message.events === 0) {
      message.at = at;
      const { body } = message.message;
      const bytes = body.byteLength + overhead;
      message.message = { ...message.message, body: this.#bodies.keep(body) };
      block.heard.push(message);
      block.bytes += bytes;
      this.#bytes += bytes;
    }
    this.#between = 0;
    message.events += 1;
    block.events += 1;
    block.to = Math.max(block.to, at);
    if (type === 'task-failed') block.failures += 1;
    this.#position += 1;
  }

  lost(at: number): void {
    this.#gaps.lost(at * 1000);
  }

  listening(at: number): void {
    const { heard } = this.#blockFor(at);
    this.#between += 1;
    const gap = this.#gaps.listening(at * 1000);
    heard.push(
      gap === undefined
        ? { kind: 'listening', at }
        : { kind: 'gap', from: gap.fromMs / 1000, to: gap.toMs / 1000 },
    );
  }

  /**
   * What just was, to be gone back into; undefined while no event has come. It is not changed by what comes later. Begins
   * at the present where all of it can be shown, else at its start.
   *
   * @param recorder that of the present
   */
  replay(recorder: () => SessionRecorder | undefined): Replay | undefined {
    const blocks = this.#blocks.map((block) => ({ ...block, heard: [...block.heard] }));
    this.#bodies.letGo();
    const [first] = blocks;
    const last = blocks.at(-1);
    if (first === undefined || last === undefined || this.#position === first.firstEvent) return undefined;
    const now = this.#options.now();
    const known = blocks.flatMap(({ before }) => before ?? []);
    const { lostAtMs } = this.#gaps;
    const isPartial = first.before === undefined;
    const start = first.before ?? Moment.before(first.from, {}, first.firstEvent);
    return new Replay({
      kind: 'rewind',
      label: 'live',
      source: {
        blocks,
        eventCount: this.#position,
        from: first.from,
        to: Math.max(now, last.to),
        deafSince: lostAtMs === undefined ? undefined : lostAtMs / 1000,
        read: async (index) => itemsOf(blocks[index]?.heard ?? [], this.#options.utcoffset),
      },
      start,
      checkpoints: known.filter((moment) => moment !== start),
      // Where not all can be shown again the cluster is large: a copy would be felt, and has no place in the memory.
      ...(isPartial ? {} : { present: this.#copy(now) }),
      isPartial,
      recorder,
    });
  }

  #copy(now: number): Moment {
    return Moment.of(this.#options.fold(), this.#position, now, this.#gaps, this.#between);
  }

  #blockFor(at: number): RingBlock {
    const last = this.#blocks.at(-1);
    const isOpen = (block: RingBlock): boolean =>
      block.events < blockEvents && block.bytes < this.#limit / leastBlocks && at - block.from < blockSeconds;
    if (last !== undefined && isOpen(last)) return last;
    const block: RingBlock = {
      ...{ heard: [], firstEvent: this.#position, from: at, to: at, events: 0, failures: 0, bytes: 0 },
      before: this.#copyDue(at) ? this.#copy(at) : undefined,
      place: this.#bodies.place,
    };
    this.#blocks.push(block);
    while (this.#bytes > this.#limit) this.#forgetOldest();
    return block;
  }

  /** Of a cluster that is too large there is none, but for the very first, which is empty. */
  #copyDue(at: number): boolean {
    const copied = this.#blocks.findLastIndex(({ before }) => before !== undefined);
    const since = this.#blocks.slice(Math.max(0, copied)).reduce((sum, { bytes }) => sum + bytes, 0);
    const age = at - (this.#blocks[copied]?.from ?? Number.NEGATIVE_INFINITY);
    if (copied >= 0 && (since < this.#limit / copies || age < copySeconds)) return false;
    return !this.#isLarge;
  }

  /** Up to the next block that begins with a copy, so that all that is left can be shown whole. */
  #forgetOldest(): void {
    const next = this.#blocks.findIndex(({ before }, index) => index > 0 && before !== undefined);
    const gone = this.#blocks.splice(0, next > 0 ? next : Math.ceil(this.#blocks.length / copies));
    for (const { bytes } of gone) this.#bytes -= bytes;
    const [first] = this.#blocks;
    if (first !== undefined) this.#bodies.giveBack(first.place);
  }

  get #isLarge(): boolean {
    return this.#options.fold().state.tasks.size > this.#options.tasksCopied;
  }

  get #limit(): number {
    const { bytes, bytesOfLarge } = this.#options;
    return this.#isLarge ? bytesOfLarge : bytes;
  }
}

function itemsOf(heard: readonly Heard[], utcoffset: boolean): readonly RecordedItem[] {
  return heard.flatMap((entry): readonly RecordedItem[] => {
    if ('kind' in entry) return [entry];
    const stamp = new EventStamp(new LamportClock(entry.clock), utcoffset);
    const { events } = decodeEventMessage(entry.message, decompress);
    return events.map((event) => ({ kind: 'event', event: stamp.apply(event, entry.at), text: '' }));
  });
}
