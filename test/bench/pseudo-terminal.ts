import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { killGroup, until } from '../support/process-group.ts';
import { childOf, hasEnded } from './process-usage.ts';

export interface TerminalOptions {
  /** What runs in the terminal; the shell becomes it, so that no process stands between. */
  readonly command: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** A link that carries no more bytes a second than this; what it cannot take at once lies in its buffer. */
  readonly bytesPerSecond?: number;
}

/** The shell prints it immediately before it becomes the program: the clock starts there. */
const startMark = '@@';
const statusQuery = '\x1b[5n';
const statusAnswer = '\x1b[0n';
const slowReadMs = 20;
const running = new Set<PseudoTerminal>();

/** A real terminal device (of util-linux's `script`) with a reader that answers as terminals do, and keeps time. */
export class PseudoTerminal {
  readonly #script: ChildProcessWithoutNullStreams;
  readonly #bytesPerSecond: number | undefined;
  readonly #listeners = new Set<(text: string) => void>();
  readonly #ended: Promise<void>;
  #queue = '';
  #reading: NodeJS.Timeout | undefined;
  #tail = '';
  #pid: number | undefined;
  /** Bytes that the reader has taken. */
  bytes = 0;
  /** `performance.now()` when the program was about to begin. */
  startedMs: number = Number.NaN;
  /** All that was read so far, only while somebody asks for it: see `keep`. */
  kept = '';
  #keeps = false;

  constructor({ command, columns = 200, rows = 60, bytesPerSecond }: TerminalOptions) {
    const size = `stty rows ${rows} cols ${columns}`;
    const quoted = command.map((word) => `'${word}'`).join(' ');
    this.#bytesPerSecond = bytesPerSecond;
    this.#script = spawn('script', ['-qfc', `${size}; printf ${startMark}; exec ${quoted}`, '/dev/null'], {
      detached: true,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        STALK_NO_HISTORY: '1',
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
      },
    });
    this.#ended = new Promise((resolve) => this.#script.once('close', () => resolve()));
    this.#script.stdin.on('error', () => undefined);
    this.#script.stdout.setEncoding('utf8').on('data', (text: string) => this.#arrived(text));
    running.add(this);
  }

  /** The program's process, once the shell has become it. */
  get pid(): number {
    this.#pid ??= childOf(this.#script.pid ?? 0);
    if (this.#pid === undefined) throw new Error('The program in the terminal has not started.');
    return this.#pid;
  }

  press(keys: string): void {
    this.#script.stdin.write(keys);
  }

  /** Calls for every piece that the reader takes, at the moment it takes it. Returns how to stop. */
  onText(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps what is read from here on in `kept`, or no longer. */
  keep(keeps: boolean = true): void {
    this.kept = '';
    this.#keeps = keeps;
  }

  /** Resolves with `performance.now()` when a text is read, wherever pieces are cut; rejects after ten seconds. */
  async seen(text: string, timeoutMs = 10_000): Promise<number> {
    let before = '';
    let stop: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`${JSON.stringify(text)} did not appear.`)), timeoutMs);
        stop = this.onText((piece) => {
          before += piece;
          if (before.includes(text)) resolve(performance.now());
          before = before.slice(1 - text.length);
        });
      });
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  /** Nobody reads any more, as after Ctrl-S: the kernel's buffer fills up. */
  stall(): void {
    this.#script.kill('SIGSTOP');
  }

  resume(): void {
    this.#script.kill('SIGCONT');
  }

  /** Leaves with `q` and waits for the end; what does not leave is killed. */
  async quit(): Promise<void> {
    this.press('q');
    const patience = setTimeout(() => this.killNow(), 3_000);
    await this.ended();
    clearTimeout(patience);
  }

  async ended(): Promise<void> {
    await this.#ended;
    running.delete(this);
    clearInterval(this.#reading);
    // A slow reader still has the last words of the program before it.
    this.#take(this.#queue);
    this.#queue = '';
  }

  killNow(): void {
    if (this.#pid !== undefined && !hasEnded(this.#pid)) process.kill(this.#pid, 'SIGKILL');
    if (this.#script.pid !== undefined) killGroup(this.#script.pid, 'SIGKILL');
    running.delete(this);
  }

  #arrived(text: string): void {
    if (Number.isNaN(this.startedMs) && text.includes(startMark)) this.startedMs = performance.now();
    if (this.#bytesPerSecond === undefined) {
      this.#take(text);
      return;
    }
    this.#queue += text;
    this.#reading ??= setInterval(() => this.#readSome(), slowReadMs);
  }

  #readSome(): void {
    const share = Math.round(((this.#bytesPerSecond ?? 0) * slowReadMs) / 1000);
    const piece = this.#queue.slice(0, share);
    this.#queue = this.#queue.slice(share);
    if (piece !== '') this.#take(piece);
  }

  #take(text: string): void {
    this.bytes += Buffer.byteLength(text);
    if (this.#keeps) this.kept += text;
    const seen = this.#tail + text;
    const questions = seen.split(statusQuery).length - 1;
    if (questions > 0) this.#script.stdin.write(statusAnswer.repeat(questions));
    // A question that ends with this piece is answered; only one that is cut by it may go on in the next.
    this.#tail = seen.endsWith(statusQuery) ? '' : seen.slice(1 - statusQuery.length);
    for (const listener of this.#listeners) listener(text);
  }
}

/** Waits until the program in a terminal has opened its screen on data. */
export async function untilShown(terminal: PseudoTerminal, text: string): Promise<void> {
  await terminal.seen(text);
  await until('the process of the program', () => terminal.pid, 1_000);
}

export function killTerminals(): void {
  for (const terminal of running) terminal.killNow();
}
