import { asciiGlyphs, type Glyphs, unicodeGlyphs } from './glyphs.ts';

/** `T` cycles through them, in this order. */
export type TimeMode = 'utc' | 'local' | 'relative';

/** What every presentation function needs besides the model. Times are seconds since the epoch. */
export interface Context {
  readonly now: number;
  readonly glyphs: Glyphs;
  /** Every character drawn is below 0x80. */
  readonly ascii: boolean;
  readonly timeMode: TimeMode;
  /** Seconds east of UTC at that time, for the local mode. */
  readonly localOffset: (time: number) => number;
  /** All 36 characters of a uuid instead of the first `uuidLength`. */
  readonly fullUuid: boolean;
  /** 8, or more while two visible rows would look the same: see short-uuid.ts. */
  readonly uuidLength: number;
  /** Dropped from a worker's name where the name does not fit, since all of them share it. */
  readonly nodePrefix: string;
  /** Uuids revoked from here and not yet confirmed by an event. */
  readonly revoking: ReadonlySet<string>;
  /** Uuids whose fate after a gap in the events is not known. */
  readonly unknown: ReadonlySet<string>;
  /** Uuids that are still listed but no longer in memory. */
  readonly evicted: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** A complete context from the parts that matter to the caller. */
export function createContext(parts: Partial<Context> & Pick<Context, 'now'>): Context {
  const ascii = parts.ascii ?? parts.glyphs?.isAscii ?? false;
  return {
    glyphs: ascii ? asciiGlyphs : unicodeGlyphs,
    timeMode: 'utc',
    localOffset: systemOffset,
    fullUuid: false,
    uuidLength: 8,
    nodePrefix: 'celery@',
    revoking: nothing,
    unknown: nothing,
    evicted: nothing,
    ...parts,
    ascii,
  };
}

/** Date is the only source of the machine's time zone rules. */
function systemOffset(time: number): number {
  const minutes = new Date(time * 1000).getTimezoneOffset();
  return Number.isFinite(minutes) ? -minutes * 60 : 0;
}
