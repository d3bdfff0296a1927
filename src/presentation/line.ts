/**
 * What a stretch of text means; the theme decides how it looks. A tone never carries meaning alone: there is always
 * a glyph or a word beside it.
 */
export type Tone =
  | 'plain'
  | 'muted'
  | 'accent'
  | 'title'
  | 'rule'
  | 'key'
  | 'run'
  | 'warn'
  | 'fail'
  | 'gone'
  | 'custom'
  | 'path'
  | 'strong'
  | 'banner'
  | 'match'
  | 'selected';

/** Text of one look. `text` is already clean: see presentation/text.ts. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One row of the screen, left to right. */
export type Line = readonly Span[];
