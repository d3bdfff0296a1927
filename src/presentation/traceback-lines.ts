import type { Context } from './context.ts';
import type { Line, Span, Tone } from './line.ts';
import { fitLine, printable, ruleLine } from './line-layout.ts';
import { dropColumns, wrapSpans } from './span-wrap.ts';
import { findInTraceback, type TextMatch, type Traceback, type TracebackLine } from './traceback.ts';
import { screenWidth } from './width-class.ts';

export interface TracebackOptions {
  /** Long lines go on below themselves; otherwise they are cut. On unless told otherwise. */
  readonly wrap?: boolean;
  /** Runs of library frames become one line each. */
  readonly folded?: boolean;
  /** Columns moved out at the left; only without wrapping. */
  readonly left?: number;
  readonly find?: string;
}

export interface TracebackRows {
  readonly lines: readonly Line[];
  /** Row where it opens, so that the last frame of own code is in view. */
  readonly start: number;
  /** Rows on which something was found; while nothing is looked for, those where the next chained traceback begins. */
  readonly matches: readonly number[];
}

/** Rows kept above the last own frame when the text opens there. */
const rowsBefore = 4;

/** A traceback as rows of at most `width` columns: numbered, coloured by role, the last own frame marked. */
export function tracebackRows(
  traceback: Traceback,
  width: number,
  context: Context,
  options: TracebackOptions = {},
): TracebackRows {
  const drawing = drawingOf(traceback, width, context, options);
  const lines: Line[] = [];
  const matches: number[] = [];
  let start = 0;
  let index = 0;
  while (index < traceback.lines.length) {
    const run = options.folded ? libraryRun(traceback, index) : 0;
    if (run > 0) {
      lines.push(foldedLine(traceback, index, run, drawing));
      index += run;
      continue;
    }
    if (index === traceback.focus) start = Math.max(0, lines.length - rowsBefore);
    if (isStop(traceback, index, drawing, options)) matches.push(lines.length);
    lines.push(...lineRows(traceback.lines[index], index, drawing));
    index += 1;
  }
  if (traceback.omitted > 0) {
    const text = ` ${context.glyphs.ellipsis} ${traceback.omitted} more lines`;
    lines.push(fitLine([{ text, tone: 'muted' }], width, context));
  }
  return { lines, start, matches };
}

function isStop(traceback: Traceback, index: number, drawing: Drawing, options: TracebackOptions): boolean {
  const isSearching = (options.find ?? '') !== '';
  return isSearching ? drawing.found.has(index) : traceback.lines[index]?.role === 'chain';
}

interface Drawing {
  readonly width: number;
  readonly context: Context;
  readonly wrap: boolean;
  readonly left: number;
  readonly focus: number | undefined;
  /** Digits of a line number; 0 where there is no room for numbers. */
  readonly digits: number;
  readonly found: ReadonlyMap<number, readonly TextMatch[]>;
}

function drawingOf(
  traceback: Traceback,
  width: number,
  context: Context,
  options: TracebackOptions,
): Drawing {
  const found = new Map<number, TextMatch[]>();
  for (const match of findInTraceback(traceback, options.find ?? '')) {
    const others = found.get(match.line);
    if (others === undefined) found.set(match.line, [match]);
    else others.push(match);
  }
  const digits = Math.max(2, String(traceback.lines.length).length);
  return {
    width,
    context,
    wrap: options.wrap ?? true,
    left: options.wrap === false ? (options.left ?? 0) : 0,
    focus: traceback.focus,
    digits: screenWidth(width) >= 80 ? digits : 0,
    found,
  };
}

function lineRows(line: TracebackLine | undefined, index: number, drawing: Drawing): readonly Line[] {
  if (line === undefined) return [];
  const { width, context } = drawing;
  if (line.role === 'chain') return [ruleLine(width, context, line.text.trim())];
  const gutter = gutterText(index, drawing);
  const spans = highlighted(partsOf(line), drawing.found.get(index) ?? []).map((span) => ({
    ...span,
    text: printable(span.text, context),
  }));
  const room = Math.max(1, width - gutter.length);
  const gutterSpan: Span = { text: gutter, tone: index === drawing.focus ? 'strong' : 'muted' };
  if (!drawing.wrap) {
    return [fitLine([gutterSpan, ...dropColumns(spans, drawing.left)], width, context)];
  }
  const indentation = line.text.length - line.text.trimStart().length;
  const rows = wrapSpans(spans, room, indentation + 4);
  return rows.map((row, at) =>
    fitLine([at === 0 ? gutterSpan : { text: ' '.repeat(gutter.length) }, ...row], width, context),
  );
}

function gutterText(index: number, { focus, digits, context }: Drawing): string {
  const mark = index === focus ? context.glyphs.focus : ' ';
  return digits === 0 ? `${mark} ` : `  ${mark}${String(index + 1).padStart(digits)}  `;
}

function libraryRun(traceback: Traceback, from: number): number {
  let end = from;
  while (traceback.lines[end]?.isLibrary) end += 1;
  return end - from;
}

function foldedLine(traceback: Traceback, from: number, count: number, drawing: Drawing): Line {
  const frames = traceback.lines.slice(from, from + count).filter((line) => line.role === 'frame').length;
  const { glyphs } = drawing.context;
  const indent = ' '.repeat(drawing.digits === 0 ? 4 : drawing.digits + 7);
  const text = `${indent}${glyphs.ellipsis} ${frames} library ${frames === 1 ? 'frame' : 'frames'}`;
  return fitLine([{ text, tone: 'muted' }], drawing.width, drawing.context);
}

/** A line of a traceback as spans: path, line number and function of a frame, and one tone for everything else. */
export function partsOf(line: TracebackLine): readonly Span[] {
  const frame = line.isLibrary ? null : /^(.*?File )("[^"]*")(, line )(\d+)(?:(, in )(.*))?$/.exec(line.text);
  if (line.role === 'frame' && frame !== null) {
    const [, before = '', path = '', word = '', number = '', inWord = '', name = ''] = frame;
    return [
      { text: before },
      { text: path, tone: 'path' },
      { text: word },
      { text: number, tone: 'strong' },
      { text: inWord },
      { text: name, tone: 'strong' },
    ];
  }
  return [{ text: line.text, tone: toneOf(line) }];
}

function toneOf(line: TracebackLine): Tone {
  if (line.role === 'exception') return 'fail';
  return line.isLibrary || line.role === 'heading' || line.role === 'marker' ? 'muted' : 'plain';
}

/** The same text with the matches in their own tone. */
function highlighted(spans: readonly Span[], matches: readonly TextMatch[]): readonly Span[] {
  if (matches.length === 0) return spans;
  const parts: Span[] = [];
  let offset = 0;
  for (const span of spans) {
    let at = 0;
    for (const match of matches) {
      const start = Math.max(at, match.start - offset);
      const end = Math.min(span.text.length, match.end - offset);
      if (end <= start || start >= span.text.length) continue;
      parts.push({ ...span, text: span.text.slice(at, start) });
      parts.push({ text: span.text.slice(start, end), tone: 'match' });
      at = end;
    }
    parts.push({ ...span, text: span.text.slice(at) });
    offset += span.text.length;
  }
  return parts.filter((part) => part.text !== '');
}
