import type { Arguments } from '../control/arguments.ts';
import { Mailbox, type MailboxOptions, type RequestOptions, type RequestResult } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import type { Addressing } from '../control/request-check.ts';
import { UsageError } from '../errors.ts';
import type { Transport } from '../transport/transport.ts';
import type { SentCommand } from './audit-trail.ts';

/** Writes one command down. */
export type Audit = (sent: SentCommand) => void;

type Broadcast = Parameters<Transport['broadcast']>;
type Sent = Awaited<ReturnType<Transport['broadcast']>>;

export interface AuditedMailboxOptions extends MailboxOptions {
  readonly now: () => number;
  readonly audit: Audit;
}

/** A mailbox that writes down what it sent and what came of it: `control` and `inspect` of the shell go through it. */
export class AuditedMailbox extends Mailbox {
  readonly #options: AuditedMailboxOptions;

  constructor(transport: Transport, options: AuditedMailboxOptions) {
    super(transport, options);
    this.#options = options;
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
    const command = { at: this.#options.now(), method, args, addressing: addressingOf(options), replies };
    return await audited(command, this.#options.audit, () =>
      super.request(method, args, { ...options, onReply }),
    );
  }

  override async cast(method: string, args: Arguments, options: Addressing = {}): Promise<Sent> {
    const command = { at: this.#options.now(), method, args, addressing: addressingOf(options), replies: [] };
    return await audited(command, this.#options.audit, () => super.cast(method, args, options));
  }
}

/** The same transport, which writes down what is sent past the mailbox. Who answers, and what, it cannot know. */
export function auditedBroker(transport: Transport, { now, audit }: AuditedMailboxOptions): Transport {
  const broadcast = async (...sent: Broadcast): Promise<Sent> => {
    const command = { at: now(), ...requestOf(sent[1].body), replies: [] };
    return await audited(command, audit, () => transport.broadcast(...sent));
  };
  return new Proxy(transport, {
    get(target, name) {
      if (name === 'broadcast') return broadcast;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'constructor' ? value.bind(target) : value;
    },
  });
}

async function audited<Result extends Partial<Pick<RequestResult, 'silent'>> & Partial<Sent>>(
  command: Omit<SentCommand, 'silent' | 'receivers' | 'failure'>,
  audit: Audit,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await send();
    audit({ ...command, silent: result.silent ?? [], receivers: result.receivers });
    return result;
  } catch (error) {
    // A usage error is told before anything leaves.
    if (!(error instanceof UsageError)) {
      audit({ ...command, silent: [], failure: error instanceof Error ? error.message : String(error) });
    }
    throw error;
  }
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
function requestOf(body: unknown): Pick<SentCommand, 'method' | 'args' | 'addressing'> {
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
