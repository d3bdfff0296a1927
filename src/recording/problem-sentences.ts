import type { BlockSummary } from './block-header.ts';
import type { DroppedLine } from './recording-lines.ts';

/** `12,345` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 event`, `1,204 events` */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param index of the block, from 0 */
export function damagedBlock(index: number, { events, from, to }: BlockSummary): string {
  const missing = events === 1 ? 'about 1 event is missing' : `about ${grouped(events)} events are missing`;
  return `block ${grouped(index + 1)} is damaged: ${missing}, between ${clock(from)} and ${clock(to)}`;
}

/** `13:01:02`, UTC; times are those of whoever wrote the file, so anything may be one. */
function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString().slice(11, 19);
}

/** @param index of the block, from 0 */
export function unreadableLines(index: number, count: number): string {
  const what = count === 1 ? '1 line is no event and was' : `${grouped(count)} lines are no events and were`;
  return `in block ${grouped(index + 1)} ${what} left out`;
}

/** @param index of the block, from 0 */
export function wrongCount(index: number, events: number, promised: number): string {
  return `block ${grouped(index + 1)} holds ${counted(events, 'event')}, and not the ${grouped(promised)} that it promises`;
}

export function droppedEvents({ at, events }: DroppedLine): string {
  return `${counted(events, 'event')} before ${clock(at)} could not be written when it was recorded`;
}
