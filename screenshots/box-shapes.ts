/** Pixels of one cell. It is as wide as 0.6 of the font size, which is the advance of most monospaced fonts. */
export const cell = { width: 9, height: 19, fontSize: 15, baseline: 14 } as const;

/** Left, top, width and height in pixels, from the corner of the cell. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];

const middle = { x: 4, y: 9 };

/** Which arms leave the middle of the cell: up, right, down, left. */
const arms: Readonly<Record<string, string>> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '╭': 'rd',
  '╮': 'dl',
  '╰': 'ur',
  '╯': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
};

/** How a line or block character is drawn; undefined for all others, which are text. */
export function shapeOf(character: string): readonly Rectangle[] | undefined {
  // The second cell of a wide character.
  if (character === '') return undefined;
  const directions = arms[character];
  if (directions !== undefined) return linesOf(directions);
  const lower = '▁▂▃▄▅▆▇█'.indexOf(character) + 1;
  if (lower > 0) return [[0, cell.height * (1 - lower / 8), cell.width, (cell.height * lower) / 8]];
  const left = '▉▊▋▌▍▎▏'.indexOf(character) + 1;
  if (left > 0) return [[0, 0, (cell.width * (8 - left)) / 8, cell.height]];
  return undefined;
}

function linesOf(directions: string): readonly Rectangle[] {
  const from = { x: directions.includes('l') ? 0 : middle.x, y: directions.includes('u') ? 0 : middle.y };
  const to = {
    x: directions.includes('r') ? cell.width : middle.x + 1,
    y: directions.includes('d') ? cell.height : middle.y + 1,
  };
  const lines: Rectangle[] = [];
  if (/[rl]/.test(directions)) lines.push([from.x, middle.y, to.x - from.x, 1]);
  if (/[ud]/.test(directions)) lines.push([middle.x, from.y, 1, to.y - from.y]);
  return lines;
}
