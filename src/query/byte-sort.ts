/** Rows looked at between two chances to stop. */
const chunk = 4096;
const keyBytes = 8;

/**
 * Sorts a stretch of row numbers by keys of eight bytes each, the first byte counting most; equal keys keep their
 * order. One pass over the rows for each byte in which keys differ: no comparisons, so a hundred thousand rows take a
 * few milliseconds. It can be interrupted at each `yield`.
 *
 * @param order row numbers, sorted in place from `from` up to `to`
 * @param keys eight bytes for each row number
 * @param spare as long as `order`
 */
export function* sortByBytes(
  order: Uint32Array,
  from: number,
  to: number,
  keys: Uint8Array,
  spare: Uint32Array,
): Generator<void, void> {
  const counts = yield* countBytes(order, from, to, keys);
  for (let byte = keyBytes - 1; byte >= 0; byte -= 1) {
    const places = counts.subarray(byte * 256, byte * 256 + 256);
    if (!startsOf(places, from, to - from)) continue;
    for (let at = from; at < to; at += 1) {
      const row = order[at] ?? 0;
      const value = keys[row * keyBytes + byte] ?? 0;
      const place = places[value] ?? 0;
      spare[place] = row;
      places[value] = place + 1;
      if (at % chunk === 0) yield;
    }
    order.set(spare.subarray(from, to), from);
  }
}

/** How often each value stands in each byte. */
function* countBytes(
  order: Uint32Array,
  from: number,
  to: number,
  keys: Uint8Array,
): Generator<void, Uint32Array> {
  const counts = new Uint32Array(keyBytes * 256);
  for (let at = from; at < to; at += 1) {
    const key = (order[at] ?? 0) * keyBytes;
    for (let byte = 0; byte < keyBytes; byte += 1) {
      const slot = byte * 256 + (keys[key + byte] ?? 0);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    if (at % chunk === 0) yield;
  }
  return counts;
}

/** Turns counts into the place where each value begins; false when all rows have the same value. */
function startsOf(counts: Uint32Array, from: number, total: number): boolean {
  let start = from;
  for (const [value, count] of counts.entries()) {
    if (count === total) return false;
    counts[value] = start;
    start += count;
  }
  return true;
}

/** Writes the key of a number: of two numbers the smaller has the smaller key. Not for NaN. */
export function writeNumberKey(keys: DataView, row: number, value: number): void {
  const at = row * keyBytes;
  // Not -0, which is equal to 0 and has other bits.
  keys.setFloat64(at, value === 0 ? 0 : value);
  const isNegative = value < 0;
  keys.setUint32(at, keys.getUint32(at) ^ (isNegative ? 0xffff_ffff : 0x8000_0000));
  if (isNegative) keys.setUint32(at + 4, ~keys.getUint32(at + 4));
}

/**
 * Writes as much of a text as a key holds, by code unit: eight characters, or four where `isWide`.
 *
 * @returns false for a text that needs a wide key
 */
export function writeTextKey(
  keys: Uint8Array,
  row: number,
  text: string,
  offset: number,
  order: { readonly isWide: boolean; readonly descending: boolean },
): boolean {
  const at = row * keyBytes;
  const flip = order.descending ? 0xff : 0;
  // The end of a text comes before every character.
  for (let index = 0; index < keyBytes; index += 1) keys[at + index] = flip;
  const characters = Math.min(text.length - offset, charactersOf(order.isWide));
  for (let index = 0; index < characters; index += 1) {
    // The last code unit, which is no character, is taken for the one before.
    const code = Math.min(text.charCodeAt(offset + index) + 1, 0xffff);
    if (order.isWide) {
      keys[at + 2 * index] = (code >> 8) ^ flip;
      keys[at + 2 * index + 1] = (code & 0xff) ^ flip;
    } else if (code > 0xff) return false;
    else keys[at + index] = code ^ flip;
  }
  return true;
}

/** How many characters of a text a key holds. */
export function charactersOf(isWide: boolean): number {
  return isWide ? keyBytes / 2 : keyBytes;
}
