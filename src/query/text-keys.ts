import { charactersOf, writeTextKey } from './byte-sort.ts';
import { FirstText, type TextStretch } from './text-agreement.ts';

/** Rows handled between two chances to stop. */
const chunk = 1024;

export interface TextKeyOptions {
  /** How many characters of each text are left out: those in which all agree. */
  readonly offset: number;
  /** How far the texts are known to agree. */
  readonly agreed: number;
  readonly descending: boolean;
}

/**
 * Keys of what stands behind the offset, as narrow as the texts let them be.
 *
 * @param keys by row
 * @returns how many characters are in a key; undefined when the texts do not agree up to the offset
 */
export function* writeTextKeys(
  { order, from, to, texts }: TextStretch,
  keys: Uint32Array,
  { offset, agreed, descending }: TextKeyOptions,
): Generator<void, number | undefined> {
  const first = new FirstText(texts[order[from] ?? 0] ?? '');
  let how = { isWide: false, descending };
  for (let at = from; at < to; at += 1) {
    const row = order[at] ?? 0;
    const text = texts[row] ?? '';
    if (agreed < offset && first.agreement(text, agreed, offset) < offset) return undefined;
    if (!writeTextKey(keys, row, text, offset, how)) {
      how = { isWide: true, descending };
      at = from - 1;
    }
    if (at % chunk === 0) yield;
  }
  return charactersOf(how.isWide);
}
