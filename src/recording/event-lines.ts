import { eventJson } from '../presentation/event-json.ts';
import type { Event } from '../protocol/event.ts';

/**
 * The line of an event: what was received, letter by letter where its text is at hand, and when it was. Stamped anew
 * when it is read, it gets the same clock.
 *
 * @param event stamped by a receiver
 * @param text the object as it came, in one line
 * @param isClockless its clock is the receiver's own
 */
export function eventLine(event: Event, text: string | undefined, isClockless: boolean): string {
  if (!isClockless || (text !== undefined && !text.includes('"local_received"')))
    return eventJson(event, text);
  // A clock of ours that is written down would count twice: the next reader would take it for the sender's.
  const { clock: _ours, ...received } = event;
  return JSON.stringify(received);
}
