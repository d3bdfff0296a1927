import type { RecordedItem } from '../recording/recording.ts';
import type { BlockCache } from './block-cache.ts';
import { blockOf, type EventSource, lastWhere } from './event-source.ts';

/** Where a replay can be: events taken in, and what the clock then says, in seconds since the epoch. */
export interface Place {
  readonly position: number;
  readonly at: number;
}

/** Finds places in a source. */
export class Places {
  readonly #source: EventSource;
  readonly #blocks: BlockCache;
  /** What the clock says at the end of each block. It never goes back, also where that of whoever recorded did. */
  readonly #ends: readonly number[];

  constructor(source: EventSource, blocks: BlockCache) {
    this.#source = source;
    this.#blocks = blocks;
    let end = source.from;
    this.#ends = source.blocks.map(({ to }) => {
      end = Math.max(end, to);
      return end;
    });
  }

  /** What comes after a position, as far as its block goes. */
  async itemsAfter(position: number): Promise<readonly RecordedItem[]> {
    const index = blockOf(this.#source, position);
    const block = this.#source.blocks[index];
    if (block === undefined) return [];
    const items = await this.#blocks.read(index);
    let place = block.firstEvent;
    for (const [at, item] of items.entries()) {
      if (place === position) return items.slice(at);
      if (item.kind === 'event') place += 1;
    }
    return [];
  }

  /** Behind all that there is. */
  get end(): Place {
    return { position: this.#source.eventCount, at: this.#source.to };
  }

  async at(time: number): Promise<Place> {
    const source = this.#source;
    const at = Math.min(source.to, Math.max(source.from, time));
    if (at === source.to) return this.end;
    // The first block with an event that was received after this time.
    const index = Math.min(source.blocks.length - 1, lastWhere(this.#ends, (end) => end <= at) + 1);
    const block = source.blocks[index];
    if (block === undefined) return { position: 0, at };
    let position = block.firstEvent;
    for (const item of await this.#blocks.read(index)) {
      if (item.kind !== 'event') continue;
      if ((item.event.local_received ?? 0) > at) return { position, at };
      position += 1;
    }
    return { position: block.firstEvent + block.events, at };
  }

  /**
   * After so many events. Where a damaged block lacks them, it is the next one that there is, in a direction.
   *
   * @param wanted beyond an end, that end
   */
  async after(wanted: number, direction: 1 | -1 = 1): Promise<Place> {
    const { blocks, eventCount, from, to } = this.#source;
    const first = blocks[0]?.firstEvent ?? 0;
    let position = Math.min(eventCount, Math.max(first, wanted));
    while (position > first) {
      const item = (await this.itemsAfter(position - 1)).find(({ kind }) => kind === 'event');
      if (item !== undefined) return { position, at: await this.#clockAt(position) };
      const block = blocks[blockOf(this.#source, position - 1)];
      if (block === undefined) break;
      const end = block.firstEvent + block.events;
      if (direction === 1 && end >= eventCount) return { position: eventCount, at: to };
      position = direction === 1 ? end + 1 : block.firstEvent + (await this.#readable(block));
    }
    return { position: first, at: from };
  }

  /** The place of the next task-failed from a position on, or of the last one before the event that it is at. */
  async failure(position: number, direction: 1 | -1): Promise<number | undefined> {
    const { blocks } = this.#source;
    const first = blockOf(this.#source, direction === 1 ? position : Math.max(0, position - 2));
    for (let index = first; index >= 0 && index < blocks.length; index += direction) {
      const block = blocks[index];
      if (block === undefined || block.failures === 0) continue;
      const places = failedPlaces(await this.#blocks.read(index), block.firstEvent);
      const found =
        direction === 1
          ? places.find((place) => place >= position)
          : places.filter((place) => place < position - 1).at(-1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** How many events of a block are there. */
  async #readable(block: EventSource['blocks'][number]): Promise<number> {
    const items = await this.#blocks.read(this.#source.blocks.indexOf(block));
    return items.filter(({ kind }) => kind === 'event').length;
  }

  /** What the clock says when the last event before the position has come. */
  async #clockAt(position: number): Promise<number> {
    const index = blockOf(this.#source, position - 1);
    const block = this.#source.blocks[index];
    let clock = this.#ends[index - 1] ?? this.#source.from;
    if (block === undefined) return clock;
    let place = block.firstEvent;
    for (const item of await this.#blocks.read(index)) {
      if (item.kind !== 'event') continue;
      clock = Math.max(clock, item.event.local_received ?? clock);
      place += 1;
      if (place === position) return clock;
    }
    return clock;
  }
}

function failedPlaces(items: readonly RecordedItem[], firstEvent: number): readonly number[] {
  return items
    .filter((item) => item.kind === 'event')
    .flatMap((item, index) => (item.event.type === 'task-failed' ? [firstEvent + index] : []));
}
