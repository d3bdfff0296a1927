const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const maxLines = 200;
const maxLineLength = 2_000;

/** What of a process warns: Node prints warnings through a listener of its own. */
export interface WarningSource {
  listeners(event: 'warning'): readonly unknown[];
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: (warning: Error) => void): unknown;
}

/**
 * Keeps libraries from writing over the screen: while it holds them, `console` and Node's warnings go into a short
 * memory instead of the terminal.
 */
export class ConsoleCapture {
  readonly #console: Console;
  readonly #warnings: WarningSource;
  #lines: string[] = [];
  #release: (() => void) | undefined;

  constructor(console: Console, warnings: WarningSource) {
    this.#console = console;
    this.#warnings = warnings;
  }

  /** What was said, oldest first; not cleaned for a terminal. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  hold(): void {
    if (this.#release !== undefined) return;
    const before = methods.map((method) => [method, this.#console[method]] as const);
    for (const method of methods) this.#console[method] = (...parts: unknown[]) => this.#keep(parts);
    const listeners = this.#warnings.listeners('warning') as ((warning: Error) => void)[];
    this.#warnings.removeAllListeners('warning');
    this.#warnings.on('warning', (warning) => this.#keep([warning]));
    this.#release = () => {
      for (const [method, original] of before) this.#console[method] = original;
      this.#warnings.removeAllListeners('warning');
      for (const listener of listeners) this.#warnings.on('warning', listener);
    };
  }

  release(): void {
    this.#release?.();
    this.#release = undefined;
  }

  #keep(parts: readonly unknown[]): void {
    const line = parts.map(textOf).join(' ').slice(0, maxLineLength);
    this.#lines = [...this.#lines.slice(1 - maxLines), line];
  }
}

function textOf(part: unknown): string {
  if (typeof part === 'string') return part.slice(0, maxLineLength);
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  return typeof part === 'object' && part !== null ? `[${part.constructor?.name ?? 'object'}]` : String(part);
}
