import { Box, render, Text } from 'ink';
import { useSyncExternalStore } from 'react';
import { describe, expect, it } from 'vitest';
import { slotLine } from '../../../../src/ui/terminal/compose.ts';
import { Screen } from '../../../../src/ui/terminal/screen.ts';
import { style } from '../../../../src/ui/terminal/style.ts';
import { FakeTerminal } from '../../../support/fake-terminal.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';
import { TerminalScreen } from '../../../support/screen.ts';

function App({ screen }: { readonly screen: Screen }) {
  const columns = useSyncExternalStore(
    (listener) => {
      screen.stdout.on('resize', listener);
      return () => void screen.stdout.off('resize', listener);
    },
    () => screen.stdout.columns,
  );
  return (
    <Box flexDirection="column" width={columns}>
      <Text bold wrap="truncate">
        {'status '.repeat(20)}
      </Text>
      <Text>{slotLine('tasks')}</Text>
      <Box borderStyle="round">
        <Text inverse>sure?</Text>
      </Box>
    </Box>
  );
}

describe('Ink on the screen', () => {
  it('draws the chrome around live rows and follows a resize', async () => {
    const terminal = new FakeTerminal(31, 7);
    const timers = new ManualTimers();
    const screen = new Screen({ terminal, timers, styleOf: () => style.plain });
    screen.setPainter('tasks', (columns, rows) =>
      Array.from({ length: rows }, (_, row) => [{ text: `${row} of ${columns}` }]),
    );
    const emulator = new TerminalScreen(31, 7);

    const app = render(<App screen={screen} />, {
      stdout: screen.stdout,
      debug: true,
      patchConsole: false,
      exitOnCtrlC: false,
    });
    screen.start();
    timers.advance(20);
    await emulator.write(terminal.sent);

    expect(emulator.lines()).toEqual([
      'status status status status s…',
      ...['0 of 30', '1 of 30', '2 of 30'],
      `╭${'─'.repeat(28)}╮`,
      `│sure?${' '.repeat(23)}│`,
      `╰${'─'.repeat(28)}╯`,
    ]);

    terminal.resize(21, 6);
    emulator.resize(21, 6);
    const before = terminal.sent.length;
    timers.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
    timers.advance(50);
    await emulator.write(terminal.sent.slice(before));

    expect(emulator.lines()[0]).toBe('status status statu…');
    expect(emulator.lines()[1]).toBe('0 of 20');
    expect(emulator.lines()[5]).toBe(`╰${'─'.repeat(18)}╯`);
    app.unmount();
    screen.stop();
  });
});
