/** What is wrong with a filter. `start` and `end` are offsets of the bad part in its text, to be underlined. */
export interface FilterError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Thrown and caught while a filter is parsed. */
export class FilterSyntaxError extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = Math.max(start, end);
  }
}

/** `column 9: unknown unit "x": use ms s m h d`. */
export function describeError(error: FilterError): string {
  return `column ${error.start + 1}: ${error.message}`;
}

const longestExcerpt = 24;

/** What was typed, in quotes and not too long for a sentence. */
export function excerpt(text: string): string {
  return `"${text.length > longestExcerpt ? `${text.slice(0, longestExcerpt)}…` : text}"`;
}
