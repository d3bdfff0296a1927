import { type Style, style } from '../src/ui/terminal/style.ts';
import type { ScreenCell } from '../test/support/screen.ts';
import { cell, shapeOf } from './box-shapes.ts';

/** Pixels. */
const margin = 14;
const titleBar = 32;

/** The six colours that the program uses, on a background of our own: the picture stands on light and dark pages. */
const palette = {
  background: '#15181e',
  bar: '#20242c',
  border: '#3a404b',
  foreground: '#d4d8df',
  dim: '#7f8794',
  title: '#9aa2af',
  colours: ['', '#ff7b80', '#93cf7f', '#e8c06a', '#7fadf9', '#d39bf2', '#57cfe0'],
  dimColours: ['', '#a85458', '#648a58', '#94804a', '#5674a3', '#8a699e', '#3f8a95'],
} as const;

const fonts =
  "ui-monospace,SFMono-Regular,'SF Mono',Menlo,'DejaVu Sans Mono','Liberation Mono',Consolas,monospace";

/** Neighbouring cells of one row that look alike. */
interface Run {
  readonly column: number;
  readonly characters: readonly string[];
  readonly look: Style;
}

/** A window with what the terminal shows in it. Its `desc` holds the same rows as text. */
export function renderSvg(title: string, rows: readonly (readonly ScreenCell[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * cell.width + 2 * margin;
  const height = titleBar + rows.length * cell.height + 2 * margin;
  const text = rows.map((row) => textOf(row).trimEnd()).join('\n');
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(text)}</desc>`,
    `<style>text{font:${cell.fontSize}px ${fonts};fill:${palette.foreground}}.b{font-weight:700}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${palette.background}" stroke="${palette.border}"/>`,
    `<path d="M1 ${titleBar}V10a9 9 0 0 1 9-9H${width - 10}a9 9 0 0 1 9 9V${titleBar}z" fill="${palette.bar}"/>`,
    `<text x="${width / 2}" y="21" text-anchor="middle" style="fill:${palette.title}">${escaped(title)}</text>`,
    `<g transform="translate(${margin} ${titleBar + margin})">`,
    ...rows.flatMap((row, index) => runsOf(row).flatMap((run) => renderRun(run, index * cell.height))),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

/** The rows of text in a picture made by `renderSvg`. */
export function textInSvg(svg: string): string[] {
  const text = /<desc>([^<]*)<\/desc>/.exec(svg)?.[1] ?? '';
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').split('\n');
}

function textOf(row: readonly ScreenCell[]): string {
  return row.map(({ character }) => character).join('');
}

function runsOf(row: readonly ScreenCell[]): Run[] {
  const runs: { column: number; characters: string[]; look: Style }[] = [];
  for (const [column, { character, style: look }] of row.entries()) {
    const last = runs.at(-1);
    // A blank looks the same in every colour; it does not end a run.
    if (
      last !== undefined &&
      (last.look === look || (look === style.plain && character === ' ' && !showsOnBlank(last.look)))
    ) {
      last.characters.push(character);
    } else {
      runs.push({ column, characters: [character], look });
    }
  }
  return runs;
}

function showsOnBlank(look: Style): boolean {
  return (look & (style.inverse | style.underline)) !== 0;
}

function renderRun(run: Run, top: number): string[] {
  const { foreground, background } = coloursOf(run.look);
  const left = run.column * cell.width;
  const width = run.characters.length * cell.width;
  const parts: string[] = [];
  if (background !== undefined) parts.push(rectangle(left, top, width, cell.height, background));
  if (run.look & style.underline) parts.push(rectangle(left, top + cell.baseline + 2, width, 1, foreground));
  parts.push(...renderShapes(run, top, foreground));
  const text = renderText(run, top, foreground);
  return text === undefined ? parts : [...parts, text];
}

/** Lines and blocks are drawn, since no two fonts join them alike. */
function renderShapes(run: Run, top: number, fill: string): string[] {
  const shapes: string[] = [];
  for (let at = 0; at < run.characters.length; at++) {
    const character = run.characters[at]!;
    const rectangles = shapeOf(character);
    if (rectangles === undefined) continue;
    // Equal neighbours become one shape: no seams between them.
    let count = 1;
    while (spansCells(character) && run.characters[at + count] === character) count += 1;
    const left = (run.column + at) * cell.width;
    for (const [x, y, width, height] of rectangles) {
      shapes.push(rectangle(left + x, top + y, width + (count - 1) * cell.width, height, fill));
    }
    at += count - 1;
  }
  return shapes;
}

function spansCells(character: string): boolean {
  return character === '─' || character === '█';
}

/** Each phrase is fitted to its cells, so that a viewer's font cannot shift what stands behind it. */
function renderText(run: Run, top: number, fill: string): string | undefined {
  const phrases = phrasesOf(run.characters);
  if (phrases.length === 0) return undefined;
  const weight = run.look & style.bold ? ' class="b"' : '';
  const colour = fill === palette.foreground ? '' : ` style="fill:${fill}"`;
  const spans = phrases.map(({ at, cells, text }) => {
    const left = (run.column + at) * cell.width;
    return `<tspan x="${left}" textLength="${cells * cell.width}">${escaped(text)}</tspan>`;
  });
  return `<text y="${top + cell.baseline}"${weight}${colour}>${spans.join('')}</text>`;
}

/** Words with single blanks between them, and from which cell of the run on. */
function phrasesOf(characters: readonly string[]): { at: number; cells: number; text: string }[] {
  const phrases: { at: number; cells: number; text: string }[] = [];
  for (const [at, character] of characters.entries()) {
    if (character === ' ' || shapeOf(character) !== undefined) continue;
    const last = phrases.at(-1);
    const gap = last === undefined ? Number.POSITIVE_INFINITY : at - last.at - last.cells;
    const joins = gap === 0 || (gap === 1 && characters[at - 1] === ' ');
    if (last === undefined || !joins) {
      phrases.push({ at, cells: 1, text: character });
    } else {
      last.text += ' '.repeat(gap) + character;
      last.cells += gap + 1;
    }
  }
  return phrases;
}

function coloursOf(look: Style): { foreground: string; background?: string } {
  const index = look & 7;
  const isDim = (look & style.dim) !== 0;
  const plain = isDim ? palette.dim : palette.foreground;
  const colour = index === 0 ? plain : (isDim ? palette.dimColours : palette.colours)[index]!;
  return look & style.inverse
    ? { foreground: palette.background, background: colour }
    : { foreground: colour };
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
