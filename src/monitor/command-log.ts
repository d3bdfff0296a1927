import { type Reply, replyMeaning } from '../control/reply.ts';

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
  /** With no more of each `value` than is shown: `keptReply`. */
  readonly replies: readonly Reply[];
  readonly silent: readonly string[];
  readonly state: 'pending' | 'done';
  readonly finishedAt: number | undefined;
  /** Why nothing was sent, or why nobody can have answered. */
  readonly failure: string | undefined;
  /** What else there is to say: the likely cause of silence, or what a shutdown still waits for. */
  readonly note: string | undefined;
  /** Why it is not written down where the commands are. */
  readonly warning: string | undefined;
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
/** Characters of a reply's text that are kept: one more than is shown, which tells that it was cut. */
const maxReplyText = 201;

/** A worker may answer with megabytes, 500 times: a longer answer is kept as the beginning of its text. */
export function keptReply(reply: Reply): Reply {
  const meaning = replyMeaning(reply.value);
  const text = meaning.kind === 'value' ? JSON.stringify(meaning.value) : meaning.text;
  if (text === undefined || text.length <= maxReplyText) return reply;
  const beginning = copyOf(text, maxReplyText);
  return { ...reply, value: meaning.kind === 'error' ? { error: beginning } : { ok: beginning } };
}

/** A mere slice would keep the whole text in memory. */
function copyOf(text: string, length: number): string {
  return text.slice(0, length).split('').join('');
}

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

  /** An independent copy. */
  clone(): CommandLog {
    const copy = new CommandLog();
    copy.#nextId = this.#nextId;
    for (const entry of this.#entries) {
      copy.#entries.push({
        ...entry,
        replies: [...entry.replies],
        departures: new Map(entry.departures),
      });
    }
    return copy;
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
      warning: undefined,
      timeout,
      departures: new Map(),
    };
    this.#nextId += 1;
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
    return entry;
  }
}
