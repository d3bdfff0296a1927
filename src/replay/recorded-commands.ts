import { type CommandEntry, CommandLog, keptReply, type WritableEntry } from '../monitor/command-log.ts';
import type { RecordedItem } from '../recording/recording.ts';

type CommandItem = Extract<RecordedItem, { kind: 'command' | 'reply' | 'command-end' }>;

/** Commands beyond this are no longer waited for: the log forgets as many. */
const mostOpen = 100;

/** The commands that a recording tells of, as the log of a live session shows its own. */
export class RecordedCommands {
  readonly #log: CommandLog;
  /** Those that replies may still come to, by the number that they have in the recording. */
  readonly #open = new Map<number, WritableEntry>();

  constructor(log: CommandLog = new CommandLog()) {
    this.#log = log;
  }

  get log(): CommandLog {
    return this.#log;
  }

  clone(): RecordedCommands {
    const copy = new RecordedCommands(this.#log.clone());
    for (const [id, { id: ownId }] of this.#open) {
      const entry = copy.#log.find(ownId);
      if (entry !== undefined) copy.#open.set(id, entry as WritableEntry);
    }
    return copy;
  }

  note(item: CommandItem): void {
    if (item.kind === 'command') this.#begin(item);
    else if (item.kind === 'reply') {
      const { at, hostname, reply: value } = item;
      const entry = this.#open.get(item.command);
      if (entry === undefined) return;
      const expected = entry.destination?.includes(hostname) ?? true;
      entry.replies.push(keptReply({ hostname, value, expected, latencyMs: (at - entry.at) * 1000 }));
    } else this.#end(item);
  }

  #begin({ at, id, method, arguments: args, destination }: Extract<CommandItem, { kind: 'command' }>): void {
    const label = [method, ...Object.values(args).map(textOf)].join(' ');
    const addressing = destination === null ? {} : { destination };
    const entry = this.#log.add({ method, args, label, ...addressing }, at, destination ?? [], 0);
    this.#open.set(id, entry);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= mostOpen) break;
      this.#open.delete(oldest);
    }
  }

  #end({ at, command, silent, failure }: Extract<CommandItem, { kind: 'command-end' }>): void {
    const entry = this.#open.get(command);
    if (entry === undefined) return;
    this.#open.delete(command);
    Object.assign(entry, {
      silent,
      state: 'done',
      finishedAt: at,
      failure: failure ?? undefined,
    } satisfies Partial<CommandEntry>);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
