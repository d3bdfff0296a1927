import { Box, render, Text } from 'ink';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/presentation/line.ts';
import { Screen } from '../../../src/ui/terminal/screen.ts';
import { style } from '../../../src/ui/terminal/style.ts';
import { themeFor, toAnsi } from '../../../src/ui/theme.ts';
import { FakeTerminal } from '../../support/fake-terminal.ts';
import { ManualTimers } from '../../support/manual-timers.ts';
import { TerminalScreen } from '../../support/screen.ts';

describe('a line of chrome', () => {
  it('keeps the look of each span on its way through Ink', async () => {
    const line: Line = [
      { text: 'a', tone: 'key' },
      { text: 'b' },
      { text: 'c', tone: 'key' },
      { text: 'd', tone: 'muted' },
      { text: 'e', tone: 'title' },
      { text: 'f', tone: 'fail' },
      { text: 'g', tone: 'selected' },
      { text: 'h', tone: 'key' },
    ];

    const cells = await drawnByInk(toAnsi(line, themeFor(true)));

    expect(cells.map((cell) => cell.character).join('')).toBe('abcdefgh');
    expect(cells.map((cell) => cell.style)).toEqual([
      style.bold,
      style.plain,
      style.bold,
      style.dim,
      style.bold,
      style.red | style.bold,
      style.inverse,
      style.bold,
    ]);
  });
});

async function drawnByInk(text: string): Promise<ReturnType<TerminalScreen['cells']>> {
  const terminal = new FakeTerminal(20, 4);
  const timers = new ManualTimers();
  const screen = new Screen({ terminal, timers, styleOf: () => style.plain });
  const app = render(
    <Box>
      <Text>{text}</Text>
    </Box>,
    { stdout: screen.stdout, debug: true, patchConsole: false, exitOnCtrlC: false },
  );
  screen.start();
  timers.advance(20);
  const emulator = new TerminalScreen(20, 4);
  await emulator.write(terminal.sent);
  app.unmount();
  screen.stop();
  return emulator.cells(0).slice(0, 8);
}
