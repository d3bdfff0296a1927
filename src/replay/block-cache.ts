import type { RecordedItem } from '../recording/recording.ts';
import type { EventSource } from './event-source.ts';

/** Blocks of about two thousand events each: what somebody steps to and fro in, and what is read ahead. */
const kept = 12;

type Items = Promise<readonly RecordedItem[]>;

/**
 * The blocks that were read last, parsed, as stretches: what lies between two events, also at the end of a block or in one
 * without events, comes with the second of them.
 */
export class BlockCache {
  readonly #source: EventSource;
  /** The one that was asked for last is the last. */
  readonly #blocks = new Map<number, Items>();
  readonly #stretches = new Map<number, Items>();

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** What leads to the first event of the block, and from there to its last; of the last block with events all of it. */
  read(block: number): Items {
    return recalled(this.#stretches, block, () => this.#stretch(block));
  }

  /** So that it is there when its turn comes. */
  readAhead(block: number): void {
    if (block < this.#source.blocks.length) void this.read(block);
  }

  async #stretch(block: number): Items {
    const { blocks } = this.#source;
    const lead: (readonly RecordedItem[])[] = [];
    for (let index = block - 1; index >= 0; index -= 1) {
      const items = await this.#block(index);
      if (hasEvents(blocks[index])) {
        lead.unshift(items.slice(endOfEvents(items)));
        break;
      }
      lead.unshift(items);
    }
    const own = await this.#block(block);
    if (this.#isFollowed(block)) return [...lead.flat(), ...own.slice(0, endOfEvents(own))];
    const rest = await Promise.all(blocks.slice(block + 1).map((_, index) => this.#block(block + 1 + index)));
    return [...lead.flat(), ...own, ...rest.flat()];
  }

  /** Whether a later block has events; the next one mostly has, and there may be a hundred thousand of them. */
  #isFollowed(block: number): boolean {
    const { blocks } = this.#source;
    for (let index = block + 1; index < blocks.length; index += 1) if (hasEvents(blocks[index])) return true;
    return false;
  }

  #block(index: number): Items {
    return recalled(this.#blocks, index, () => this.#source.read(index));
  }
}

function hasEvents(block: { readonly events: number } | undefined): boolean {
  return block !== undefined && block.events > 0;
}

/** Index behind the last event. */
function endOfEvents(items: readonly RecordedItem[]): number {
  return items.findLastIndex(({ kind }) => kind === 'event') + 1;
}

function recalled(known: Map<number, Items>, block: number, read: () => Items): Items {
  const items = known.get(block) ?? read();
  known.delete(block);
  known.set(block, items);
  for (const oldest of known.keys()) {
    if (known.size <= kept) break;
    known.delete(oldest);
  }
  return items;
}
