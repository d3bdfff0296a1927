import type { Event } from '../../../src/protocol/event.ts';
import type { RecordedItem } from '../../../src/recording/recording.ts';
import type { EventSource } from '../../../src/replay/event-source.ts';

/** Items in blocks, as a recording has them; a block may be empty of events. */
export function sourceOf(blocks: readonly (readonly RecordedItem[])[]): EventSource {
  let firstEvent = 0;
  const described = blocks.map((items) => {
    const times = items.map(timeOf);
    const block = {
      firstEvent,
      events: items.filter(({ kind }) => kind === 'event').length,
      failures: items.filter((item) => item.kind === 'event' && item.event.type === 'task-failed').length,
      from: Math.min(...times),
      to: Math.max(...times),
    };
    firstEvent += block.events;
    return block;
  });
  return {
    blocks: described,
    eventCount: firstEvent,
    from: Math.min(...described.map(({ from }) => from)),
    to: Math.max(...described.map(({ to }) => to)),
    read: async (index) => blocks[index] ?? [],
  };
}

export function item(event: Event): RecordedItem {
  return { kind: 'event', event, text: JSON.stringify(event) };
}

export function timeOf(entry: RecordedItem): number {
  if (entry.kind === 'event') return entry.event.local_received ?? 0;
  return entry.kind === 'gap' ? entry.to : entry.at;
}

/** Cuts a list at places that repeat, so that blocks of many sizes come of it. */
export function cut<T>(list: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let at = 0;
  for (let n = 0; at < list.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    parts.push(list.slice(at, at + size));
    at += size;
  }
  return parts;
}
