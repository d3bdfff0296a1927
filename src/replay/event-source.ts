import type { RecordedBlock, RecordedItem } from '../recording/recording.ts';

/** Events in the order in which they were received, to be read from anywhere: a recording, or the memory of a live one. */
export interface EventSource {
  readonly blocks: readonly RecordedBlock[];
  /** The place behind the last event; those of a ring do not begin at 0. */
  readonly eventCount: number;
  readonly from: number;
  readonly to: number;
  /** Since when nothing could be heard, where that is so at the end of it; seconds since the epoch. */
  readonly deafSince?: number | undefined;
  /** What cannot be read is left out. */
  read(block: number): Promise<readonly RecordedItem[]>;
}

/** The block that the event at this place is in; the last one for places beyond the end. */
export function blockOf(source: EventSource, place: number): number {
  return lastWhere(source.blocks, (block) => block.firstEvent <= place);
}

/** Index of the last element of which it is true, when it is true of all before; −1 when it is of none. */
export function lastWhere<T>(sorted: readonly T[], isTrue: (entry: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = sorted[middle];
    if (entry !== undefined && isTrue(entry)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
