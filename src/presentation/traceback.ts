import { clean } from './text.ts';

/**
 * `heading`: "Traceback (most recent call last):"; `chain`: the sentence between two chained tracebacks; `frame`: the
 * File line; `marker`: a line of carets under code; `exception`: what was raised; `text`: everything else.
 */
export type TracebackRole = 'heading' | 'chain' | 'frame' | 'code' | 'marker' | 'exception' | 'text';

export interface TracebackLine {
  /** Clean, so that offsets into it stay true on screen. */
  readonly text: string;
  readonly role: TracebackRole;
  /** Part of a frame of Python, of Celery or of another installed package. */
  readonly isLibrary: boolean;
}

export interface Traceback {
  readonly lines: readonly TracebackLine[];
  /** Index of the last line of the last frame of own code, where a reader wants to begin. */
  readonly focus: number | undefined;
  /** The last exception line: what was raised in the end. */
  readonly exception: string | undefined;
  /** Lines left out because there were too many. */
  readonly omitted: number;
}

export interface TextMatch {
  readonly line: number;
  /** Code units into the line's text. */
  readonly start: number;
  readonly end: number;
}

const mostLines = 5_000;
const longestLine = 4_000;
/** A group of exceptions (PEP 654) draws a margin of bars before its lines. */
const framePattern = /^[ |+-]*File "/;
const headingPattern = /^[ |+-]*(?:Exception Group )?Traceback \(most recent call last\):/;
const chainPattern =
  /^[ |]*(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)/;
const markerPattern = /^[ |]*[~^][~^ ]*$/;
const libraryPattern =
  /(?:site-packages|dist-packages|lib\/python|lib64\/python)|celery\/app\/trace\.py|^<frozen /;

/** Reads the text of a Python traceback, chained or not; of anything else every line has the role `text`. */
export function parseTraceback(text: string): Traceback {
  const raw = splitLines(text);
  const reading: Reading = { lines: [], isInside: false, isLibrary: false, focus: undefined };
  for (const line of raw.slice(0, mostLines)) readLine(reading, clean(expandTabs(line), longestLine));
  const exceptions = reading.lines.filter((line) => line.role === 'exception');
  return {
    lines: reading.lines,
    focus: reading.focus,
    exception: exceptions.at(-1)?.text,
    omitted: Math.max(0, raw.length - mostLines),
  };
}

/** Where `text` occurs; capitals count only when there is one in it. */
export function findInTraceback(traceback: Traceback, text: string): readonly TextMatch[] {
  if (text === '') return [];
  const isExact = text !== text.toLowerCase();
  return traceback.lines.flatMap((line, index) => findInLine(line.text, text, isExact, index));
}

function findInLine(lineText: string, text: string, isExact: boolean, line: number): TextMatch[] {
  const searched = isExact ? lineText : lineText.toLowerCase();
  const matches: TextMatch[] = [];
  for (let at = searched.indexOf(text); at >= 0; at = searched.indexOf(text, at + text.length)) {
    matches.push({ line, start: at, end: at + text.length });
  }
  return matches;
}

interface Reading {
  readonly lines: TracebackLine[];
  /** After a heading and before what was raised. */
  isInside: boolean;
  isLibrary: boolean;
  focus: number | undefined;
}

function readLine(reading: Reading, text: string): void {
  const role = roleOf(reading, text);
  if (role === 'frame') {
    reading.isInside = true;
    reading.isLibrary = libraryPattern.test(framePath(text));
  }
  if (role === 'heading') reading.isInside = true;
  if (role === 'exception' || role === 'chain') reading.isInside = false;
  const isInFrame = role === 'frame' || role === 'code' || role === 'marker';
  if (isInFrame && !reading.isLibrary && role !== 'marker') reading.focus = reading.lines.length;
  reading.lines.push({ text, role, isLibrary: isInFrame && reading.isLibrary });
}

function roleOf(reading: Reading, text: string): TracebackRole {
  if (headingPattern.test(text)) return 'heading';
  if (chainPattern.test(text)) return 'chain';
  if (framePattern.test(text)) return 'frame';
  const previous = reading.lines.at(-1)?.role;
  if (reading.isInside && text.trim() !== '') {
    if (!/^[ |]* {2}/.test(text)) return 'exception';
    const isCode = previous === 'frame' || previous === 'code' || previous === 'marker';
    if (isCode) return markerPattern.test(text) ? 'marker' : 'code';
  }
  // The message of an exception can have several lines.
  return previous === 'exception' && text.trim() !== '' ? 'exception' : 'text';
}

export function framePath(text: string): string {
  const start = text.indexOf('"') + 1;
  const end = text.indexOf('"', start);
  return start === 0 || end < 0 ? '' : text.slice(start, end);
}

function splitLines(text: string): string[] {
  const bounded = text.length > 2_000_000 ? text.slice(0, 2_000_000) : text;
  const lines = bounded.split(/\r\n|\n|\r/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

function expandTabs(line: string): string {
  return line.slice(0, longestLine + 1).replaceAll('\t', '    ');
}
