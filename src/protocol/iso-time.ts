export interface IsoTime {
  /** As Python's `isoformat()` writes it. */
  readonly text: string;
  /** Seconds since the epoch; a time without an offset is taken for UTC. */
  readonly seconds: number;
  readonly hasOffset: boolean;
}

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?)?(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/i;

/** Reads what Celery takes for a time (celery/utils/iso8601.py); undefined for a text that is none, or no real date. */
export function parseIsoTime(text: string): IsoTime | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const [zulu, sign, offsetHours = '00', offsetMinutes = '00'] = match.slice(8);
  const micros = fraction.padEnd(6, '0');
  const date = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const wholeMs = Date.parse(`${date}Z`);
  // 2026-02-30 would be read as the 2nd of March.
  if (Number.isNaN(wholeMs) || new Date(wholeMs).toISOString().slice(0, 19) !== date) return undefined;
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const hasOffset = zulu !== undefined || sign !== undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60 * (sign === '-' ? -1 : 1);
  const zone = hasOffset ? `${sign ?? '+'}${offsetHours}:${offsetMinutes}` : '';
  return {
    text: `${date}${Number(micros) === 0 ? '' : `.${micros}`}${zone}`,
    seconds: wholeMs / 1000 + Number(micros) / 1e6 - offset,
    hasOffset,
  };
}

/** A moment in UTC as Python's `isoformat()` writes it: `2026-11-22T05:20:20.868181+00:00`. */
export function isoUtc(seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const rest = micros - whole * 1e6;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`;
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}${fraction}+00:00`;
}
