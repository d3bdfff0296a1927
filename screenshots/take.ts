import { setTimeout as pause } from 'node:timers/promises';
import { endUpdate } from '../src/ui/terminal/control-sequences.ts';
import { TerminalScreen } from '../test/support/screen.ts';
import { type OutputRecord, openTerminal, type Terminal } from '../test/support/tmux.ts';
import type { Shot } from './shots.ts';
import { renderSvg } from './svg.ts';

/** What the demo shows at a moment may be what no two terminals draw alike, an emoji for example: then once more. */
const attempts = 3;

/** Runs the built program in a terminal, presses the keys of the shot, and returns the picture of what it shows. */
export async function takeScreenshot(shot: Shot): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(shot);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

async function runOnce(shot: Shot): Promise<string> {
  const { columns, rows, args } = shot;
  const terminal = await openTerminal({ columns, rows, env: { TERM: 'xterm-256color' } });
  try {
    const record = await terminal.recordOutput();
    await terminal.runStalk(...args);
    await shot.steps(terminal);
    return renderSvg(['stalk', ...args].join(' '), await settledScreen(shot, terminal, record));
  } finally {
    await terminal.close();
  }
}

/**
 * The program's own bytes as xterm.js shows them, once tmux shows the same text: two terminals must agree before a
 * picture is made of it.
 */
async function settledScreen(shot: Shot, terminal: Terminal, record: OutputRecord): Promise<Cells> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const bytes = await record.text();
    const shown = await terminal.screen();
    const screen = new TerminalScreen(shot.columns, shot.rows);
    await screen.write(bytes.slice(0, bytes.lastIndexOf(endUpdate) + endUpdate.length));
    if (screen.text() === shown.join('\n') && shot.shows(shown)) {
      return shown.map((_, row) => screen.cells(row));
    }
    await pause(50);
  }
  throw new Error(
    `The screenshot ${shot.name} does not settle; the terminal shows:\n${(await terminal.screen()).join('\n')}`,
  );
}

type Cells = ReturnType<TerminalScreen['cells']>[];
