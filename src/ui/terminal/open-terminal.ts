import { writeSync } from 'node:fs';
import type { KeyPress, Paste } from '../input/key.ts';
import { KeyDecoder } from '../input/key-decoder.ts';
import { ConsoleCapture } from './console-capture.ts';
import { Lifetime, type ProcessAccess } from './lifetime.ts';
import { Screen, type ScreenOptions } from './screen.ts';
import { realTimers } from './timers.ts';
import { Tty, type TtyStreams } from './tty.ts';

export interface OpenTerminalOptions extends Omit<ScreenOptions, 'terminal' | 'timers' | 'onLost'> {
  readonly process: NodeJS.Process;
  readonly streams: TtyStreams;
  readonly console: Console;
  readonly onInput: (event: KeyPress | Paste) => void;
  /** Ends broker connections when a signal ends the program. */
  readonly close?: () => Promise<unknown> | undefined;
}

export interface OpenedTerminal {
  readonly screen: Screen;
  /** `begin` takes the terminal, `end` gives it back for good, `suspend` is Ctrl-Z, `lend` is for a pager. */
  readonly lifetime: Lifetime;
  /** What libraries said while the screen was up. */
  readonly captured: ConsoleCapture;
}

/** Screen, keys and lifetime of the terminal that this process runs on. Nothing is written before `lifetime.begin()`. */
export function openTerminal(options: OpenTerminalOptions): OpenedTerminal {
  const { process, streams, console, onInput, close, ...look } = options;
  const tty = new Tty(streams, realTimers);
  const captured = new ConsoleCapture(console, process);
  const screen = new Screen({ ...look, terminal: tty, timers: realTimers, onLost: () => lifetime.hangUp() });
  const decoder = new KeyDecoder((event) => {
    if (event.type === 'acknowledgement') screen.acknowledge();
    else onInput(event);
  }, realTimers);
  const lifetime: Lifetime = new Lifetime({
    process: nodeProcess(process),
    timers: realTimers,
    terminal: {
      take: () => {
        captured.hold();
        tty.listen(
          (chunk) => decoder.push(chunk),
          () => lifetime.hangUp(),
        );
        screen.start();
      },
      giveBack: () => {
        const isThere = screen.stop();
        decoder.reset();
        tty.mute();
        captured.release();
        return isThere;
      },
    },
    ...(close === undefined ? {} : { close }),
  });
  return { screen, lifetime, captured };
}

function nodeProcess(process: NodeJS.Process): ProcessAccess {
  return {
    pid: process.pid,
    on: (event, listener) => process.on(event, listener as () => void),
    off: (event, listener) => process.off(event, listener as () => void),
    kill: (pid, signal) => process.kill(pid, signal),
    exit: (status) => process.exit(status),
    printError: (text) => {
      writeSync(2, text);
    },
  };
}
