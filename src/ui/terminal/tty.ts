import { closeSync, constants, openSync, readlinkSync, writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Timers } from '../../timers.ts';
import type { Terminal, TerminalSize } from './terminal.ts';
import { TerminalWriter } from './terminal-writer.ts';

export interface TtyStreams {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream & { readonly fd: number };
}

/** What some ptys say before anybody has told them their size. */
const unknownSize: TerminalSize = { columns: 80, rows: 24 };

/**
 * The terminal of this process. Node writes to a terminal blocking, so that a stalled SSH link would stop the broker
 * connections too; this one is opened a second time, non-blocking, which the shell's own descriptors do not notice.
 */
export class Tty implements Terminal {
  readonly #streams: TtyStreams;
  readonly #descriptor: number | undefined;
  readonly #writer: TerminalWriter;
  #onInput: ((chunk: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;

  constructor(streams: TtyStreams, timers: Timers) {
    this.#streams = streams;
    // A read may fail after nobody listens any more; that must not end the process with a stack trace.
    streams.stdin.on('error', () => undefined);
    this.#descriptor = openNonBlocking(streams.stdout.fd);
    const descriptor = this.#descriptor ?? streams.stdout.fd;
    this.#writer = new TerminalWriter((bytes, offset) => writeSync(descriptor, bytes, offset), timers);
  }

  get size(): TerminalSize {
    const { columns, rows } = this.#streams.stdout;
    return columns > 0 && rows > 0 ? { columns, rows } : unknownSize;
  }

  onResize(listener: () => void): () => void {
    this.#streams.stdout.on('resize', listener);
    return () => {
      this.#streams.stdout.off('resize', listener);
    };
  }

  write(bytes: string, done: (error?: Error) => void): void {
    this.#writer.write(bytes, done);
  }

  writeNow(bytes: string): boolean {
    return this.#writer.writeNow(bytes);
  }

  /**
   * Raw mode on; every read goes to `onInput`, `onEnd` says that the terminal hung up. Called again it sets the mode
   * again, for whoever was stopped and continued may find it changed.
   */
  listen(onInput: (chunk: Buffer) => void, onEnd: () => void): void {
    this.mute();
    const { stdin } = this.#streams;
    stdin.setRawMode(true);
    this.#onInput = onInput;
    this.#onEnd = onEnd;
    stdin.on('data', onInput).on('end', onEnd).on('error', onEnd);
    stdin.resume();
  }

  /** Raw mode off, and keys are left for whoever reads next. */
  mute(): void {
    const { stdin } = this.#streams;
    if (this.#onInput !== undefined) stdin.off('data', this.#onInput);
    if (this.#onEnd !== undefined) stdin.off('end', this.#onEnd).off('error', this.#onEnd);
    stdin.pause();
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal has hung up: there is no mode to restore.
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}

/** Undefined where neither way works: writes then go through stdout's own descriptor and may block. */
function openNonBlocking(stdout: number): number | undefined {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  for (const path of [() => '/dev/tty', () => readlinkSync(`/proc/self/fd/${stdout}`)]) {
    try {
      return openSync(path(), flags);
    } catch {
      // No controlling terminal, or no /proc: the next way.
    }
  }
  return undefined;
}
