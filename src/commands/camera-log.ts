import type { Config } from '../config/config.ts';
import { escapeControls } from '../presentation/escape-controls.ts';

type LogLevel = Config['loglevel'];

const ranks: Readonly<Record<LogLevel, number>> = {
  ...{ DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50, FATAL: 50 },
};

export interface CameraLogOptions {
  /** Below it nothing is written. */
  readonly level: LogLevel;
  readonly write: (text: string) => void;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

/** A log whose lines look like Celery's, in UTC: `[2026-11-26 11:25:16,123: ERROR/MainProcess] …`. */
export class CameraLog {
  readonly #options: CameraLogOptions;

  constructor(options: CameraLogOptions) {
    this.#options = options;
  }

  add(level: LogLevel, text: string): void {
    const { level: least, write, now } = this.#options;
    if (ranks[level] < ranks[least]) return;
    const time = new Date(now() * 1000).toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');
    try {
      write(`[${time}: ${level}/MainProcess] ${escapeControls(text)}\n`);
    } catch {
      // A full disk: no reason to stop taking snapshots, and no place to say it.
    }
  }
}
