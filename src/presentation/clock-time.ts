import type { Context, TimeMode } from './context.ts';
import { formatCoarseAge, twoDigits } from './format.ts';

/** Dates beyond what Date can hold, or before the epoch, come from broken clocks and are not shown. */
const latest = 253_402_300_800;
const day = 86_400;
const modes: readonly TimeMode[] = ['utc', 'local', 'relative'];

export function nextTimeMode(mode: TimeMode): TimeMode {
  return modes[(modes.indexOf(mode) + 1) % modes.length] ?? 'utc';
}

/** What the header prints beside its clock, so that no time is without its zone: `UTC`, `+02:00`, `ago`. */
export function timeZoneLabel(context: Context): string {
  if (context.timeMode === 'relative') {
    return 'ago';
  }
  if (context.timeMode === 'utc') {
    return 'UTC';
  }
  const offset = context.localOffset(context.now);
  const minutes = Math.round(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** `14:03:25`, or `20s` in relative mode; eight columns at most. `–` for what is no time. */
export function formatClock(time: unknown, context: Context): string {
  const seconds = timeOf(time);
  if (seconds === undefined) {
    return '–';
  }
  if (context.timeMode === 'relative') {
    return formatRelative(seconds, context.now);
  }
  // A table has a hundred of them in every frame: a Date and its text for each would cost as much as the rest of them.
  const offset = context.timeMode === 'local' ? context.localOffset(seconds) : 0;
  const ofDay = (((Math.floor(seconds + offset) % day) + day) % day) | 0;
  return `${twoDigits(Math.floor(ofDay / 3600))}:${twoDigits(Math.floor(ofDay / 60) % 60)}:${twoDigits(ofDay % 60)}`;
}

/** `14:03:25.310`, with the date in front when it is not today's. Never relative: it is for reading details. */
export function formatPreciseTime(time: unknown, context: Context): string {
  const seconds = timeOf(time);
  if (seconds === undefined) {
    return '–';
  }
  const text = wallClock(seconds, context).toISOString();
  const today = wallClock(timeOf(context.now) ?? 0, context).toISOString();
  const clock = text.slice(11, 23);
  return text.slice(0, 10) === today.slice(0, 10) ? clock : `${text.slice(0, 10)} ${clock}`;
}

/** `14:03`, in the zone of the context; relative mode has no clock of its own and prints UTC. */
export function formatMinutes(time: number, context: Context): string {
  const seconds = timeOf(time);
  return seconds === undefined ? '–' : wallClock(seconds, context).toISOString().slice(11, 16);
}

/** Seconds since the epoch from what an event carries: a number, or an ISO string as in `eta` and `expires`. */
export function timeOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.length < 64 ? Date.parse(value) / 1000 : value;
  return typeof seconds === 'number' && seconds > 0 && seconds < latest ? seconds : undefined;
}

function formatRelative(seconds: number, now: number): string {
  const age = now - seconds;
  return age < -4 ? `in ${formatCoarseAge(-age)}` : formatCoarseAge(age);
}

function wallClock(seconds: number, context: Context): Date {
  const offset = context.timeMode === 'local' ? context.localOffset(seconds) : 0;
  return new Date((seconds + offset) * 1000);
}
