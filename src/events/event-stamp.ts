import type { Event } from '../protocol/event.ts';
import { isClock, type LamportClock } from '../protocol/lamport-clock.ts';

/** What a receiver adds to an event before it hands it out. Mirrors celery/events/receiver.py:event_from_message. */
export class EventStamp {
  readonly #clock: LamportClock;
  readonly #applyUtcoffset: boolean;

  constructor(clock: LamportClock, applyUtcoffset: boolean) {
    this.#clock = clock;
    this.#applyUtcoffset = applyUtcoffset;
  }

  /**
   * Changes the event itself: it was parsed for this receiver alone.
   *
   * @param now when its message was received, in seconds since the epoch
   */
  apply(event: Event, now: number): Event {
    if (event.type === 'task-sent') {
      // Clients never synchronize, so their clock is worth nothing: the event counts as just before now.
      event.clock = (this.#clock.value || 1) - 1;
      this.#clock.adjust(event.clock);
    } else if (isClock(event.clock)) this.#clock.adjust(event.clock);
    // Celery fails on null; it and what is no clock count as absent here.
    else event.clock = this.#clock.forward();
    if (this.#applyUtcoffset) shiftTimestamp(event, localUtcoffset(now));
    event.local_received = now;
    return event;
  }
}

/** The timestamp as it was received, of an event that was shifted by its utcoffset. */
export function receivedTimestamp({ timestamp, utcoffset, local_received: now }: Event): number | undefined {
  if (typeof timestamp !== 'number' || typeof utcoffset !== 'number' || now === undefined) return timestamp;
  return Number.isFinite(utcoffset) ? timestamp + (utcoffset - localUtcoffset(now)) * 3600 : timestamp;
}

/** Mirrors kombu/utils/time.py through celery/utils/time.py:adjust_timestamp; offsets are hours west of UTC. */
function shiftTimestamp(event: Event, here: number): void {
  const { timestamp, utcoffset } = event;
  if (typeof timestamp !== 'number' || typeof utcoffset !== 'number') return;
  if (Number.isFinite(timestamp) && Number.isFinite(utcoffset)) {
    event.timestamp = timestamp - (utcoffset - here) * 3600;
  }
}

/** Hours west of UTC, rounded down as Celery does (celery/utils/time.py:utcoffset). */
function localUtcoffset(now: number): number {
  return Math.floor(new Date(now * 1000).getTimezoneOffset() / 60);
}
