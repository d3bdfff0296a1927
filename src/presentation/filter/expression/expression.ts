import type { CodeSet } from './code-set.ts';

/** A place between two characters, or at an end of the text. */
export type Assertion = 'start' | 'end' | 'word edge' | 'no word edge';

/** A regular expression without anything that needs a memory of what was matched. */
export type Expression =
  | { readonly kind: 'set'; readonly set: CodeSet }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Expression[] }
  /** `most` is Infinity where there is no end. */
  | { readonly kind: 'repeat'; readonly part: Expression; readonly least: number; readonly most: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

/** Why an expression is refused, and the offset in it. Thrown and caught within this folder. */
export class ExpressionError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
