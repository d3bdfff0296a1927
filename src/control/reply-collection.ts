import { readControlReply, readExactReply, replyTicket } from '../protocol/control-message.ts';
import type { ExactJson } from '../protocol/exact-json.ts';
import type { LamportClock } from '../protocol/lamport-clock.ts';
import type { Message } from '../protocol/message.ts';
import { Lull } from './lull.ts';
import type { Reply } from './reply.ts';

/** More nodes than any cluster has; a flood of answers must not fill the memory. */
const maxReplies = 10_000;

/** Once all have answered who did at other times, only newcomers can be missing: half the silence is enough for them. */
const newcomersShare = 0.5;

export interface Collecting {
  readonly ticket: string;
  /** The nodes that should answer; undefined when that is not known. */
  readonly expected: readonly string[] | undefined;
  /** Seconds. */
  readonly now: () => number;
  readonly clock: LamportClock;
  readonly onReply: ((reply: Reply) => void) | undefined;
  /** Whether each reply is kept as the worker wrote it too. */
  readonly exact: boolean;
}

/** How to end when it is quiet, where nobody tells how many will answer. */
export interface QuietEnd {
  /** The least silence that counts. */
  readonly seconds: number;
  /** Nodes that answered at other times. */
  readonly known: readonly string[];
  /** Those of the nodes that the broker knows to be gone. */
  readonly absent: (hostnames: readonly string[]) => Promise<readonly string[]>;
}

/** The replies to one request as they arrive, and when there is nothing left to wait for. */
export class ReplyCollection {
  readonly #collecting: Collecting;
  readonly #expected: ReadonlySet<string> | undefined;
  readonly #replies = new Map<string, Reply>();
  readonly #duplicates = new Set<string>();
  readonly #absent = new Set<string>();
  #known: readonly string[] = [];
  #lull: Lull | undefined;
  #sentAt: number;
  #unreadable = 0;
  #unreadableReason: string | undefined;
  /** Messages with our ticket, whatever was in them. */
  #answers = 0;
  #receivers: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(collecting: Collecting) {
    this.#collecting = collecting;
    this.#expected = collecting.expected && new Set(collecting.expected);
    this.#sentAt = collecting.now();
  }

  /** Latencies count from here. */
  sending(): void {
    this.#sentAt = this.#collecting.now();
  }

  /** The broker's count of workers that got the request; on Redis nobody else can answer. */
  set receivers(receivers: number | undefined) {
    this.#receivers = receivers;
  }

  get replies(): Reply[] {
    return [...this.#replies.values()];
  }

  /** Names under which more than one worker answered. The first answer counts. */
  get duplicates(): string[] {
    return [...this.#duplicates];
  }

  /** Of the expected nodes; where none are, of the known ones that are not gone. */
  get silent(): string[] {
    if (this.#expected) return [...this.#expected].filter((hostname) => !this.#replies.has(hostname));
    return this.#known.filter((hostname) => !this.#replies.has(hostname) && !this.#absent.has(hostname));
  }

  /** Known or expected, and gone as the broker says. */
  get absent(): string[] {
    return [...this.#absent].filter((hostname) => !this.#replies.has(hostname));
  }

  get unreadable(): { readonly count: number; readonly reason: string | undefined } {
    return { count: this.#unreadable, reason: this.#unreadableReason };
  }

  accept(message: Message): void {
    const { ticket, clock } = this.#collecting;
    if (replyTicket(message.headers) !== ticket) return;
    clock.adjust(message.headers['clock']);
    this.#answers += 1;
    try {
      const read = readControlReply(message);
      if ('unreadable' in read) this.#addUnreadable(read.unreadable);
      else this.#addAll(read.replies, this.#collecting.exact ? readExactReply(message) : undefined);
    } catch (error) {
      // Only the caller's onReply throws.
      this.#failure ??= { error };
    }
    if (this.#failure || this.#isComplete()) this.#wake?.();
    else
      this.#lull?.heard(
        (this.#collecting.now() - this.#sentAt) * 1000,
        this.#haveKnownAnswered() ? newcomersShare : 1,
      );
  }

  /** From now on silence ends the waiting too: when somebody has answered, and nobody is left who is known to be there. */
  endWhenQuiet({ seconds, known, absent }: QuietEnd): void {
    this.#known = known;
    let wasAsked = false;
    const onLull = async (): Promise<void> => {
      const missing = this.silent;
      if (missing.length > 0 && !wasAsked) {
        wasAsked = true;
        // Who cannot be asked for is waited for.
        for (const hostname of await absent(missing).catch(() => [])) this.#absent.add(hostname);
      }
      if (this.#isQuiet()) this.#wake?.();
    };
    this.#lull = new Lull(seconds, () => void onLull());
  }

  /** Also with nothing to wait for: whoever holds it has ended the waiting. */
  close(): void {
    this.#lull?.stop();
  }

  #haveKnownAnswered(): boolean {
    return this.silent.length === 0 && this.#known.some((hostname) => this.#replies.has(hostname));
  }

  #isQuiet(): boolean {
    const isLeft = this.silent.some((hostname) => !this.#absent.has(hostname));
    return !isLeft && (this.#expected !== undefined || this.#answers > 0);
  }

  /** No answer can be read any more: `complete` throws this, unless all have answered. */
  fail(error: unknown): void {
    if (this.#isComplete()) return;
    this.#failure ??= { error };
    this.#wake?.();
  }

  /**
   * Waits until all have answered or `timeout` seconds are over.
   * @throws the reason of `signal` when it aborts, also before; what `onReply` throws; what `fail`
   *   was given
   */
  async complete(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#failure && !signal?.aborted && !this.#isComplete()) await this.#woken(timeout, signal);
    signal?.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
    this.#nameUnreadable();
  }

  async #woken(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, wake } = wakeUp();
    this.#wake = wake;
    signal?.addEventListener('abort', wake);
    const timer = setTimeout(wake, timeout * 1000);
    await promise;
    clearTimeout(timer);
    signal?.removeEventListener('abort', wake);
  }

  #isComplete(): boolean {
    if (this.#receivers !== undefined && this.#answers >= this.#receivers) return true;
    if (!this.#expected?.size) return false;
    return this.silent.length <= this.#unreadable;
  }

  #addAll(
    replies: readonly (readonly [hostname: string, value: unknown])[],
    exact: ReadonlyMap<string, ExactJson> | undefined,
  ): void {
    for (const [hostname, value] of replies) this.#add(hostname, value, exact?.get(hostname));
  }

  #add(hostname: string, value: unknown, exact: ExactJson | undefined): void {
    if (this.#replies.has(hostname)) this.#duplicates.add(hostname);
    else if (this.#replies.size < maxReplies) {
      const latencyMs = Math.max(0, (this.#collecting.now() - this.#sentAt) * 1000);
      const isExpected = this.#expected?.has(hostname) ?? true;
      const asWritten = exact === undefined ? {} : { exact };
      const reply = { hostname, value, ...asWritten, latencyMs, expected: isExpected };
      this.#replies.set(hostname, reply);
      this.#collecting.onReply?.(reply);
    }
  }

  #addUnreadable(reason: string): void {
    this.#unreadable += 1;
    this.#unreadableReason = reason;
  }

  /** A worker whose answer cannot be read is not silent: when they are as many as the silent ones, it is they. */
  #nameUnreadable(): void {
    const { silent } = this;
    if (this.#unreadableReason === undefined || silent.length !== this.#unreadable) return;
    const error = `The worker answered, but not readably. ${this.#unreadableReason}`;
    this.#unreadable = 0;
    for (const hostname of silent)
      this.#add(hostname, { error }, this.#collecting.exact ? new Map([['error', error]]) : undefined);
  }
}

function wakeUp(): { promise: Promise<void>; wake: () => void } {
  let wake = (): void => {};
  const promise = new Promise<void>((resolve) => {
    wake = () => resolve();
  });
  return { promise, wake };
}
