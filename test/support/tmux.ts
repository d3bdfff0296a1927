import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lease, scratchFolder } from './lease.ts';
import { killGroup, until } from './process-group.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

export type TerminalOptions = {
  columns?: number;
  rows?: number;
  /** Arguments of stalk. Without them, and without a command, the terminal stays at its shell. */
  args?: readonly string[];
  /** Typed into the shell as it is, instead of stalk with arguments; `stalk` is on its PATH. */
  command?: string;
  /** Added to an environment that has nothing of the machine's but PATH. */
  env?: Record<string, string>;
};

export type ScreenTest = string | RegExp | ((rows: string[]) => boolean);

export type TerminalFacts = {
  alternateScreen: boolean;
  cursorVisible: boolean;
  /** From 0. */
  cursorColumn: number;
  /** From 0. */
  cursorRow: number;
  mouse: boolean;
  title: string;
  /** The name of the process in the foreground: `bash` after the program has ended. */
  foreground: string;
};

/** What the program has written to the terminal since the record began. */
export type OutputRecord = { bytes(): Promise<number>; text(): Promise<string>; stop(): Promise<void> };

type Tmux = (...args: string[]) => Promise<string>;

/** Opens a terminal with a shell in it, 100x30 unless told otherwise, and starts the built program there. */
export async function openTerminal(options: TerminalOptions = {}): Promise<Terminal> {
  const folder = await scratchFolder();
  const tmux = tmuxAt(folder);
  await writeFile(join(folder, 'tmux.conf'), tmuxSettings);
  await writeFile(join(folder, 'shellrc'), shellSettings(folder));
  await writeFile(join(folder, 'stalk'), launcher(folder), { mode: 0o755 });

  const { columns = 100, rows = 30 } = options;
  const size = ['-x', String(columns), '-y', String(rows)];
  const shell = ['env', '-i', ...environment(folder, options), 'bash', '--noprofile'];
  const session = ['new-session', '-d', ...size, ...shell, '--rcfile', join(folder, 'shellrc'), '-i'];
  await tmux(...session);
  const server = Number(await tmux('display-message', '-p', '#{pid}'));
  const terminal = new Terminal(tmux, folder, server, await lease(server));

  await terminal.waitFor(/^\$$/m);
  if (options.command !== undefined) await terminal.runCommand(options.command);
  else if (options.args !== undefined) await terminal.runStalk(...options.args);
  return terminal;
}

/** One pane of a tmux server of its own. */
export class Terminal {
  readonly #tmux: Tmux;
  readonly #folder: string;
  readonly #server: number;
  readonly #releases: (() => Promise<void>)[];
  #records = 0;

  constructor(tmux: Tmux, folder: string, server: number, release: () => Promise<void>) {
    this.#tmux = tmux;
    this.#folder = folder;
    this.#server = server;
    this.#releases = [release];
  }

  /** Types a command line into the shell and starts it. */
  async runCommand(command: string): Promise<void> {
    await writeFile(join(this.#folder, 'status'), '');
    await writeFile(join(this.#folder, 'pid'), '');
    await this.type(command);
    await this.keys('Enter');
  }

  /** Starts the built program and resolves as soon as its process runs. */
  async runStalk(...args: readonly string[]): Promise<void> {
    await this.runCommand(['stalk', ...args.map(shellWord)].join(' '));
    this.#releases.push(await lease(await this.pid()));
  }

  /** Keys by tmux's names, each single character as it is: `keys('Down', 'Enter', 'C-c', 'j')`. */
  async keys(...names: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', '--', ...names);
  }

  /** Characters, all at once, as a fast typist's arrive over a slow line. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text);
  }

  /** Any bytes into the program's input, for keys that tmux has no name for. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await this.#tmux('send-keys', '-H', ...[...Buffer.from(bytes)].map((byte) => byte.toString(16)));
  }

  /** Text as a terminal pastes it: between the bracketed-paste marks, if the program has asked for them. */
  async paste(text: string): Promise<void> {
    const file = join(this.#folder, 'paste');
    await writeFile(file, text);
    await this.#tmux('load-buffer', '-b', 'paste', file, ';', 'paste-buffer', '-d', '-p', '-b', 'paste');
  }

  /** The visible rows without their trailing blanks, always as many as the terminal is tall. */
  async screen(): Promise<string[]> {
    return this.#capture('-p');
  }

  /** The visible rows with their colours and attributes as SGR sequences. */
  async styled(): Promise<string[]> {
    return this.#capture('-pe');
  }

  /**
   * Waits until the screen shows it, and returns that screen.
   * @throws Error with the last screen, after 15 s unless told otherwise.
   */
  async waitFor(wanted: ScreenTest, options: { timeoutMs?: number } = {}): Promise<string[]> {
    const check = async (): Promise<string[] | undefined> => {
      const rows = await this.screen();
      return shows(rows, wanted) ? rows : undefined;
    };
    return this.#explain(until(`the screen to show ${wanted}`, check, options.timeoutMs ?? 15_000, 30));
  }

  /** Waits until the screen no longer shows it. */
  async waitUntilGone(unwanted: ScreenTest, options: { timeoutMs?: number } = {}): Promise<string[]> {
    const check = async (): Promise<string[] | undefined> => {
      const rows = await this.screen();
      return shows(rows, unwanted) ? undefined : rows;
    };
    return this.#explain(
      until(`the screen to be without ${unwanted}`, check, options.timeoutMs ?? 15_000, 30),
    );
  }

  /** The screen once two in a row are alike but for the first row, whose figures go on. */
  async settled(): Promise<string[]> {
    let last: string | undefined;
    return this.waitFor((rows) => {
      const [, ...now] = rows;
      const isSame = now.join('\n') === last;
      last = now.join('\n');
      return isSame;
    });
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async facts(): Promise<TerminalFacts> {
    const names = ['alternate_on', 'cursor_flag', 'cursor_x', 'cursor_y', 'mouse_any_flag'];
    const format = [...names, 'pane_current_command', 'pane_title'].map((name) => `#{${name}}`).join('\t');
    const [alternate, cursor, column, row, mouse, foreground = '', ...title] = (
      await this.#tmux('display-message', '-p', format)
    ).split('\t');
    return {
      alternateScreen: alternate === '1',
      cursorVisible: cursor === '1',
      cursorColumn: Number(column),
      cursorRow: Number(row),
      mouse: mouse === '1',
      title: title.join('\t'),
      foreground,
    };
  }

  /** `stty -a` of the terminal device, whoever is in the foreground. */
  async stty(): Promise<string> {
    const device = await this.#tmux('display-message', '-p', '#{pane_tty}');
    const { stdout } = await run('stty', ['-a', '-F', device]);
    return stdout;
  }

  /** The process id of stalk, as soon as it runs. */
  async pid(): Promise<number> {
    const read = async (): Promise<number | undefined> =>
      Number(await readFile(join(this.#folder, 'pid'), 'utf8')) || undefined;
    return this.#explain(until('stalk to start in the terminal', read));
  }

  /**
   * Waits until the command has ended (not merely been stopped with Ctrl-Z) and returns its exit status, as the shell
   * counts: 128 and the signal's number if it died of one.
   */
  async exitStatus(options: { timeoutMs?: number } = {}): Promise<number> {
    const read = async (): Promise<number | undefined> => {
      const text = await readFile(join(this.#folder, 'status'), 'utf8');
      return /^\d+ \n$/.test(text) ? Number.parseInt(text, 10) : undefined;
    };
    return this.#explain(until('the command in the terminal to end', read, options.timeoutMs ?? 15_000));
  }

  async recordOutput(): Promise<OutputRecord> {
    this.#records += 1;
    const file = join(this.#folder, `output-${this.#records}`);
    await writeFile(file, '');
    await this.#tmux('pipe-pane', `cat >> ${file}`);
    return {
      bytes: async () => (await stat(file)).size,
      text: async () => readFile(file, 'utf8'),
      stop: async () => {
        await this.#tmux('pipe-pane');
      },
    };
  }

  /** Ends the terminal with all that runs in it, as when its window is closed. */
  async close(): Promise<void> {
    const pid = Number(await readFile(join(this.#folder, 'pid'), 'utf8').catch(() => '0'));
    await this.#tmux('kill-server').catch(() => '');
    killGroup(this.#server, 'SIGKILL');
    if (pid > 0) killGroup(pid, 'SIGKILL');
    for (const release of this.#releases.splice(0)) await release();
  }

  async #capture(how: string): Promise<string[]> {
    const [height = '0', ...rows] = (
      await this.#tmux('display-message', '-p', '#{pane_height}', ';', 'capture-pane', how)
    ).split('\n');
    return Array.from({ length: Number(height) }, (_, index) => (rows[index] ?? '').trimEnd());
  }

  async #explain<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      const screen = await this.screen().catch(() => ['(the terminal has gone)']);
      const framed = screen.map((row) => `│${row}`).join('\n');
      throw new Error(`${(error as Error).message} The screen was:\n${framed}`);
    }
  }
}

function shows(rows: string[], wanted: ScreenTest): boolean {
  if (typeof wanted === 'function') return wanted(rows);
  const text = rows.join('\n');
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

const tmuxSettings = `set -s escape-time 10
set -s default-terminal tmux-256color
set -g status off
`;

function tmuxAt(folder: string): Tmux {
  const server = ['-u', '-S', join(folder, 'tmux.sock'), '-f', join(folder, 'tmux.conf')];
  return async (...args) => {
    const { TMUX: _outer, ...env } = process.env;
    const options = { env: { ...env, LC_ALL: 'C.UTF-8' }, maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await run('tmux', [...server, ...args], options);
    return stdout.replace(/\n$/, '');
  };
}

/** Without CI in it, under which Ink draws nothing until it ends. */
function environment(folder: string, options: TerminalOptions): string[] {
  const variables = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    TMPDIR: folder,
    LC_ALL: 'C.UTF-8',
    TERM: 'tmux-256color',
    ...options.env,
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/** Each prompt writes the last exit status and the pids of jobs that are merely stopped. */
function shellSettings(folder: string): string {
  return `PS1='$ '\nunset HISTFILE\nPROMPT_COMMAND='echo "$? $(jobs -p)" > ${folder}/status'\n`;
}

/** Tells its process id, and then is the program. */
function launcher(folder: string): string {
  return `#!/bin/sh\necho $$ > ${folder}/pid\nexec ${shellWord(process.execPath)} ${shellWord(program)} "$@"\n`;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
