/**
 * What things take in memory on a 64-bit V8, in bytes. Measured on Node 20; `test/bench` repeats it. They are to be
 * right in sum, for events as Celery sends them; what only a hostile sender does may count for more than it takes.
 */

/** A task by itself: the object, its place in the table of slots, and the list it is in. */
export const taskBytes = 176;

/** Of each slot that was ever in use: cells, index, orders, about two and a half entries of the timeline. */
export const slotBytes = 232;

/** The record of rare fields, the box of a number included. */
export const rareFieldsBytes = 144;

export const familyLinksBytes = 48;

/** A Set, and one entry of a Set or a Map at the usual load. */
export const setBytes = 216;
export const entryBytes = 40;

/** A group of tasks, or the name of an origin, with its entry in a Map; the name itself not counted. */
export const namedBytes = 112;

/** A worker's record with its heartbeats and numbers. */
export const workerBytes = 640;

/** A Map of extra fields with room for four, and each of them. */
export const extraBytes = 232;
export const extraEntryBytes = 16;

const stringHeader = 16;
/** V8 allocates in pages of this size; what is shorter than a text that is `long` fills what the long ones leave. */
const pageBytes = 262_144;
const longBytes = pageBytes / 16;
const objectHeader = 48;
const slotOfObject = 8;
const boxedNumber = 16;

/** Texts up to this long are nearly always the same few, of which V8 keeps one copy: `()`, `{}`, `None`. */
const longestCommon = 4;

/** A text of Latin-1 takes one byte a character, any other two. */
export function textBytes(text: string | null | undefined): number {
  if (text === null || text === undefined || text.length <= longestCommon) return 0;
  const bytes = stringHeader + roundedUp(isLatin(text) ? text.length : text.length * 2);
  return bytes < longBytes ? bytes : pageShare(bytes);
}

/** A page holds only whole texts: two of 100 KB leave a fifth of it empty. Larger ones have a page of their own size. */
function pageShare(bytes: number): number {
  return bytes > pageBytes / 2 ? bytes : Math.floor(pageBytes / Math.floor(pageBytes / bytes));
}

/** Of any JSON value; as large as the caller let it become. Does not recurse. */
export function valueBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 0 : boxedNumber;
  if (typeof value !== 'object' || value === null) return 0;
  const waiting: object[] = [value];
  let bytes = 0;
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    bytes += objectHeader;
    for (const child of Object.values(each)) {
      bytes += slotOfObject;
      if (typeof child === 'object' && child !== null) waiting.push(child);
      else bytes += valueBytes(child);
    }
  }
  return bytes;
}

function isLatin(text: string): boolean {
  return !/[^\u0000-\u00ff]/.test(text);
}

function roundedUp(bytes: number): number {
  return (bytes + 7) & ~7;
}
