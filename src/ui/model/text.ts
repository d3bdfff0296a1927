/** A long text under a window: scroll, wrap, folding, find. Lines are counted, not rows, so a resize keeps the place. */
export interface TextState {
  /** First visible row of the text as laid out; undefined until something scrolls or finds. */
  readonly top: number | undefined;
  readonly left: number;
  readonly wrap: boolean;
  /** Library frames of a traceback folded to one line. */
  readonly folded: boolean;
  readonly find: string;
}

export const freshText: TextState = { top: undefined, left: 0, wrap: true, folded: false, find: '' };

/** Scrolls by rows within a text of `count` rows; `from` is where it stands while `top` is still undefined. */
export function scrollBy(
  text: TextState,
  rows: number,
  from: number,
  count: number,
  pageRows: number,
): TextState {
  return scrollTo(text, (text.top ?? from) + rows, count, pageRows);
}

export function scrollTo(text: TextState, row: number, count: number, pageRows: number): TextState {
  return { ...text, top: Math.max(0, Math.min(row, count - pageRows)) };
}

/** Brings the next (or previous) matching row to the top of the window, going round at the ends. */
export function jumpToMatch(
  text: TextState,
  matches: readonly number[],
  step: 1 | -1,
  from: number,
  count: number,
  pageRows: number,
): TextState {
  if (matches.length === 0) return text;
  const here = text.top ?? from;
  const ordered = step === 1 ? matches : [...matches].reverse();
  const next = ordered.find((row) => (step === 1 ? row > here : row < here)) ?? ordered[0] ?? here;
  return scrollTo(text, next, Math.max(count, next + pageRows), pageRows);
}
