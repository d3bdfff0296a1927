/** UTF-16 code units as sorted, disjoint ranges: `[low, high, low, high, …]`, both ends included. */
export type CodeSet = readonly number[];

export const lastCode = 0xffff;

export const everyCode: CodeSet = [0, lastCode];
export const digitCodes: CodeSet = [0x30, 0x39];
/** What `\w` means to JavaScript. */
export const wordCodes: CodeSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** What `\s` means to JavaScript. */
export const spaceCodes: CodeSet = [
  0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f,
  0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
];
/** What `.` means to JavaScript: all but the ends of lines. */
export const dotCodes: CodeSet = negated([0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029]);

/** A longer range has both cases of its ASCII letters only; nobody writes such a range for its letters. */
const longestFolded = 2000;

export function union(sets: readonly CodeSet[]): CodeSet {
  const ranges = sets.flatMap((set) => rangesOf(set)).sort(([left], [right]) => left - right);
  const merged: number[] = [];
  for (const [low, high] of ranges) {
    const end = merged.at(-1);
    if (end === undefined || low > end + 1) merged.push(low, high);
    else if (high > end) merged[merged.length - 1] = high;
  }
  return merged;
}

export function negated(set: CodeSet): CodeSet {
  const result: number[] = [];
  let next = 0;
  for (const [low, high] of rangesOf(set)) {
    if (low > next) result.push(next, low - 1);
    next = high + 1;
  }
  if (next <= lastCode) result.push(next, lastCode);
  return result;
}

/** The set with every letter in both cases, as the flag `i` without `u` sees them. */
export function inBothCases(set: CodeSet): CodeSet {
  const added: CodeSet[] = [set];
  for (const [low, high] of rangesOf(set)) {
    const end = high - low > longestFolded ? Math.min(high, 0x7f) : high;
    for (let code = low; code <= end; code += 1) added.push(...casesOf(code).map((other) => [other, other]));
  }
  return added.length === 1 ? set : union(added);
}

export function hasCode(set: CodeSet, code: number): boolean {
  for (let index = 0; index < set.length; index += 2) {
    if (code >= (set[index] ?? 0) && code <= (set[index + 1] ?? 0)) return true;
  }
  return false;
}

export function rangesOf(set: CodeSet): readonly (readonly [low: number, high: number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let index = 0; index < set.length; index += 2) ranges.push([set[index] ?? 0, set[index + 1] ?? 0]);
  return ranges;
}

function casesOf(code: number): readonly number[] {
  const character = String.fromCharCode(code);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((other) => other.length === 1 && other !== character)
    .map((other) => other.charCodeAt(0))
    .filter((other) => code < 0x80 || other >= 0x80);
}
