import { longestCompared } from '../presentation/sort.ts';

/** Rows looked at between two chances to stop. */
const chunk = 1024;

/** Some of the rows that are sorted, and their texts. */
export interface TextStretch {
  /** Row numbers, of which those from `from` up to `to` are meant. */
  readonly order: Uint32Array;
  readonly from: number;
  readonly to: number;
  /** By row. */
  readonly texts: readonly string[];
}

/** One text that others are held against, as far as texts are compared. */
export class FirstText {
  readonly #length: number;
  readonly #codes: Uint16Array;

  constructor(text: string) {
    this.#length = text.length;
    this.#codes = new Uint16Array(Math.min(text.length, longestCompared));
    for (let at = 0; at < this.#codes.length; at += 1) this.#codes[at] = text.charCodeAt(at);
  }

  /** How far the text agrees, `end` at most. @param agreed how far it is known to agree */
  agreement(text: string, agreed: number, end: number): number {
    const codes = this.#codes;
    const last = Math.min(end, text.length, codes.length);
    let same = agreed;
    while (same < last && text.charCodeAt(same) === codes[same]) same += 1;
    // Both end here: they are equal, and say nothing of where others part.
    return same === text.length && same === this.#length ? end : Math.min(same, end);
  }
}

/**
 * How far the texts of some rows agree, as far as texts are compared where they are all equal.
 *
 * @param agreed how far they are known to agree
 * @param step looks at one in so many, which can only make the answer too large
 */
export function* agreement(
  { order, from, to, texts }: TextStretch,
  agreed: number,
  step = 1,
): Generator<void, number> {
  const first = new FirstText(texts[order[from] ?? 0] ?? '');
  let end = longestCompared;
  for (let at = from + 1, seen = 1; at < to && end > agreed; at += step, seen += 1) {
    end = first.agreement(texts[order[at] ?? 0] ?? '', agreed, end);
    if (seen % chunk === 0) yield;
  }
  return end;
}
