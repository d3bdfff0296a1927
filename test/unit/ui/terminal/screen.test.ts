import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/presentation/line.ts';
import { slotLine } from '../../../../src/ui/terminal/compose.ts';
import { Screen, type ScreenOptions } from '../../../../src/ui/terminal/screen.ts';
import { style } from '../../../../src/ui/terminal/style.ts';
import { FakeTerminal } from '../../../support/fake-terminal.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';
import { TerminalScreen } from '../../../support/screen.ts';

function setUp(options: Partial<ScreenOptions> = {}) {
  const terminal = new FakeTerminal(40, 8);
  const timers = new ManualTimers();
  const screen = new Screen({
    terminal,
    timers,
    styleOf: (tone) => (tone === 'fail' ? style.red : style.plain),
    ...options,
  });
  let count = 0;
  const paintCount = (): Line[] => [[{ text: `count ${count}` }]];
  screen.setChrome(['header', slotLine('tasks'), 'hints']);
  screen.setPainter('tasks', paintCount);
  return {
    terminal,
    timers,
    screen,
    /** Data changes, and the screen is told. */
    change: () => {
      count++;
      screen.invalidate();
    },
    press: () => {
      count++;
      screen.repaint();
    },
    emulate: async () => {
      const emulator = new TerminalScreen(terminal.size.columns, terminal.size.rows);
      await emulator.write(terminal.sent);
      return emulator;
    },
  };
}

/** A started screen whose terminal answers questions at once. */
function setUpAnswering(options: Partial<ScreenOptions> = {}) {
  const parts = setUp(options);
  parts.screen.start();
  parts.screen.acknowledge();
  parts.timers.advance(100);
  parts.screen.acknowledge();
  return parts;
}

describe('Screen', () => {
  it('shows the chrome with the slot between it', async () => {
    const { screen, timers, emulate } = setUp();
    screen.setPainter('tasks', (columns, rows) => [
      [{ text: `${columns}x${rows} ` }, { text: '✗ FAIL', tone: 'fail' }],
      ...Array.from({ length: 20 }, (_, row) => [{ text: `row ${row}` }]),
    ]);

    screen.start();
    timers.advance(0);

    const emulator = await emulate();
    expect(emulator.lines()).toEqual([
      'header',
      '39x6 ✗ FAIL',
      'row 0',
      'row 1',
      'row 2',
      'row 3',
      'row 4',
      'hints',
    ]);
    expect(emulator.cells(1)[5]).toEqual({ character: '✗', style: style.red });
    expect(emulator.isAlternate).toBe(true);
  });

  it('shares the rows among slots and respects those of a fixed height', async () => {
    const { screen, timers, emulate } = setUp();
    screen.setChrome([slotLine('a'), slotLine('preview', 2), slotLine('b'), 'end']);
    for (const id of ['a', 'b', 'preview']) {
      screen.setPainter(id, (_, rows) => Array.from({ length: rows }, () => [{ text: `${id} of ${rows}` }]));
    }

    screen.start();
    timers.advance(0);

    expect((await emulate()).lines()).toEqual([
      ...['a of 3', 'a of 3', 'a of 3', 'preview of 2', 'preview of 2', 'b of 2', 'b of 2'],
      'end',
    ]);
  });

  it('takes frames from Ink through its stdout', async () => {
    const { screen, timers, emulate } = setUp();
    screen.start();

    let isWritten = false;
    screen.stdout.write('\x1b[1mtitle\x1b[22m\n\ue000tasks\nfooter', () => {
      isWritten = true;
    });
    timers.advance(20);

    expect(isWritten).toBe(true);
    expect(screen.stdout.isTTY).toBe(false);
    expect(screen.stdout.columns).toBe(39);
    expect((await emulate()).lines().filter(Boolean)).toEqual(['title', 'count 0', 'footer']);
  });

  it('sends nothing while nothing visible changes', () => {
    const { screen, terminal, timers } = setUp();
    screen.start();
    timers.advance(1_000);
    const sent = terminal.sent;

    for (let tick = 0; tick < 100; tick++) {
      screen.invalidate();
      screen.repaint();
      timers.advance(100);
    }

    expect(terminal.sent).toBe(sent);
    expect(screen.counters.frames).toBe(1);
    expect(screen.counters.bytes).toBe(Buffer.byteLength(terminal.frames[0]!));
  });

  it('changes a figure in at most 64 bytes, marks and question included', () => {
    const { screen, terminal, timers, change } = setUpAnswering();

    change();
    timers.advance(1_000);
    screen.acknowledge();

    expect(terminal.frames.at(-1)).toContain('\x1b[5n');
    expect(Buffer.byteLength(terminal.frames.at(-1)!)).toBeLessThanOrEqual(64);
  });

  it('paints data at the rate and no faster', () => {
    const { screen, terminal, timers, change } = setUp({ rate: 2 });
    screen.start();
    timers.advance(0);
    const before = terminal.frames.length;

    for (let tick = 0; tick < 1_000; tick++) {
      change();
      timers.advance(10);
    }

    expect(terminal.frames.length - before).toBeGreaterThanOrEqual(19);
    expect(terminal.frames.length - before).toBeLessThanOrEqual(21);
  });

  it('takes another rate while it runs', () => {
    const { screen, terminal, timers, change } = setUp({ rate: 0.2 });
    screen.start();
    timers.advance(0);
    change();
    timers.advance(10);
    const before = terminal.frames.length;

    screen.rate = 10;
    for (let tick = 0; tick < 100; tick++) {
      change();
      timers.advance(10);
    }

    expect(terminal.frames.length - before).toBeGreaterThanOrEqual(9);
  });

  it('paints a key at once, whatever data waits for', () => {
    const { screen, terminal, timers, change, press } = setUp({ rate: 0.2 });
    screen.start();
    timers.advance(0);
    change();
    timers.advance(100);
    change();
    timers.advance(100);
    const before = terminal.frames.length;

    press();
    timers.advance(0);

    expect(terminal.frames.length).toBe(before + 1);
    expect(terminal.frames.at(-1)).toContain('3');
  });

  it('lets keys of one moment share a frame', () => {
    const { screen, terminal, timers, press } = setUp();
    screen.start();
    timers.advance(100);
    const before = terminal.frames.length;

    for (let key = 0; key < 50; key++) press();
    timers.advance(0);

    expect(terminal.frames.length).toBe(before + 1);
  });

  it('holds one frame at most for a terminal that stopped reading, and then shows the latest', async () => {
    const { screen, terminal, timers, change, press, emulate } = setUp();
    screen.start();
    timers.advance(100);
    terminal.isStalled = true;
    const before = terminal.frames.length;

    for (let tick = 0; tick < 100; tick++) {
      change();
      press();
      timers.advance(100);
    }
    expect(terminal.frames.length).toBe(before + 1);

    terminal.resume();
    timers.advance(10_000);
    expect(terminal.queued).toBe(0);
    expect(terminal.frames.length).toBe(before + 2);
    expect((await emulate()).lines()[1]).toBe('count 200');
  });

  it('waits for the terminal to have read a frame before it paints more data', () => {
    const { screen, terminal, timers, change } = setUpAnswering();
    const before = terminal.frames.length;

    change();
    timers.advance(600);
    change();
    timers.advance(600);
    expect(terminal.frames.length).toBe(before + 1);

    screen.acknowledge();
    change();
    timers.advance(5_000);
    expect(terminal.frames.length).toBe(before + 2);
  });

  it('lets a key overtake one unread frame on a quick link, but not a second', () => {
    const { screen, terminal, timers, change, press } = setUpAnswering();
    change();
    timers.advance(30);
    const before = terminal.frames.length;

    press();
    timers.advance(30);
    press();
    timers.advance(30);
    expect(terminal.frames.length).toBe(before + 1);

    screen.acknowledge();
    timers.advance(0);
    expect(terminal.frames.length).toBe(before + 2);
  });

  it('slows down with the round trip, says so, and recovers', () => {
    const { screen, terminal, timers, change } = setUpAnswering();
    expect(screen.slowLink).toBeUndefined();

    change();
    timers.advance(2_000);
    screen.acknowledge();
    expect(screen.slowLink).toBeCloseTo(0.33, 2);

    const before = terminal.frames.length;
    for (let tick = 0; tick < 20; tick++) {
      change();
      timers.advance(100);
    }
    expect(terminal.frames.length - before).toBeLessThanOrEqual(1);

    for (let tick = 0; tick < 200; tick++) {
      change();
      timers.advance(50);
      screen.acknowledge();
    }
    expect(screen.slowLink).toBeUndefined();
  });

  it('halves the rate after three frames left out where the terminal never answers', () => {
    const { screen, terminal, timers, change } = setUp({ rate: 2 });
    screen.start();
    timers.advance(2_000);
    terminal.isStalled = true;
    for (let tick = 0; tick < 5; tick++) {
      change();
      timers.advance(500);
    }
    expect(screen.slowLink).toBe(1);

    terminal.resume();
    for (let tick = 0; tick < 200; tick++) {
      change();
      timers.advance(100);
    }
    expect(screen.slowLink).toBeUndefined();
  });

  it('paints on when a terminal stops answering', () => {
    const { screen, terminal, timers, change } = setUpAnswering();
    change();
    timers.advance(600);
    const before = terminal.frames.length;

    change();
    timers.advance(10_000);

    expect(terminal.frames.length).toBe(before + 1);
    expect(terminal.frames.at(-1)).not.toContain('\x1b[5n');
    expect(screen.counters.frames).toBe(terminal.frames.length);
  });

  it('asks no questions of a terminal that did not answer the first', () => {
    const { screen, terminal, timers, change } = setUp();
    screen.start();
    for (let tick = 0; tick < 10; tick++) {
      change();
      timers.advance(1_000);
    }

    expect(terminal.frames.join('')).not.toContain('\x1b[5n');
  });

  it('paints everything once after a resize has settled, and tells Ink', async () => {
    const { screen, terminal, timers, emulate } = setUp();
    screen.start();
    timers.advance(100);
    const sizes: string[] = [];
    screen.stdout.on('resize', () => sizes.push(`${screen.stdout.columns}x${screen.stdout.rows}`));
    const before = terminal.frames.length;

    terminal.resize(60, 10);
    timers.advance(30);
    screen.invalidate();
    screen.repaint();
    terminal.resize(30, 6);
    timers.advance(49);
    expect(terminal.frames.length).toBe(before);
    timers.advance(51);

    expect(sizes).toEqual(['29x6']);
    expect(terminal.frames.length).toBe(before + 1);
    expect(screen.size).toEqual({ columns: 29, rows: 6 });
    terminal.sent = terminal.frames.at(-1)!;
    expect((await emulate()).lines()).toEqual(['header', 'count 0', '', '', '', 'hints']);
  });

  it('clears the screen for a redraw and at no other time', async () => {
    const { screen, terminal, timers, emulate } = setUp();
    screen.start();
    timers.advance(100);
    terminal.resize(50, 8);
    timers.advance(100);
    expect(terminal.sent).not.toMatch(/\x1b\[[23]J/);

    terminal.sent += `${'garbage '.repeat(30)}`;
    screen.redraw();
    timers.advance(100);

    expect(terminal.frames.at(-1)).toContain('\x1b[2J');
    expect((await emulate()).lines()).toEqual(['header', 'count 0', '', '', '', '', '', 'hints']);
    screen.stop();
    expect(terminal.sent.match(/\x1b\[[23]J/g)).toHaveLength(1);
  });

  it('leaves nothing behind on the primary screen, and can come back', async () => {
    const { screen, terminal, timers, press, emulate } = setUp();
    terminal.sent = 'before\r\n';
    screen.start();
    timers.advance(100);

    expect(screen.stop()).toBe(true);
    const left = await emulate();
    expect(left.isAlternate).toBe(false);
    expect(left.lines().filter(Boolean)).toEqual(['before']);
    expect(timers.pendingCount).toBe(0);

    press();
    screen.start();
    timers.advance(100);
    expect((await emulate()).lines()).toEqual(['header', 'count 1', '', '', '', '', '', 'hints']);
  });

  it('stops at once under a frame that the terminal never took', () => {
    const { screen, terminal, timers, change } = setUp();
    screen.start();
    timers.advance(100);
    terminal.isStalled = true;
    change();
    timers.advance(1_000);

    screen.stop();
    terminal.resume();
    timers.advance(10_000);

    expect(terminal.sent.endsWith('\x1b[?25h')).toBe(true);
    expect(timers.pendingCount).toBe(0);
  });

  it('reports a terminal that is gone and paints no more', () => {
    const errors: Error[] = [];
    const { screen, terminal, timers, change } = setUp({ onLost: (error) => errors.push(error) });
    screen.start();
    timers.advance(100);
    terminal.error = new Error('EIO');

    for (let tick = 0; tick < 10; tick++) {
      change();
      timers.advance(1_000);
    }

    expect(errors).toHaveLength(1);
    expect(screen.stop()).toBe(false);
  });

  it('sends only ASCII in ascii mode', () => {
    const { screen, terminal, timers } = setUp({ ascii: true });
    screen.setChrome(['── é 日本 ✓ ──', slotLine('tasks')]);

    screen.start();
    timers.advance(100);

    expect(terminal.sent).toMatch(/^[\x00-\x7f]*$/);
  });

  it('sends no colour without colours, but bold and inverse', () => {
    const { screen, terminal, timers } = setUp({ colors: false });
    screen.setChrome(['\x1b[31m\x1b[1mred\x1b[39m\x1b[22m \x1b[7msel\x1b[27m']);

    screen.start();
    timers.advance(100);

    expect(terminal.sent).not.toMatch(/\x1b\[[\d;]*3\d[\d;]*m/);
    expect(terminal.sent).toContain('\x1b[1mred');
    expect(terminal.sent).toContain('7msel');
  });
});
