import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { killGroup, until } from '../support/process-group.ts';
import { cpuSeconds } from './process-usage.ts';

/** How far a consumer has come, seen from outside. */
export interface Progress {
  /** It has seen a heartbeat, so nothing that is sent from now on passes it by. */
  readonly isReady: boolean;
  hasTaken(events: number): boolean;
  /** Where it is, for the sentence that says what was lost. */
  readonly said: string;
  close?(): void;
}

const patienceMs = 20_000;

/** One of the programs that are compared, at the end of a stream. It can be stopped and continued like a clock. */
export class Consumer {
  readonly #child: ChildProcess;
  readonly #progress: Progress;
  readonly #ended: Promise<void>;

  constructor(child: ChildProcess, progress: Progress) {
    this.#child = child;
    this.#progress = progress;
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      // It could not be started: then there is nothing that could exit.
      child.once('error', () => resolve());
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get cpuSeconds(): number {
    return cpuSeconds(this.pid);
  }

  /** @param beat sends a heartbeat to the consumer */
  async ready(beat: () => Promise<unknown>): Promise<void> {
    const listens = async (): Promise<boolean> => {
      this.#assertAlive();
      await beat();
      return this.#progress.isReady;
    };
    await until('the consumer to listen', listens, 30_000);
  }

  /** @throws Error when it does not get there: something was lost */
  async taken(events: number): Promise<void> {
    const there = (): boolean => {
      if (this.#progress.hasTaken(events)) return true;
      this.#assertAlive();
      return false;
    };
    await until('all events', there, patienceMs, 2).catch(() => {
      throw new Error(`events were lost: ${events} were sent, the consumer says ${this.#progress.said}`);
    });
  }

  hold(): void {
    this.signal('SIGSTOP');
  }

  release(): void {
    this.signal('SIGCONT');
  }

  /** One that could not be started has the pid 0 for Node, which is our own process group for the kernel. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) this.#child.kill(signal);
  }

  async end(): Promise<void> {
    this.release();
    this.signal('SIGTERM');
    // Without a pid there is no group but our own.
    const { pid } = this.#child;
    const patience = setTimeout(() => {
      if (pid !== undefined) killGroup(pid, 'SIGKILL');
    }, 3_000);
    await this.#ended;
    clearTimeout(patience);
    this.#progress.close?.();
  }

  #assertAlive(): void {
    if (this.#child.exitCode !== null) throw new Error(`the consumer has ended: ${this.#progress.said}`);
  }
}

/** What a consumer prints: a word, or how many events it has. */
export class Lines implements Progress {
  isReady = false;
  /** Lines that are no numbers. */
  readonly words: string[] = [];
  #rest = '';
  #latest = 0;

  /** @param output of the consumer; a child that was started without one says nothing */
  constructor(output: Readable | null) {
    output?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${this.#rest}${text}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  get latest(): number {
    return this.#latest;
  }

  get said(): string {
    return [this.#latest, ...this.words.slice(-3)].join(', ');
  }

  hasTaken(events: number): boolean {
    return this.#latest >= events;
  }

  #take(line: string): void {
    if (line === 'ready') this.isReady = true;
    else if (/^\d+$/.test(line)) this.#latest = Number(line);
    else this.words.push(line);
  }
}

/** A consumer that only knows bytes has taken everything when no more come for a while. */
export class Quiet extends Lines {
  static readonly #quietMs = 400;
  #before = 0;
  #changedMs = 0;

  override hasTaken(): boolean {
    const nowMs = performance.now();
    if (this.latest !== this.#before) {
      this.#before = this.latest;
      this.#changedMs = nowMs;
    }
    const isQuiet = this.#changedMs > 0 && nowMs - this.#changedMs > Quiet.#quietMs;
    if (isQuiet) this.#changedMs = 0;
    return isQuiet;
  }
}

const taskWord = '] task ';
const heartbeatWord = '] heartbeat';

/** The file that `--dump` fills, in which what was taken are the lines of tasks. It is searched as bytes: who is measured has the other core. */
export class DumpFile implements Progress {
  readonly #file: number;
  readonly #chunk = Buffer.alloc(1024 * 1024);
  /** Bytes of `#chunk` that are the beginning of a line. */
  #tail = 0;
  #tasks = 0;
  #heartbeats = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  get isReady(): boolean {
    this.#read();
    return this.#heartbeats > 0;
  }

  /** All that the load of the bench sends. */
  get events(): number {
    this.#read();
    return this.#tasks + this.#heartbeats;
  }

  get said(): string {
    this.#read();
    return String(this.#tasks);
  }

  hasTaken(events: number): boolean {
    this.#read();
    return this.#tasks >= events;
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(): void {
    for (;;) {
      const length = readSync(this.#file, this.#chunk, { offset: this.#tail });
      if (length === 0) return;
      const filled = this.#chunk.subarray(0, this.#tail + length);
      const end = filled.lastIndexOf('\n') + 1;
      this.#take(filled.subarray(0, end));
      filled.copyWithin(0, end);
      this.#tail = filled.length - end;
    }
  }

  #take(lines: Buffer): void {
    this.#tasks += occurrences(lines, taskWord);
    this.#heartbeats += occurrences(lines, heartbeatWord);
  }
}

function occurrences(bytes: Buffer, word: string): number {
  let count = 0;
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) count += 1;
  return count;
}
