import type { RecordedItem } from '../recording/recording.ts';
import type { EventSource } from './event-source.ts';

/** Blocks of about two thousand events each: what somebody steps to and fro in, and what is read ahead. */
const kept = 12;

/** The blocks that were read last, parsed. */
export class BlockCache {
  readonly #source: EventSource;
  /** The one that was asked for last is the last. */
  readonly #blocks = new Map<number, Promise<readonly RecordedItem[]>>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  read(block: number): Promise<readonly RecordedItem[]> {
    const known = this.#blocks.get(block);
    this.#blocks.delete(block);
    const items = known ?? this.#source.read(block);
    this.#blocks.set(block, items);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= kept) break;
      this.#blocks.delete(oldest);
    }
    return items;
  }

  /** So that it is there when its turn comes. */
  readAhead(block: number): void {
    if (block < this.#source.blocks.length) void this.read(block);
  }
}
