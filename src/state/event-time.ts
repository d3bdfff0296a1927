import type { Event } from '../protocol/event.ts';

/**
 * When an event happened, in seconds since the epoch. A `timestamp` that is no number, which would make Celery's
 * State raise, gives way to the time of receipt; without either it is 0.
 */
export function eventTime(event: Event): number {
  if (isNumber(event.timestamp)) return event.timestamp;
  return isNumber(event.local_received) ? event.local_received : 0;
}

/** The logical clock of an event, 0 when there is none: null, absent and anything but a number count the same. */
export function eventClock(clock: unknown): number {
  return isNumber(clock) ? clock : 0;
}

/** NaN, which no JSON carries but a caller may, would compare as neither before nor after anything. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}
