import type { ExactJson, ExactObject } from '../protocol/exact-json.ts';

/** A Python value that JSON does not have, as `str()` and `repr()` print it. */
export interface TypedText {
  readonly str: string;
  readonly repr: string;
}

/**
 * What kombu makes of `{"__type__": …, "__value__": …}`, by which it sends dates, decimals, UUIDs and bytes. Undefined for
 * an object that is none of these. Mirrors kombu/utils/json.py:object_hook.
 */
export function typedText(object: ExactObject): TypedText | undefined {
  if (object.size !== 2) return undefined;
  const type = object.get('__type__');
  const value = object.get('__value__');
  if (typeof type !== 'string' || value === undefined) return undefined;
  return Object.hasOwn(readers, type) ? readers[type]?.(value) : undefined;
}

const readers: Readonly<Record<string, (value: ExactJson) => TypedText | undefined>> = {
  datetime: ofText((text) => momentText('datetime', text)),
  date: ofText((text) => momentText('date', text)),
  time: ofText((text) => momentText('time', text)),
  decimal: ofText((text) => ({ str: text, repr: `Decimal('${text}')` })),
  uuid: (value) => uuidText(value instanceof Map ? value.get('hex') : undefined),
  bytes: ofText((text) => bytesText(new TextEncoder().encode(text))),
  base64: ofText(base64Text),
};

function ofText(read: (text: string) => TypedText | undefined): (value: ExactJson) => TypedText | undefined {
  return (value) => (typeof value === 'string' ? read(value) : undefined);
}

const momentPattern =
  /^(?:(\d{4})-(\d\d)-(\d\d))?(?:T?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{6}))?)?)?([+-]\d\d:\d\d(?::\d\d)?)?$/;

/** Of what `isoformat()` wrote. */
function momentText(type: 'datetime' | 'date' | 'time', text: string): TypedText | undefined {
  const match = momentPattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', micros = '0', zone] = match;
  const dated = type !== 'time';
  if (dated !== (year !== undefined)) return undefined;
  const date = dated ? [year, month, day] : [];
  const seconds = [second, micros];
  while (seconds.length > 0 && Number(seconds.at(-1)) === 0) seconds.pop();
  const parts = (type === 'date' ? date : [...date, hour, minute, ...seconds]).map((part) =>
    String(Number(part)),
  );
  if (zone !== undefined && type !== 'date') parts.push(`tzinfo=${zoneText(zone)}`);
  return { str: text.replace('T', ' '), repr: `datetime.${type}(${parts.join(', ')})` };
}

/** As `repr` of a `timedelta`, whose seconds are never negative. */
function zoneText(zone: string): string {
  const [hours = 0, minutes = 0, seconds = 0] = zone.slice(1).split(':').map(Number);
  const offset = (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
  if (offset === 0) return 'datetime.timezone.utc';
  const delta = offset < 0 ? `days=-1, seconds=${offset + 86_400}` : `seconds=${offset}`;
  return `datetime.timezone(datetime.timedelta(${delta}))`;
}

function uuidText(hex: ExactJson | undefined): TypedText | undefined {
  if (typeof hex !== 'string' || !/^[\da-f]{32}$/i.test(hex)) return undefined;
  const str = hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { str, repr: `UUID('${str}')` };
}

function base64Text(text: string): TypedText | undefined {
  try {
    return bytesText(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function bytesText(bytes: Uint8Array): TypedText {
  const ascii = Array.from(bytes, byteText).join('');
  const quote = ascii.includes("'") && !ascii.includes('"') ? '"' : "'";
  const repr = `b${quote}${ascii.replaceAll(quote, `\\${quote}`)}${quote}`;
  return { str: repr, repr };
}

const namedBytes: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x5c, '\\\\'],
]);

function byteText(byte: number): string {
  const isPrintable = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
  if (isPrintable) return String.fromCharCode(byte);
  return namedBytes.get(byte) ?? `\\x${byte.toString(16).padStart(2, '0')}`;
}
