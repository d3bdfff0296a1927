import type { Config } from '../config/config.ts';
import type { Environment } from '../config/load-config.ts';

/** A stream that text goes to; process.stdout and a test's own stream are both one. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly fd?: number;
};

/** What a command gets from the outside; it reads nothing else. `Settings` are those of the command's own options. */
export interface CommandContext<Settings = Config> {
  readonly config: Settings;
  /** Words of the command line after the command's name. */
  readonly words: readonly string[];
  readonly env: Environment;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly version: string;
  /** The packages that are used, with their versions. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /**
   * Aborts at the first Ctrl-C, SIGTERM or SIGHUP; a second signal, of any of these kinds, kills as ever. Only commands without a screen
   * ask for it.
   *
   * @param onHangup what SIGHUP, each one, does instead
   */
  readonly interrupted: (onHangup?: () => void) => AbortSignal;
}
