import { until } from '../support/process-group.ts';
import { TerminalScreen } from '../support/screen.ts';
import { type Cluster, sleep } from './cluster.ts';
import { type PseudoTerminal, untilShown } from './pseudo-terminal.ts';

export const size = { columns: 140, rows: 40 } as const;

/** What the program says of itself in its last line. */
export interface Farewell {
  readonly events: number;
  readonly tasks: number;
}

/** The program on its screen, which is read as a person would read it. */
export class WatchedProgram {
  readonly terminal: PseudoTerminal;
  readonly #screen = new TerminalScreen(size.columns, size.rows);

  private constructor(terminal: PseudoTerminal) {
    this.terminal = terminal;
    terminal.onText((text) => void this.#screen.write(text));
  }

  /** Resolves when it listens: what is sent from then on is its to count. */
  static async open(cluster: Cluster, url: string, flags: readonly string[] = []): Promise<WatchedProgram> {
    const terminal = cluster.open(url, flags, size);
    const program = new WatchedProgram(terminal);
    terminal.keep();
    await untilShown(terminal, 'LIVE').catch(() => {
      throw new Error(`the program did not open its screen: ${lastLine(terminal.kept)}`);
    });
    terminal.keep(false);
    return program;
  }

  get pid(): number {
    return this.terminal.pid;
  }

  /** Seconds that the status line says it is behind; undefined where it says nothing. */
  get lag(): number | undefined {
    const [, text] = /\blag ([\d.]+)s/.exec(this.#screen.lines()[0] ?? '') ?? [];
    return text === undefined ? undefined : Number(text);
  }

  /** Milliseconds until a text is on the screen. */
  async shown(text: string): Promise<number> {
    const fromMs = performance.now();
    await until(`${text} on the screen`, () => this.#screen.text().includes(text), 30_000, 5);
    return performance.now() - fromMs;
  }

  async quit(): Promise<Farewell> {
    // Whatever is still on its way.
    await sleep(1_000);
    this.terminal.keep();
    await this.terminal.quit();
    return parseFarewell(this.terminal.kept);
  }
}

/** @throws Error when there is none, because the program was killed or broke */
export function parseFarewell(text: string): Farewell {
  const found = /stalk: \S+, ([\d.,kM]+) tasks, \S+ failures, ([\d,]+) events/.exec(text);
  if (found === null) throw new Error(`the program left without its last line: ${lastLine(text)}`);
  const [, tasks = '', events = ''] = found;
  return { tasks: Number(tasks.replaceAll(',', '')), events: Number(events.replaceAll(',', '')) };
}

function lastLine(text: string): string {
  const lines = text
    .replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'nothing').slice(0, 200);
}
