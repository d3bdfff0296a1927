import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameDifference } from '../../../../src/ui/terminal/frame-difference.ts';
import { Grid } from '../../../../src/ui/terminal/grid.ts';
import { style } from '../../../../src/ui/terminal/style.ts';
import { type ScreenCell, TerminalScreen } from '../../../support/screen.ts';

function cellsOf(grid: Grid): ScreenCell[][] {
  return Array.from({ length: grid.rows }, (_, row) =>
    Array.from({ length: grid.columns }, (_, column) => ({
      character: grid.characterAt(row * grid.columns + column),
      style: grid.styleAt(row * grid.columns + column),
    })),
  );
}

async function shownAfter(frames: readonly Grid[]): Promise<TerminalScreen> {
  const [first] = frames;
  const screen = new TerminalScreen(first!.columns + 1, first!.rows);
  let previous: Grid | undefined;
  for (const frame of frames) {
    await screen.write(frameDifference(previous, frame));
    previous = frame;
  }
  return screen;
}

function expectShown(screen: TerminalScreen, grid: Grid): void {
  const shown = Array.from({ length: grid.rows }, (_, row) => screen.cells(row));
  const untouched: ScreenCell = { character: ' ', style: style.plain };

  expect(shown).toEqual(cellsOf(grid).map((row) => [...row, untouched]));
}

interface TableOptions {
  readonly columns: number;
  readonly rows: number;
  /** Number of the task on the first row of the list; higher numbers are newer. */
  readonly newest: number;
  readonly cursor?: number;
  readonly header?: string;
  readonly states?: ReadonlyMap<number, string>;
}

/** A task list as the program shows it: status, tabs, scope, header, rows, message, hints. */
function table({ columns, rows, newest, cursor, header = '12 ev/s', states }: TableOptions): Grid {
  const grid = new Grid(columns, rows);
  grid.write(0, 0, `celery prod amqp  ● LIVE ${header}`, style.bold);
  grid.write(1, 0, ' 1 Overview', style.plain);
  grid.write(1, 12, '[2 Tasks]', style.inverse);
  grid.write(3, 0, '  UUID      STATE    TASK', style.dim);
  for (let row = 4; row < rows - 2; row++) {
    const task = newest - (row - 4);
    const state = states?.get(task) ?? '✓ OK';
    const look = row === cursor ? style.inverse : style.plain;
    const end = `${(task * 7) % 100}.31s 14:${String(task % 60).padStart(2, '0')}:07`;
    const text = ` ${String((task * 48_271) % 99_999_989).padStart(8, '0')}  ${state.padEnd(8)} orders.charge_${task % 17}`;
    const width = columns - end.length;
    grid.write(row, 0, text.padEnd(width).slice(0, width) + end, look);
    if (row !== cursor) grid.write(row, 11, state, style.cyan);
  }
  grid.write(rows - 1, 0, 'Enter open  / filter  ? help', style.dim);
  return grid;
}

const sizes = [
  { columns: 79, rows: 24 },
  { columns: 139, rows: 40 },
  { columns: 199, rows: 60 },
];

/** Bytes of the synchronized update around a frame and the question at its end: part of every budget. */
const frameMarks = Buffer.byteLength('\x1b[?2026h\x1b[?2026l\x1b[5n');

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

describe('frameDifference', () => {
  it('is empty when nothing differs', () => {
    const grid = table({ columns: 79, rows: 24, newest: 500 });

    expect(frameDifference(grid, table({ columns: 79, rows: 24, newest: 500 }))).toBe('');
  });

  it.each(sizes)('draws a first frame without clearing the screen at $columns columns', async (size) => {
    const grid = table({ ...size, newest: 500, cursor: 6 });

    const screen = await shownAfter([grid]);

    expectShown(screen, grid);
    expect(screen.received).not.toMatch(/\x1b\[[23]J/);
  });

  it('clears the screen only when told to', async () => {
    const grid = table({ columns: 79, rows: 24, newest: 500 });
    const screen = new TerminalScreen(80, 24);
    await screen.write(`${'garbage '.repeat(100)}\x1b[31m\x1b[5;9r`);

    await screen.write(frameDifference(grid, grid, { erase: true }));

    expectShown(screen, grid);
    expect(screen.received).toContain('\x1b[2J');
  });

  it('redraws every row of whatever was on the screen when the size changed', async () => {
    const grid = table({ columns: 79, rows: 24, newest: 500 });
    const screen = new TerminalScreen(80, 24);
    await screen.write(`\x1b[7m${'x'.repeat(80 * 24)}\x1b[m`);

    await screen.write(frameDifference(new Grid(99, 24), grid));

    expectShown(screen, grid);
  });

  it.each([
    [0, 300],
    [1, 450],
    [2, 600],
  ])('moves the cursor by one row within the budget (size %i)', async (index, budget) => {
    const before = table({ ...sizes[index]!, newest: 500, cursor: 6 });
    const after = table({ ...sizes[index]!, newest: 500, cursor: 7 });

    expect(bytes(frameDifference(before, after)) + frameMarks).toBeLessThanOrEqual(budget);
    expectShown(await shownAfter([before, after]), after);
  });

  it.each(sizes)('changes a header figure in at most 64 bytes at $columns columns', async (size) => {
    const before = table({ ...size, newest: 500, header: '12 ev/s' });
    const after = table({ ...size, newest: 500, header: '18 ev/s' });

    expect(bytes(frameDifference(before, after)) + frameMarks).toBeLessThanOrEqual(64);
    expectShown(await shownAfter([before, after]), after);
  });

  it.each(sizes)('changes three rows in place in at most 250 bytes at $columns columns', async (size) => {
    const states = new Map([
      [498, '✗ FAIL'],
      [495, '▸ RUN'],
      [491, '↻ RTRY'],
    ]);
    const before = table({ ...size, newest: 500 });
    const after = table({ ...size, newest: 500, states });

    expect(bytes(frameDifference(before, after)) + frameMarks).toBeLessThanOrEqual(250);
    expectShown(await shownAfter([before, after]), after);
  });

  it.each([
    [0, 600],
    [1, 800],
    [2, 1_000],
  ])(
    'scrolls two new rows in under a fixed cursor row within the budget (size %i)',
    async (index, budget) => {
      const size = sizes[index]!;
      const before = table({ ...size, newest: 500, cursor: 8 });
      const after = table({ ...size, newest: 502, cursor: 8, header: '18 ev/s' });

      const difference = frameDifference(before, after);

      expect(bytes(difference) + frameMarks).toBeLessThanOrEqual(budget);
      expect(difference).toMatch(/\x1b\[\d+;\d+r.*\x1b\[2L.*\x1b\[r/);
      expectShown(await shownAfter([before, after]), after);
    },
  );

  it('scrolls up in a list that was paged down by a few rows', async () => {
    const before = table({ columns: 139, rows: 40, newest: 500, cursor: 6 });
    const after = table({ columns: 139, rows: 40, newest: 497, cursor: 6 });

    expect(frameDifference(before, after)).toContain('\x1b[3M');
    expectShown(await shownAfter([before, after]), after);
  });

  it('sets no margins where the band reaches the bottom', async () => {
    const [before, after] = [100, 97].map((oldest) => {
      const log = new Grid(79, 24);
      log.write(0, 0, 'Events', style.bold);
      for (let row = 2; row < 24; row++)
        log.write(row, 0, `${oldest + row} task-sent ${(oldest + row) ** 3}`, style.plain);
      return log;
    });

    const difference = frameDifference(before, after!);

    expect(difference).toContain('\x1b[3H\x1b[3L');
    expect(difference).not.toMatch(/\x1b\[[\d;]*r/);
    expectShown(await shownAfter([before!, after!]), after!);
  });

  it.each([
    [0, 2_500],
    [1, 6_000],
    [2, 13_000],
  ])('repaints a whole view within the budget (size %i)', async (index, budget) => {
    const size = sizes[index]!;
    const before = table({ ...size, newest: 500, cursor: 8 });
    const after = new Grid(size.columns, size.rows);
    for (let row = 0; row < size.rows; row++) {
      after.write(row, 0, `── worker ${row}`, style.bold);
      after.write(row, 30, `${'█'.repeat(row % 9)} ${(row * 37) % 11} of 8 processes`, style.yellow);
    }

    expect(bytes(frameDifference(before, after)) + frameMarks).toBeLessThanOrEqual(budget);
    expectShown(await shownAfter([before, after]), after);
  });

  it('returns to a known column after text whose width terminals may see differently', () => {
    const before = new Grid(40, 2);
    const after = new Grid(40, 2);
    after.write(0, 3, '日本 next ❤ last', style.plain);

    const difference = frameDifference(before, after);

    expect(difference).toBe('\x1b[1;4H日本\x1b[9Gnext ❤\x1b[16Glast');
  });
});

const look = fc
  .integer({ min: 0, max: 6 })
  .chain((color) => fc.integer({ min: 0, max: 15 }).map((bits) => color | (bits << 3)));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'Z', ' ', ' ', '0', '日', '한', '✓', '─', 'é', 'e\u0301'),
  maxLength: 30,
});

type Stroke = (grid: Grid) => void;

const write: fc.Arbitrary<Stroke> = fc.tuple(fc.nat(11), fc.nat(39), text, look).map(
  ([row, column, words, wanted]) =>
    (grid) =>
      void grid.write(row, column, words, wanted),
);

const shift: fc.Arbitrary<Stroke> = fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: -4, max: 4 })).map(
  ([one, other, rows]) =>
    (grid) =>
      moveBand(grid, Math.min(one, other), Math.max(one, other), rows),
);

function moveBand(grid: Grid, top: number, bottom: number, rows: number): void {
  const before = cellsOf(grid);
  for (let row = top; row <= bottom; row++) {
    const from = row - rows;
    grid.write(row, 0, ' '.repeat(grid.columns), style.plain);
    if (from < top || from > bottom) continue;
    for (const [column, cell] of before[from]!.entries()) {
      if (cell.character !== '') grid.write(row, column, cell.character, cell.style);
    }
  }
}

function paint(strokes: readonly Stroke[]): Grid {
  const grid = new Grid(40, 12);
  for (const stroke of strokes) stroke(grid);
  return grid;
}

describe('the terminal after a difference', () => {
  it('shows exactly the next frame, for any two frames', async () => {
    const background = fc.array(write, { maxLength: 30 });
    const changes = fc.array(fc.oneof({ weight: 2, arbitrary: write }, { weight: 3, arbitrary: shift }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(background, changes, changes, async (first, second, third) => {
        const frames = [paint(first), paint([...first, ...second]), paint([...first, ...second, ...third])];

        expectShown(await shownAfter(frames), frames[2]!);
      }),
      { numRuns: 300 },
    );
  });

  it('shows exactly the next frame when a long list moves and changes', async () => {
    const step = fc.record({
      newest: fc.integer({ min: 480, max: 520 }),
      cursor: fc.integer({ min: 3, max: 21 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
        const frames = steps.map((options) => table({ columns: 79, rows: 24, ...options }));

        expectShown(await shownAfter(frames), frames.at(-1)!);
      }),
      { numRuns: 60 },
    );
  });
});
