import type { Event } from '../protocol/event.ts';
import type { Message } from '../protocol/message.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import { BlockBuilder, compressBlock, compressBlockNow, maxLine } from './block-builder.ts';
import { counted } from './problem-sentences.ts';
import { ReceivedLines } from './received-lines.ts';
import { RecordingFile } from './recording-file.ts';
import { type OwnLine, ownLine, sessionLine, timeOfLine } from './recording-lines.ts';
import type { Redaction } from './redaction.ts';
import type { Rotation } from './rotation.ts';

export interface RecorderOptions {
  readonly path: string;
  /** Its URL, without the password. */
  readonly broker: string;
  /** `celery-stalk 0.1.0` */
  readonly program: string;
  readonly rotation: Rotation;
  /** What is not to be written down; undefined for nothing. */
  readonly redaction: Redaction | undefined;
  /** Whether the receiver shifts timestamps by it. */
  readonly utcoffset: boolean;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Is told once what goes wrong, and once that it is over. */
  readonly onProblem: (sentence: string) => void;
  readonly timers?: Timers;
}

export interface RecorderCounts {
  /** Events that are in the file. */
  readonly events: number;
  /** Bytes of it that were written, to all files. */
  readonly bytes: number;
  /** Events that should be there and are not. */
  readonly dropped: number;
}

/** A block waits no longer for more events, so that no more than this is lost when the process is killed. */
const longestWaitMs = 1000;
/** Characters that may wait for the disk. */
const mostPending = 32 * 1024 * 1024;

/**
 * Writes a recording beside a receiver, which tells of each message and each event. Nothing here throws and nothing
 * waits: what the disk does not take is counted.
 */
export class Recorder {
  readonly path: string;
  readonly #options: RecorderOptions;
  readonly #file: RecordingFile;
  readonly #lines: ReceivedLines;
  #builder: BlockBuilder | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Characters of blocks that are closed and not yet written. */
  #pending = 0;
  #written: Promise<void> = Promise.resolve();
  /** The receiver's clock before the event that comes next. */
  #clock = 0;
  #lostAt: number | undefined;
  #events = 0;
  #dropped = 0;
  /** Of the dropped ones those of which no line tells yet. */
  #untold = 0;
  #problem: string | undefined;
  #isEnded = false;

  private constructor(options: RecorderOptions, file: RecordingFile) {
    this.path = options.path;
    this.#options = options;
    this.#file = file;
    this.#lines = new ReceivedLines(options.redaction, options.utcoffset);
    this.#append(undefined);
  }

  /**
   * Begins a file, or goes on with one that is a recording.
   * @throws RecordingError for a file that is something else, or that cannot be opened for writing
   */
  static async open(options: RecorderOptions): Promise<Recorder> {
    const { path, broker, program, rotation, now } = options;
    const file = await RecordingFile.open({
      ...{ path, rotation, now },
      session: () => {
        const builder = new BlockBuilder(0, false);
        const at = now();
        builder.beginSession(ownLine(sessionLine({ at, broker, program })), at);
        return compressBlockNow(builder);
      },
      onProblem: options.onProblem,
    });
    return new Recorder(options, file);
  }

  get counts(): RecorderCounts {
    return { events: this.#events, bytes: this.#file.bytes, dropped: this.#dropped };
  }

  /** What is wrong now, in one sentence. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The events that follow are those of this message. @param clock the receiver's logical clock before them */
  begin(message: Message, clock: number): void {
    this.#clock = clock;
    this.#lines.begin(message);
  }

  /** Something in the message was no event. */
  spoiled(): void {
    this.#lines.spoiled();
  }

  /** @param clock the receiver's logical clock after the event, which it has stamped */
  event(event: Event, clock: number): void {
    const before = this.#clock;
    this.#clock = clock;
    if (this.#isEnded) return;
    const line = this.#lines.next(event, clock);
    if (this.#pending + (this.#builder?.length ?? 0) > mostPending) {
      this.#drop('the disk is too slow for the recording: events are left out of it');
      return;
    }
    if (line.length > maxLine) {
      this.#drop('an event is too long for the recording: it is left out of it');
      return;
    }
    const { type, local_received: received = 0 } = event;
    this.#open(before).addEvent(line, received, type === 'task-failed');
    this.#closeIfFull();
  }

  /** The connection was lost. Seconds since the epoch, as below. */
  lost(at: number): void {
    this.#lostAt ??= at;
  }

  /** Events are heard, for the first time or again. */
  listening(at: number): void {
    this.#endGap(at);
    this.#own({ kind: 'listening', at });
  }

  command(command: {
    readonly id: number;
    readonly at: number;
    readonly method: string;
    readonly args: Readonly<Record<string, unknown>>;
    readonly destination?: readonly string[];
  }): void {
    const { id, at, method, args, destination = null } = command;
    const { redaction } = this.#options;
    const given = redaction === undefined ? args : redaction.fields(args);
    this.#own({ kind: 'command', at, id, method, arguments: given, destination });
  }

  /** @param command its id */
  reply(command: number, at: number, { hostname, value }: { hostname: string; value: unknown }): void {
    const { redaction } = this.#options;
    const reply = redaction === undefined ? value : redaction.value(value);
    this.#own({ kind: 'reply', at, command, hostname, reply });
  }

  /** @param command its id */
  commandEnd(command: number, at: number, silent: readonly string[], failure: string | undefined): void {
    this.#own({ kind: 'command-end', at, command, silent, failure: failure ?? null });
  }

  /** Writes what is left and closes the file. */
  async end(): Promise<RecorderCounts> {
    if (!this.#isEnded) {
      this.#endGap(this.#options.now());
      if (this.#untold > 0) this.#open(this.#clock);
      this.#isEnded = true;
      this.#close();
      this.#written = this.#written.then(() => this.#file.close()).catch(() => undefined);
    }
    await this.#written;
    return this.counts;
  }

  #own(line: OwnLine): void {
    if (this.#isEnded) return;
    const text = ownLine(line);
    if (text.length > maxLine || this.#pending > mostPending) return;
    this.#open(this.#clock).addLine(text, timeOfLine(line));
    this.#closeIfFull();
  }

  #endGap(at: number): void {
    const from = this.#lostAt;
    this.#lostAt = undefined;
    if (from !== undefined) this.#own({ kind: 'gap', from, to: Math.max(from, at) });
  }

  #open(clock: number): BlockBuilder {
    if (this.#builder !== undefined) return this.#builder;
    const builder = new BlockBuilder(clock, this.#options.utcoffset);
    this.#builder = builder;
    this.#cancelTimer = (this.#options.timers ?? steadyTimers).after(longestWaitMs, () => this.#close());
    this.#tellDropped(builder);
    return builder;
  }

  #closeIfFull(): void {
    if (this.#builder?.isFull) this.#close();
  }

  #close(): void {
    this.#cancelTimer?.();
    const builder = this.#builder;
    this.#builder = undefined;
    if (builder !== undefined) this.#append(builder);
  }

  /** Blocks are compressed while others are written, and written in their order. */
  #append(builder: BlockBuilder | undefined): void {
    const length = builder?.length ?? 0;
    this.#pending += length;
    const compressed = builder === undefined ? Promise.resolve(Buffer.alloc(0)) : compressBlock(builder);
    // It is told when it is its turn.
    compressed.catch(() => undefined);
    this.#written = this.#written.then(async () => {
      try {
        await this.#file.append(await compressed);
        this.#pending -= length;
        this.#succeeded(builder?.summary.events ?? 0);
      } catch (error) {
        this.#pending -= length;
        this.#failed(builder, error);
      }
    });
  }

  #succeeded(events: number): void {
    this.#events += events;
    if (this.#problem === undefined || this.#pending > mostPending / 2) return;
    this.#problem = undefined;
    this.#options.onProblem(`the recording goes on; ${counted(this.#dropped, 'event')} in all are not in it`);
  }

  #failed(builder: BlockBuilder | undefined, error: unknown): void {
    const events = builder?.summary.events ?? 0;
    this.#dropped += events;
    this.#untold += events + (builder?.told ?? 0);
    const reason = error instanceof Error ? error.message : String(error);
    this.#say(`the recording cannot be written: ${reason}; it is tried again with each block`);
  }

  #drop(problem: string): void {
    this.#dropped += 1;
    this.#untold += 1;
    this.#say(problem);
  }

  #say(problem: string): void {
    if (this.#problem !== undefined) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }

  #tellDropped(builder: BlockBuilder): void {
    const events = this.#untold;
    if (events === 0) return;
    const at = this.#options.now();
    builder.addLine(ownLine({ kind: 'dropped', at, events }), at);
    builder.told = events;
    this.#untold = 0;
  }
}
