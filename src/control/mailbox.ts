import { randomUUID } from 'node:crypto';
import { BrokerUnreachableError, UsageError } from '../errors.ts';
import { type ControlRequest, controlMessage } from '../protocol/control-message.ts';
import { LamportClock } from '../protocol/lamport-clock.ts';
import { mailboxExchange, nodeQueueName } from '../protocol/names.ts';
import type { Transport } from '../transport/transport.ts';
import type { Arguments } from './arguments.ts';
import { checkNewConsumer } from './consumer-check.ts';
import { findRemoteCommand } from './remote-commands.ts';
import type { Reply } from './reply.ts';
import { ReplyCollection } from './reply-collection.ts';
import { type Addressing, checkedRequest } from './request-check.ts';

export interface MailboxOptions {
  /** `control_exchange` without `.pidbox`; default what the transport was opened with, else `celery`. */
  readonly controlExchange?: string;
  /** Seconds since the epoch; default the system's clock. */
  readonly now?: () => number;
  /** Keeps each reply also as the worker wrote it: every digit, `2.0` apart from `2`, keys in order. Default false. */
  readonly exact?: boolean;
  /** Makes the ticket of a request; default a random UUID. */
  readonly createTicket?: () => string;
}

export interface RequestOptions extends Addressing {
  /** Seconds that replies are waited for at most; default that of the command, which is 1 for nearly all. */
  readonly timeout?: number;
  /** Nodes known to be alive: the request is over once all of them have answered. Default the destination. */
  readonly expected?: readonly string[];
  /**
   * Ends the request early where neither the broker nor a destination tells who will answer (RabbitMQ, a pattern): when
   * someone has answered, nothing has come for `seconds` (half of it once all `known` nodes have answered) and for four
   * times as long as the slowest answer took, and none of the `known` nodes is missing that the broker has a connection
   * of. Nodes of the destination that are not there are not waited for either. Default: the whole timeout.
   */
  readonly untilQuiet?: { readonly seconds: number; readonly known?: readonly string[] };
  /** Gives up waiting; the request then rejects with the reason of the abort. */
  readonly signal?: AbortSignal;
  /** Called with each reply as it arrives. */
  readonly onReply?: (reply: Reply) => void;
}

export interface RequestResult {
  readonly replies: readonly Reply[];
  /** Expected to answer, or known from other times, and did not. */
  readonly silent: readonly string[];
  /** Expected or known, and the broker says that they are not connected. */
  readonly absent?: readonly string[];
  /** How many workers got the request, where the broker tells: Redis, and RabbitMQ when it was none. */
  readonly receivers?: number;
  /** Answers that could not be read and belong to nobody in particular. */
  readonly unreadable: number;
  /** One sentence on the last of them. */
  readonly unreadableReason?: string;
  /** Names that more than one worker answered under; the first answer counts. */
  readonly duplicates: readonly string[];
}

const maxTimeout = 3600;

/**
 * Sends remote commands to workers and collects what they answer. Mirrors kombu/pidbox.py:Mailbox, but with a private
 * reply queue per request, and with a timeout that is an upper bound, not a time of silence.
 */
export class Mailbox {
  readonly #transport: Transport;
  readonly #exchange: string;
  readonly #now: () => number;
  readonly #createTicket: () => string;
  readonly #exact: boolean;
  readonly #clock = new LamportClock();

  constructor(transport: Transport, options: MailboxOptions = {}) {
    this.#transport = transport;
    this.#exchange = mailboxExchange(options.controlExchange ?? transport.options?.controlExchange);
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#createTicket = options.createTicket ?? randomUUID;
    this.#exact = options.exact ?? false;
  }

  /**
   * Sends a command and waits for replies: until all expected nodes have answered, or as many as the broker says got
   * it, or the timeout is over. An empty result is a result: nobody may be there.
   * @throws UsageError before anything is sent; BrokerUnreachableError; the reason of `signal`
   */
  async request(method: string, args: Arguments, options: RequestOptions = {}): Promise<RequestResult> {
    const request = checkedRequest(method, args, options);
    const timeout = checkedTimeout(options.timeout ?? findRemoteCommand(method)?.timeout ?? 1);
    if (method === 'add_consumer') await this.#checkNewConsumer(args, options);
    return await this.#exchangeMessages(request, timeout, options);
  }

  /** A busy worker that does not answer the questions at once must not hold up the others. */
  async #checkNewConsumer(args: Arguments, options: RequestOptions): Promise<void> {
    const { timeout = 1, expected, signal, destination } = options;
    const patience = { timeout: Math.min(timeout, 1), ...(signal && { signal }) };
    const everyone = expected && !destination ? { expected } : {};
    await checkNewConsumer(args, {
      addressed: destination ?? expected ?? [],
      isComplete: destination !== undefined,
      activeQueues: async () =>
        (await this.request('active_queues', {}, { ...patience, ...everyone })).replies,
      settings: async (hostnames) =>
        (await this.request('conf', {}, { ...patience, destination: hostnames })).replies,
      conflict: (queue) => this.#transport.queueConflict(queue),
    });
  }

  async #exchangeMessages(
    request: ControlRequest,
    timeout: number,
    options: RequestOptions,
  ): Promise<RequestResult> {
    options.signal?.throwIfAborted();
    const ticket = this.#createTicket();
    const collection = new ReplyCollection({
      ticket,
      expected: request.destination ?? options.expected,
      now: this.#now,
      clock: this.#clock,
      onReply: options.onReply,
      exact: this.#exact,
    });
    const queue = await this.#transport.openReplyQueue(
      (message) => collection.accept(message),
      (reason) => collection.fail(reason),
    );
    // The reply queue goes with the connection: who has not answered by then is not silent, but unheard.
    const stopWatching = this.#transport.onStatus(({ kind }) => {
      if (kind !== 'ready') collection.fail(connectionLost());
    });
    try {
      options.signal?.throwIfAborted();
      const message = controlMessage(request, this.#headers(timeout), { ticket, replyTo: queue.replyTo });
      collection.sending();
      const { receivers } = await this.#transport.broadcast(this.#exchange, message);
      collection.receivers = receivers;
      this.#endWhenQuiet(collection, request, receivers, options);
      await collection.complete(timeout, options.signal);
      return resultOf(collection, receivers);
    } finally {
      stopWatching();
      collection.close();
      // On a lost connection the broker has deleted it; that must not hide why the request failed.
      await queue.close().catch(() => undefined);
    }
  }

  /** Where the broker has counted those that will answer, silence says nothing. */
  #endWhenQuiet(
    collection: ReplyCollection,
    { destination, pattern }: ControlRequest,
    receivers: number | undefined,
    { untilQuiet }: RequestOptions,
  ): void {
    if (!untilQuiet || (receivers !== undefined && !destination && pattern === null)) return;
    const { seconds, known = [] } = untilQuiet;
    collection.endWhenQuiet({
      seconds,
      known: pattern === null ? known : [],
      absent: (hostnames) => this.#absent(hostnames),
    });
  }

  async #absent(hostnames: readonly string[]): Promise<readonly string[]> {
    const queueOf = (hostname: string): string => nodeQueueName(hostname, this.#exchange);
    const unread = new Set(await this.#transport.unreadQueues(hostnames.map(queueOf)));
    return hostnames.filter((hostname) => unread.has(queueOf(hostname)));
  }

  /**
   * Sends a command that nobody answers.
   * @throws UsageError before anything is sent; BrokerUnreachableError
   */
  async cast(
    method: string,
    args: Arguments,
    options: Addressing = {},
  ): Promise<{ readonly receivers: number | undefined }> {
    const request = checkedRequest(method, args, options);
    if (method === 'add_consumer') await this.#checkNewConsumer(args, options);
    return await this.#transport.broadcast(this.#exchange, controlMessage(request, this.#headers(1)));
  }

  /** Workers do not obey `expires` (protocol.md C.2); it is what kombu sends. */
  #headers(timeout: number): { readonly clock: number; readonly expires: number } {
    return { clock: this.#clock.forward(), expires: this.#now() + timeout };
  }
}

function connectionLost(): BrokerUnreachableError {
  return new BrokerUnreachableError('The connection was lost; the command may have been carried out.');
}

function checkedTimeout(timeout: number): number {
  if (typeof timeout === 'number' && timeout > 0 && timeout <= maxTimeout) return timeout;
  throw new UsageError(`The timeout of a request is a number of seconds above 0, at most ${maxTimeout}.`);
}

function resultOf(collection: ReplyCollection, receivers: number | undefined): RequestResult {
  const { replies, silent, absent, duplicates, unreadable } = collection;
  return {
    replies,
    silent,
    duplicates,
    unreadable: unreadable.count,
    ...(absent.length === 0 ? {} : { absent }),
    ...(unreadable.reason === undefined ? {} : { unreadableReason: unreadable.reason }),
    ...(receivers === undefined ? {} : { receivers }),
  };
}
