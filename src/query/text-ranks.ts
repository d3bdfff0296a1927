import { compareValues } from '../presentation/sort.ts';
import { writeNumberKey } from './byte-sort.ts';
import type { TextStretch } from './text-agreement.ts';

/** Texts of which there are no more than this are put in order once, and not row by row. */
const mostRanked = 512;
/** Rows handled between two chances to stop. */
const chunk = 1024;

/**
 * Names of types, workers and states are few: their places in order are as good as they are, and become the keys.
 *
 * @param keys by row
 * @returns false where there are too many of them
 */
export function* rankFewTexts(
  { order, from, to, texts }: TextStretch,
  keys: Uint32Array,
  descending: boolean,
): Generator<void, boolean> {
  const ranks = new Map<string, number>();
  for (let at = from; at < to; at += 1) {
    const text = texts[order[at] ?? 0] ?? '';
    if (!ranks.has(text)) ranks.set(text, 0);
    if (ranks.size > mostRanked) return false;
    if (at % chunk === 0) yield;
  }
  let rank = 0;
  let before: string | undefined;
  for (const text of [...ranks.keys()].sort((left, right) => compareValues(left, right, descending))) {
    if (before !== undefined && compareValues(before, text, descending) !== 0) rank += 1;
    ranks.set(text, rank);
    before = text;
  }
  for (let at = from; at < to; at += 1) {
    const row = order[at] ?? 0;
    writeNumberKey(keys, row, ranks.get(texts[row] ?? '') ?? 0);
    if (at % chunk === 0) yield;
  }
  return true;
}
