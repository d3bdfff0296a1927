import type { Arguments } from '../control/arguments.ts';
import { Mailbox, type MailboxOptions, type RequestOptions, type RequestResult } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import type { Addressing } from '../control/request-check.ts';
import { UsageError } from '../errors.ts';
import type { Transport } from '../transport/transport.ts';
import type { SentCommand } from './audit-trail.ts';

type Broadcast = Parameters<Transport['broadcast']>;
type Sent = Awaited<ReturnType<Transport['broadcast']>>;
type Command = Pick<SentCommand, 'method' | 'args' | 'addressing'>;

interface Outcome {
  readonly silent?: readonly string[] | undefined;
  readonly receivers?: number | undefined;
}

/** Writes down what is sent from the shell, when it is known what came of it. */
export class ShellAudit {
  readonly #now: () => number;
  readonly #write: (sent: SentCommand) => void;
  readonly #underway = new Set<Promise<unknown>>();

  constructor(now: () => number, write: (sent: SentCommand) => void) {
    this.#now = now;
    this.#write = write;
  }

  /** @param replies which the sending fills */
  async around<Result extends Outcome>(
    command: Command,
    replies: readonly Reply[],
    send: () => Promise<Result>,
  ): Promise<Result> {
    const written = this.#sent({ ...command, at: this.#now(), replies }, send);
    this.#underway.add(written);
    try {
      return await written;
    } finally {
      this.#underway.delete(written);
    }
  }

  /** Resolves when what was sent is written down, also that which nobody waited for. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underway);
  }

  async #sent<Result extends Outcome>(
    command: Omit<SentCommand, 'silent'>,
    send: () => Promise<Result>,
  ): Promise<Result> {
    try {
      const result = await send();
      this.#write({ ...command, silent: result.silent ?? [], receivers: result.receivers });
      return result;
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      // A usage error is told before anything leaves.
      if (!(error instanceof UsageError)) this.#write({ ...command, silent: [], failure });
      throw error;
    }
  }
}

/** A mailbox that writes down what it sent and what came of it: `control` and `inspect` of the shell go through it. */
export class AuditedMailbox extends Mailbox {
  readonly #audit: ShellAudit;

  constructor(transport: Transport, audit: ShellAudit, options: MailboxOptions = {}) {
    super(transport, options);
    this.#audit = audit;
  }

  override async request(
    method: string,
    args: Arguments,
    options: RequestOptions = {},
  ): Promise<RequestResult> {
    const replies: Reply[] = [];
    const onReply = (reply: Reply): void => {
      replies.push(reply);
      options.onReply?.(reply);
    };
    const command = { method, args, addressing: addressingOf(options) };
    return await this.#audit.around(command, replies, () =>
      super.request(method, args, { ...options, onReply }),
    );
  }

  override async cast(method: string, args: Arguments, options: Addressing = {}): Promise<Sent> {
    const command = { method, args, addressing: addressingOf(options) };
    return await this.#audit.around(command, [], () => super.cast(method, args, options));
  }
}

/** The same transport, which writes down what is sent past the mailbox. Who answers, and what, it cannot know. */
export function auditedBroker(transport: Transport, audit: ShellAudit): Transport {
  const broadcast = (...sent: Broadcast): Promise<Sent> =>
    audit.around(requestOf(sent[1].body), [], () => transport.broadcast(...sent));
  return new Proxy(transport, {
    get(target, name) {
      if (name === 'broadcast') return broadcast;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'constructor' ? value.bind(target) : value;
    },
  });
}

/** Without the rest of what a request may be given. */
function addressingOf({ destination, pattern, matcher }: Addressing): Addressing {
  return {
    ...(destination === undefined ? {} : { destination }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(matcher === undefined ? {} : { matcher }),
  };
}

/** Whatever somebody gave to `broker.broadcast`. */
function requestOf(body: unknown): Command {
  const given: Readonly<Record<string, unknown>> = { ...(typeof body === 'object' ? body : {}) };
  const { method, arguments: args, destination, pattern, matcher } = given;
  const names = Array.isArray(destination) ? { destination: destination.map(String) } : {};
  return {
    method: typeof method === 'string' ? method : '?',
    args: typeof args === 'object' && args !== null ? { ...args } : {},
    addressing: {
      ...names,
      ...(typeof pattern === 'string' ? { pattern } : {}),
      ...(matcher === 'glob' || matcher === 'pcre' ? { matcher } : {}),
    },
  };
}
