import { start } from 'node:repl';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepInterrupts } from '../../../src/commands/shell-interrupts.ts';

interface Shell {
  /** What setRawMode was called with, since the last look. */
  modes(): readonly boolean[];
  type(keys: string): void;
  shows(text: string | RegExp): Promise<void>;
  close(): void;
}

const shells: Shell[] = [];

afterEach(() => {
  for (const shell of shells.splice(0)) shell.close();
});

function shell(): Shell {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(mode: boolean) {
      modes.push(mode);
      input.isRaw = mode;
      return input;
    },
  });
  let written = '';
  const output = new PassThrough();
  output.on('data', (bytes: Buffer) => {
    written += bytes.toString();
  });
  const settings = { input, output, terminal: true, preview: false, useColors: false };
  const server = start({ prompt: '> ', ...settings, useGlobal: false, breakEvalOnSigint: true });
  keepInterrupts(server, input);
  const opened: Shell = {
    modes: () => modes.splice(0),
    type: (keys) => void input.write(keys),
    shows: (text) => vi.waitFor(() => expect(written).toMatch(text)),
    close: () => server.close(),
  };
  shells.push(opened);
  opened.modes();
  return opened;
}

describe('a Ctrl-C at the prompt', () => {
  it('is a byte while code awaits, from its first moment on, and no signal that could be lost', async () => {
    const { modes, shows, type } = shell();
    type('await new Promise(() => {})\r');
    await shows(/Promise/);
    expect(modes()).not.toContain(false);

    type('\x03');
    await shows(/interrupted/);
    expect(modes()).not.toContain(false);
  });

  it('ends a wait when it comes with the Enter', async () => {
    const { shows, type } = shell();
    type('await new Promise(() => {})\r\x03');

    await shows(/interrupted/);
    type('6 * 7\r');
    await shows(/\n42/);
  });

  it('is a signal while code computes', async () => {
    const { modes, shows, type } = shell();
    type('6 * 7\r');

    await shows(/\n42/);
    expect(modes()).toEqual([false, true]);
  });

  it('keeps code from being run that would never let it be read', async () => {
    const { shows, type } = shell();
    type('for (;;) {}\r\x03');

    await shows(/interrupted by Ctrl-C before it began/);
    type('6 * 7\r');
    await shows(/\n42/);
  });

  it('clears the line as ever where nothing runs', async () => {
    const { shows, type } = shell();
    type('half a li\x03');
    type('6 * 7\r');

    await shows(/\n42/);
    type('\x03');
    await shows(/To exit, press Ctrl\+C again/);
  });
});
