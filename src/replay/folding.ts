import type { BlockCache } from './block-cache.ts';
import { blockOf, type EventSource } from './event-source.ts';
import type { Moment } from './moment.ts';

export interface FoldingOptions {
  readonly source: EventSource;
  readonly blocks: BlockCache;
  /** Lets keys and other work have their turn. */
  readonly pause: () => Promise<void>;
  readonly nowMs: () => number;
}

/** Longest stretch between two looks at what else there is to do, in milliseconds. */
const sliceMs = 8;
/** Events between two looks at the clock. */
const stretch = 64;

/** Takes events of a source into moments, in slices. */
export class Folding {
  readonly #options: FoldingOptions;

  constructor(options: FoldingOptions) {
    this.#options = options;
  }

  /**
   * Goes on from a moment to a position, with all that lies before it.
   *
   * @param isOver asked in each slice: whether the position is no longer wanted
   * @param onBlock called where a block ends, or the position is come to
   * @returns whether the position was come to
   */
  async run(
    moment: Moment,
    position: number,
    isOver: () => boolean,
    onBlock: () => void = () => undefined,
  ): Promise<boolean> {
    const { source, blocks } = this.#options;
    while (moment.position < position) {
      const index = blockOf(source, moment.position);
      const block = source.blocks[index];
      if (block === undefined) return true;
      const items = await blocks.read(index);
      blocks.readAhead(index + 1);
      if (!(await this.#foldBlock(moment, items, block.firstEvent, position, isOver))) return false;
      // Of a damaged block fewer events are there than it once had.
      moment.goPast(Math.min(block.firstEvent + block.events, position));
      onBlock();
    }
    return true;
  }

  async #foldBlock(
    moment: Moment,
    items: Awaited<ReturnType<BlockCache['read']>>,
    firstEvent: number,
    position: number,
    isOver: () => boolean,
  ): Promise<boolean> {
    const { pause, nowMs } = this.#options;
    let place = firstEvent;
    let untilMs = nowMs() + sliceMs;
    const from = moment.position;
    let known = moment.between;
    for (const [index, item] of items.entries()) {
      if (place >= position) break;
      // What lies between two events belongs to the second; some of it may be taken in already, since time went by.
      const isKnown = place < from || (place === from && item.kind !== 'event' && known > 0);
      if (!isKnown) moment.note(item);
      else if (place === from) known -= 1;
      if (item.kind === 'event') place += 1;
      if (index % stretch !== 0 || nowMs() < untilMs) continue;
      await pause();
      if (isOver()) return false;
      untilMs = nowMs() + sliceMs;
    }
    return true;
  }
}
