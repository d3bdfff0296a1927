import type { Event } from '../protocol/event.ts';

/**
 * An event as one line of JSON: what was received, letter by letter where its text is at hand, and when it was.
 *
 * @param text the object as it came, in one line
 */
export function eventJson(event: Event, text: string | undefined): string {
  // Its name belongs to us; whoever else sends it would make a key come twice.
  if (text === undefined || text.includes('"local_received"')) return JSON.stringify(event);
  return `${text.slice(0, -1)}, "local_received": ${event.local_received}}`;
}
