import type { Timers } from '../../timers.ts';

type TerminationSignal = 'SIGINT' | 'SIGTERM';

/** What ends or stops a process, and what it can do about it. Node's `process`, or a test's. */
export interface ProcessAccess {
  readonly pid: number;
  on(event: string, listener: (...parts: unknown[]) => void): unknown;
  off(event: string, listener: (...parts: unknown[]) => void): unknown;
  kill(pid: number, signal: string): unknown;
  exit(status: number): void;
  /** Writes to stderr and returns when it is written. */
  printError(text: string): void;
}

/** The terminal as it was found and as this program wants it. */
export interface TerminalHolder {
  /** Raw mode, alternate screen, full repaint. */
  take(): void;
  /** The terminal as it was before; false when it is gone. Must not throw, and must be quick. */
  giveBack(): boolean;
}

export interface LifetimeOptions {
  readonly process: ProcessAccess;
  readonly timers: Timers;
  readonly terminal: TerminalHolder;
  /** Ends broker connections; not waited for longer than 300 ms. */
  readonly close?: () => Promise<unknown> | undefined;
}

const bugStatus = 70;
const signalStatus: Readonly<Record<TerminationSignal | 'SIGHUP', number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};
const closeMs = 300;

/** Without a job-control shell SIGTSTP stops nobody: then the screen comes back after this. */
const notStoppedMs = 300;

/**
 * Gives the terminal back whatever happens: an exit, a signal, an uncaught error, a lost link. Ctrl-Z (`suspend`) and
 * SIGTSTP stop the process with the shell's screen in view, `fg` takes the terminal again.
 */
export class Lifetime {
  readonly #options: LifetimeOptions;
  readonly #listeners: readonly (readonly [event: string, listener: (...parts: unknown[]) => void])[];
  #holds = false;
  #isEnding = false;
  #isSuspended = false;
  /** Another program has the terminal: Ctrl-C and Ctrl-Z are its keys, and nothing is taken back before it ends. */
  #isLent = false;

  constructor(options: LifetimeOptions) {
    this.#options = options;
    this.#listeners = [
      ['SIGINT', () => this.#endBySignal('SIGINT')],
      ['SIGTERM', () => this.#endBySignal('SIGTERM')],
      ['SIGHUP', () => this.hangUp()],
      ['SIGTSTP', this.#onStop],
      ['SIGCONT', () => this.#continued()],
      ['uncaughtException', (error: unknown) => this.#fail(error)],
      ['unhandledRejection', (error: unknown) => this.#fail(error)],
      ['exit', () => this.#giveBack()],
    ];
  }

  /** Takes the terminal and answers for it from here on. */
  begin(): void {
    const { process, terminal } = this.#options;
    for (const [event, listener] of this.#listeners) process.on(event, listener);
    this.#holds = true;
    terminal.take();
  }

  /** The ordinary end: the terminal is given back and signals mean again what they mean to everybody. */
  end(): void {
    this.#giveBack();
    for (const [event, listener] of this.#listeners) this.#options.process.off(event, listener);
  }

  /** Lends the terminal to another program, a pager or an editor, and takes it again when that has ended. */
  async lend(run: () => Promise<void>): Promise<void> {
    this.#giveBack();
    this.#isLent = true;
    try {
      await run();
    } finally {
      this.#isLent = false;
      if (!this.#isEnding) this.#take();
    }
  }

  /** Ctrl-Z. The whole process group stops, as when the terminal itself had seen the key: npm and pipes included. */
  suspend(): void {
    if (this.#isSuspended || this.#isEnding) return;
    const { process, timers } = this.#options;
    this.#isSuspended = true;
    this.#giveBack();
    process.off('SIGTSTP', this.#onStop);
    process.kill(0, 'SIGTSTP');
    this.#awaitStop(timers.nowMs());
  }

  /** When much more time has passed than was waited for, the process was stopped after all and SIGCONT is on its way. */
  #awaitStop(sinceMs: number): void {
    const { timers } = this.#options;
    timers.after(notStoppedMs, () => {
      if (!this.#isSuspended) return;
      const nowMs = timers.nowMs();
      if (nowMs - sinceMs > 2 * notStoppedMs) this.#awaitStop(nowMs);
      else this.#continued();
    });
  }

  /**
   * The terminal has gone: SIGHUP, or EIO and EPIPE from a write. `process.exit` would crash in Node 20 on its way to
   * reset a terminal that is not there (nodejs/node#51519), so the process kills itself once it has said goodbye.
   */
  hangUp(): void {
    const { process } = this.#options;
    const isThere = this.#giveBack();
    this.#close(() => (isThere ? process.exit(signalStatus.SIGHUP) : process.kill(process.pid, 'SIGKILL')));
  }

  readonly #onStop = (): void => this.suspend();

  #endBySignal(signal: TerminationSignal): void {
    if (this.#isLent && signal === 'SIGINT') return;
    this.#giveBack();
    this.#close(() => this.#options.process.exit(signalStatus[signal]));
  }

  /** Leaves first: what is printed on the alternate screen vanishes with it. */
  #fail(error: unknown): void {
    const { process } = this.#options;
    this.#giveBack();
    process.printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(bugStatus);
  }

  #continued(): void {
    if (this.#isEnding) return;
    if (this.#isSuspended) this.#options.process.on('SIGTSTP', this.#onStop);
    // A SIGSTOP gave no time to leave: the shell has written over the screen, which is taken again from the start.
    else this.#giveBack();
    this.#isSuspended = false;
    if (!this.#isLent) this.#take();
  }

  #take(): void {
    if (this.#holds) return;
    this.#holds = true;
    this.#options.terminal.take();
  }

  #giveBack(): boolean {
    if (!this.#holds) return true;
    this.#holds = false;
    return this.#options.terminal.giveBack();
  }

  #close(leave: () => void): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const { close, timers } = this.#options;
    const closed = close?.();
    if (closed === undefined) {
      leave();
      return;
    }
    const cancel = timers.after(closeMs, leave);
    const leaveOnce = (): void => {
      cancel();
      leave();
    };
    closed.then(leaveOnce, leaveOnce);
  }
}
