import type { Reply } from '../control/reply.ts';

/** What a person asked for: a remote command, its arguments under Celery's names, and how to speak of it. */
export interface Command {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Undefined means every worker; an empty list is refused, because Celery would take it for everybody. */
  readonly destination?: readonly string[];
  /** `rate_limit app.mail.send_email 10/s` */
  readonly label: string;
}

/** One command of this session. The object stays the same while replies arrive; times are seconds since the epoch. */
export interface CommandEntry extends Command {
  readonly id: number;
  readonly at: number;
  /** The workers that were online when it was sent, or the destination. */
  readonly expected: readonly string[];
  readonly replies: readonly Reply[];
  readonly silent: readonly string[];
  readonly state: 'pending' | 'done';
  readonly finishedAt: number | undefined;
  /** Why nothing was sent, or why nobody can have answered. */
  readonly failure: string | undefined;
  /** What else there is to say: the likely cause of silence, or what a shutdown still waits for. */
  readonly note: string | undefined;
  /** Seconds that replies were waited for. */
  readonly timeout: number;
  /** Shutdown only: how many seconds after `at` each worker went away. */
  readonly departures: ReadonlyMap<string, number>;
}

/** What the commander may change. */
export type WritableEntry = { -readonly [Key in keyof CommandEntry]: CommandEntry[Key] } & {
  replies: Reply[];
  departures: Map<string, number>;
};

const maxEntries = 500;

/** The commands of this session, oldest first; the oldest are forgotten. */
export class CommandLog {
  readonly #entries: WritableEntry[] = [];
  #nextId = 1;

  get entries(): readonly CommandEntry[] {
    return this.#entries;
  }

  get last(): CommandEntry | undefined {
    return this.#entries.at(-1);
  }

  find(id: number): CommandEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  add(command: Command, at: number, expected: readonly string[], timeout: number): WritableEntry {
    const entry: WritableEntry = {
      ...command,
      id: this.#nextId,
      at,
      expected,
      replies: [],
      silent: [],
      state: 'pending',
      finishedAt: undefined,
      failure: undefined,
      note: undefined,
      timeout,
      departures: new Map(),
    };
    this.#nextId += 1;
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
    return entry;
  }
}
