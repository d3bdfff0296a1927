import type { Mailbox } from '../control/mailbox.ts';
import { UsageError } from '../errors.ts';
import {
  type Command,
  type CommandEntry,
  type CommandLog,
  keptReply,
  type WritableEntry,
} from './command-log.ts';
import { failedOrSilent } from './command-summary.ts';
import { PendingRevokes, revokedUuids } from './pending-revokes.ts';
import type { SessionRecorder } from './session-recorder.ts';
import { ShutdownWatch } from './shutdown-watch.ts';

export interface CommanderOptions {
  readonly mailbox: Mailbox;
  readonly log: CommandLog;
  /** Seconds to wait for replies. */
  readonly timeout: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Why nothing can be sent now; undefined while connected. */
  readonly disconnected: () => string | undefined;
  readonly online: () => readonly string[];
  /** How many workers answer a ping; undefined when it could not be sent. */
  readonly ping: () => Promise<number | undefined>;
  readonly describeWork: (hostname: string) => string;
  /** All replies that were to come have come, and at least one said ok. */
  readonly onSettled: (entry: CommandEntry) => void;
  /** Writes down a command that was sent and is over; returns why it could not, which stops nothing. */
  readonly record?: ((entry: CommandEntry) => string | undefined) | undefined;
  /** Writes down the session, while somebody wants it. */
  readonly recorder: () => SessionRecorder | undefined;
  readonly onChange: () => void;
}

/** Sends what a person asked for and keeps the log entry up to date. Nothing here throws: failures go into the entry. */
export class Commander {
  readonly revokes: PendingRevokes = new PendingRevokes();
  readonly #options: CommanderOptions;
  readonly #shutdowns: ShutdownWatch;
  /** Sent, and not written down yet. */
  readonly #unrecorded = new Set<WritableEntry>();

  constructor(options: CommanderOptions) {
    this.#options = options;
    this.#shutdowns = new ShutdownWatch({ ...options, onOver: (entry) => this.#record(entry) });
  }

  send(command: Command): CommandEntry {
    const { log, now, timeout, online, onChange } = this.#options;
    const expected = [...new Set(command.destination ?? online())];
    const entry = log.add(command, now(), expected, timeout);
    const refusal = this.#refusal(command);
    if (refusal === undefined) void this.#run(entry);
    else this.#fail(entry, refusal);
    onChange();
    return entry;
  }

  /** The same again, to those that said error or nothing. */
  retry(entry: CommandEntry): CommandEntry {
    const { method, args, label, destination, failure } = entry;
    if (failure === undefined) return this.send({ method, args, label, destination: failedOrSilent(entry) });
    return this.send({ method, args, label, ...(destination === undefined ? {} : { destination }) });
  }

  /** A worker went away. */
  left(hostname: string): void {
    this.#shutdowns.left(hostname);
  }

  /** What is still under way is written down as far as it has come. */
  close(): void {
    this.#shutdowns.close();
    for (const entry of this.#unrecorded) this.#record(entry);
  }

  #refusal({ method, destination }: Command): string | undefined {
    const reason = this.#options.disconnected();
    if (reason !== undefined) return `${method} was not sent: ${reason}`;
    if (destination?.length === 0) return `${method} was not sent: no worker is left to send it to`;
    return undefined;
  }

  async #run(entry: WritableEntry): Promise<void> {
    const uuids = revokedUuids(entry.method, entry.args);
    this.revokes.add(uuids);
    this.#unrecorded.add(entry);
    this.#options.recorder()?.command(entry);
    try {
      await (entry.method === 'shutdown' ? this.#shutdown(entry) : this.#request(entry));
    } catch (error) {
      this.revokes.remove(uuids);
      this.#fail(entry, error instanceof Error ? error.message : String(error));
      // A usage error is told before anything leaves.
      if (!(error instanceof UsageError)) this.#record(entry);
      else if (this.#unrecorded.delete(entry)) this.#recordEnd(entry);
      this.#options.onChange();
    }
  }

  async #request(entry: WritableEntry): Promise<void> {
    const { mailbox, timeout, now, onChange, onSettled } = this.#options;
    const { method, args, destination, expected } = entry;
    const result = await mailbox.request(
      method,
      { ...args },
      {
        ...(destination === undefined ? {} : { destination }),
        expected,
        timeout,
        onReply: (reply) => {
          this.#options.recorder()?.reply(entry.id, now(), reply);
          entry.replies.push(keptReply(reply));
          onChange();
        },
      },
    );
    entry.replies = result.replies.map(keptReply);
    entry.silent = result.silent;
    entry.note = result.unreadableReason;
    entry.state = 'done';
    entry.finishedAt = now();
    this.#record(entry);
    onChange();
    if (entry.replies.length > 0) onSettled(entry);
    else if (method !== 'ping') await this.#explainSilence(entry);
  }

  async #shutdown(entry: WritableEntry): Promise<void> {
    const { mailbox, onChange } = this.#options;
    const { args, destination } = entry;
    // A worker may be gone before the broker has confirmed that it has the request.
    this.#shutdowns.follow(entry);
    try {
      await mailbox.cast('shutdown', { ...args }, destination === undefined ? {} : { destination });
    } catch (error) {
      this.#shutdowns.forget(entry);
      throw error;
    }
    onChange();
  }

  async #explainSilence(entry: WritableEntry): Promise<void> {
    const answered = await this.#options.ping();
    if (answered === 0) {
      entry.note =
        'no worker answers ping either; they are gone, blocked by a task, or run without remote control';
      this.#options.onChange();
    }
  }

  #record(entry: WritableEntry): void {
    if (!this.#unrecorded.delete(entry)) return;
    entry.warning = this.#options.record?.(entry);
    this.#recordEnd(entry);
  }

  #recordEnd({ id, silent, failure }: CommandEntry): void {
    this.#options.recorder()?.commandEnd(id, this.#options.now(), silent, failure);
  }

  #fail(entry: WritableEntry, failure: string): void {
    entry.state = 'done';
    entry.failure = failure;
    entry.finishedAt = this.#options.now();
  }
}
