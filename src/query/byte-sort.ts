/** Rows looked at between two chances to stop. */
const chunk = 4096;
const keyBytes = 8;
/** As many rows are sorted by two bytes at once: half the passes, and a table of counts that is worth its making. */
const many = 32_768;

/**
 * Sorts a stretch of row numbers by keys of eight bytes each, the first byte counting most; equal keys keep their
 * order. One or two bytes in each pass over the rows, and none where all keys are equal: no comparisons, so a hundred
 * thousand rows take a few milliseconds. It can be interrupted at each `yield`.
 *
 * @param order row numbers, sorted in place from `from` up to `to`
 * @param keys two words for each row number, the higher one first
 * @param spare as long as `order`
 */
export function* sortByBytes(
  order: Uint32Array,
  from: number,
  to: number,
  keys: Uint32Array,
  spare: Uint32Array,
): Generator<void, void> {
  const bits = to - from < many ? 8 : 16;
  const mask = 2 ** bits - 1;
  for (const word of [1, 0]) {
    const allCounts = yield* countDigits(order, from, to, keys, word, bits);
    for (let shift = 0; shift < 32; shift += bits) {
      const places = allCounts.subarray((shift / bits) * (mask + 1), (shift / bits + 1) * (mask + 1));
      const first = keys[(order[from] ?? 0) * 2 + word] ?? 0;
      if (places[(first >>> shift) & mask] === to - from) continue;
      toStarts(places, from);
      for (let at = from; at < to; at += 1) {
        const row = order[at] ?? 0;
        const digit = ((keys[row * 2 + word] ?? 0) >>> shift) & mask;
        const place = places[digit] ?? 0;
        spare[place] = row;
        places[digit] = place + 1;
        if (at % chunk === 0) yield;
      }
      order.set(spare.subarray(from, to), from);
    }
  }
}

/** How often each value stands in each digit of a word, the lowest digit first. */
function* countDigits(
  order: Uint32Array,
  from: number,
  to: number,
  keys: Uint32Array,
  word: number,
  bits: number,
): Generator<void, Uint32Array> {
  const size = 2 ** bits;
  const mask = size - 1;
  const counts = new Uint32Array((32 / bits) * size);
  for (let at = from; at < to; at += 1) {
    const key = keys[(order[at] ?? 0) * 2 + word] ?? 0;
    for (let shift = 0, base = 0; shift < 32; shift += bits, base += size) {
      const slot = base + ((key >>> shift) & mask);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    if (at % chunk === 0) yield;
  }
  return counts;
}

/** Turns counts into the place where each value begins. */
function toStarts(counts: Uint32Array, from: number): void {
  let start = from;
  for (let value = 0; value < counts.length; value += 1) {
    const count = counts[value] ?? 0;
    counts[value] = start;
    start += count;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** Writes the key of a number: of two numbers the smaller has the smaller key. Not for NaN. */
export function writeNumberKey(keys: Uint32Array, row: number, value: number): void {
  // Not -0, which is equal to 0 and has other bits.
  scratch.setFloat64(0, value === 0 ? 0 : value);
  const isNegative = value < 0;
  keys[row * 2] = scratch.getUint32(0) ^ (isNegative ? 0xffff_ffff : 0x8000_0000);
  keys[row * 2 + 1] = scratch.getUint32(4) ^ (isNegative ? 0xffff_ffff : 0);
}

/**
 * Writes as much of a text as a key holds, by code unit: eight characters, or four where `isWide`.
 *
 * @returns false for a text that needs a wide key
 */
export function writeTextKey(
  keys: Uint32Array,
  row: number,
  text: string,
  offset: number,
  order: { readonly isWide: boolean; readonly descending: boolean },
): boolean {
  const { isWide } = order;
  const flip = order.descending ? 0xffff_ffff : 0;
  const bits = isWide ? 16 : 8;
  const most = isWide ? 0xffff : 0xff;
  let at = offset;
  for (let word = 0; word < 2; word += 1) {
    let key = 0;
    for (let filled = 0; filled < 32; filled += bits, at += 1) {
      // The end of a text comes before every character; the last code unit, which is none, is taken for the one before.
      const code = at < text.length ? Math.min(text.charCodeAt(at) + 1, 0xffff) : 0;
      if (code > most) return false;
      key = (key << bits) | code;
    }
    keys[row * 2 + word] = key ^ flip;
  }
  return true;
}

/** How many characters of a text a key holds. */
export function charactersOf(isWide: boolean): number {
  return isWide ? keyBytes / 2 : keyBytes;
}
