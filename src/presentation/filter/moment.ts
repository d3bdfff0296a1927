import { excerpt } from './filter-error.ts';
import type { FilterContext } from './filter-fields.ts';
import { parseDuration, type QuantityOutcome } from './quantity.ts';

const daySeconds = 86_400;

/** A point in time as it was written. */
export type Moment =
  /** `14:03`: seconds since midnight; `length` is 60 or 1, what was written being a minute or a second. */
  | { readonly kind: 'clock'; readonly seconds: number; readonly length: number }
  /** `2026-08-22T14:03`: seconds since the epoch as if the zone were UTC; `zone` in seconds where one was written. */
  | {
      readonly kind: 'date';
      readonly seconds: number;
      readonly length: number;
      readonly zone: number | undefined;
    }
  /** `-15m`, `+2h`, `now`: seconds from now, whenever now is. */
  | { readonly kind: 'relative'; readonly seconds: number };

export type MomentOutcome =
  | { readonly ok: true; readonly moment: Moment }
  | Extract<QuantityOutcome, { ok: false }>;

const clockPattern = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/;
const datePattern =
  /^(\d{4}-\d\d-\d\d)(?:[Tt_](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?)?$/;

export function parseMoment(text: string): MomentOutcome {
  if (text === 'now') return { ok: true, moment: { kind: 'relative', seconds: 0 } };
  const [sign] = text;
  if (sign === '-' || sign === '+') return parseRelative(text, sign === '-' ? -1 : 1);
  const moment = clockMoment(text) ?? dateMoment(text);
  if (moment !== undefined) return { ok: true, moment };
  const message = `${excerpt(text)} is no time: write 14:03, 14:03:20, 2026-08-22T14:03 or -15m`;
  return { ok: false, message, offset: 0 };
}

function parseRelative(text: string, sign: number): MomentOutcome {
  const span = parseDuration(text.slice(1));
  return span.ok
    ? { ok: true, moment: { kind: 'relative', seconds: sign * span.value } }
    : { ...span, offset: span.offset + 1 };
}

function clockMoment(text: string): Moment | undefined {
  const found = clockPattern.exec(text);
  const seconds = secondsOfDay(found?.[1], found?.[2], found?.[3]);
  if (found === null || seconds === undefined) return undefined;
  return { kind: 'clock', seconds, length: found[3] === undefined ? 60 : 1 };
}

function dateMoment(text: string): Moment | undefined {
  const [, day, hour, minute, second, zone] = datePattern.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`) / 1000;
  // Date accepts 30 February as 1 or 2 March.
  const isReal = Number.isFinite(midnight) && new Date(midnight * 1000).toISOString().startsWith(day);
  const seconds = hour === undefined ? 0 : secondsOfDay(hour, minute, second);
  if (!isReal || seconds === undefined) return undefined;
  const length = hour === undefined ? daySeconds : second === undefined ? 60 : 1;
  return { kind: 'date', seconds: midnight + seconds, length, zone: zoneSeconds(zone) };
}

function secondsOfDay(
  hour: string | undefined,
  minute: string | undefined,
  second = '0',
): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  return h <= 23 && m <= 59 && s <= 59 ? h * 3600 + m * 60 + s : undefined;
}

function zoneSeconds(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const digits = zone.replace(/\D/g, '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

/**
 * Which day a clock time is of: the one that makes it the last that has been, or the one that makes it nearest to now,
 * or a time in seconds that it is not to lie before.
 */
export type ClockDay = 'past' | 'nearest' | { readonly notBefore: number };

/** When it begins, in seconds since the epoch; a relative moment counts from `context.now()` as it is at the call. */
export function momentStart(moment: Moment, day: ClockDay, context: FilterContext): number {
  if (moment.kind === 'relative') return context.now() + moment.seconds;
  if (moment.kind === 'date') {
    return moment.zone === undefined ? inZone(moment.seconds, context) : moment.seconds - moment.zone;
  }
  const now = context.now();
  const reference = typeof day === 'object' ? day.notBefore : now;
  const localReference = reference + context.zoneOffset(reference);
  const midnight = Math.floor(localReference / daySeconds) * daySeconds;
  const candidates = [-1, 0, 1].map((days) => inZone(midnight + days * daySeconds + moment.seconds, context));
  if (typeof day === 'object') return candidates.find((time) => time >= reference) ?? reference;
  if (day === 'past') return candidates.findLast((time) => time <= now) ?? now;
  return candidates.reduce((best, time) => (Math.abs(time - now) < Math.abs(best - now) ? time : best));
}

/** The time at which clocks of the zone show what UTC shows at `local`. */
function inZone(local: number, context: FilterContext): number {
  const guess = local - context.zoneOffset(local);
  return local - context.zoneOffset(guess);
}
