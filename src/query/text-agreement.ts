import { longestCompared } from '../presentation/sort.ts';

/** Rows looked at between two chances to stop. */
const chunk = 1024;

/**
 * How far the texts of some rows agree, as far as texts are compared where they are all equal.
 *
 * @param order row numbers, of which those from `from` up to `to` are meant
 * @param agreed how far they are known to agree
 */
export function* agreement(
  order: Uint32Array,
  from: number,
  to: number,
  texts: readonly string[],
  agreed: number,
): Generator<void, number> {
  const first = texts[order[from] ?? 0] ?? '';
  let end = longestCompared;
  for (let at = from + 1; at < to && end > agreed; at += 1) {
    const text = texts[order[at] ?? 0] ?? '';
    let same = agreed;
    while (same < end && same < text.length && text.charCodeAt(same) === first.charCodeAt(same)) same += 1;
    // Both end here: they are equal, and say nothing of where others part.
    if (same < text.length || same < first.length) end = Math.min(end, same);
    if (at % chunk === 0) yield;
  }
  return end;
}
