import type { Transport } from '../transport/transport.ts';
import type { Arguments } from './arguments.ts';
import { Mailbox, type MailboxOptions, type RequestOptions } from './mailbox.ts';

/** What each worker returned, by its node name: any JSON value, `{error: …}` when the worker could not. */
export type ValuesByHostname = Readonly<Record<string, unknown>>;

/**
 * Asks workers what they do. Every method resolves with the value of each worker that answered; an empty object when
 * none did, where Celery returns None. The shapes are those of celery/worker/control.py (protocol.md C.4). Mirrors
 * celery/app/control.py:Inspect.
 * @example
 * const stats = await new Inspect(broker).stats({ destination: ['celery@host'] });
 */
export class Inspect {
  readonly #mailbox: Mailbox;

  constructor(broker: Transport | Mailbox, options: MailboxOptions = {}) {
    this.#mailbox = broker instanceof Mailbox ? broker : new Mailbox(broker, options);
  }

  /** Asks with any command, also a custom one. `args` has Celery's own keywords. */
  async ask(method: string, args: Arguments = {}, options: RequestOptions = {}): Promise<ValuesByHostname> {
    const { replies } = await this.#mailbox.request(method, args, options);
    return Object.fromEntries(replies.map(({ hostname, value }) => [hostname, value]));
  }

  /** Tasks that run now. `safe` asks for args and kwargs as text. */
  active(options: RequestOptions & { readonly safe?: boolean } = {}): Promise<ValuesByHostname> {
    const { safe, ...rest } = options;
    return this.ask('active', safe === undefined ? {} : { safe }, rest);
  }

  activeQueues(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('active_queues', {}, options);
  }

  clock(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('clock', {}, options);
  }

  conf(options: RequestOptions & { readonly withDefaults?: boolean } = {}): Promise<ValuesByHostname> {
    const { withDefaults, ...rest } = options;
    return this.ask('conf', withDefaults === undefined ? {} : { with_defaults: withDefaults }, rest);
  }

  /** What workers tell each other when they start: revoked ids and the clock. */
  hello(fromNode: string, options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('hello', { from_node: fromNode }, options);
  }

  memdump(samples = 10, options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('memdump', { samples }, options);
  }

  memsample(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('memsample', {}, options);
  }

  /** `type` is the name of a Python type, default `Request`. */
  objgraph(
    options: RequestOptions & {
      readonly type?: string;
      readonly num?: number;
      readonly maxDepth?: number;
    } = {},
  ): Promise<ValuesByHostname> {
    const { type = 'Request', num = 200, maxDepth = 10, ...rest } = options;
    return this.ask('objgraph', { type, num, max_depth: maxDepth }, rest);
  }

  ping(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('ping', {}, options);
  }

  /** By worker and id: `[state, task info]`. Unknown ids and tasks that wait for their ETA are absent. */
  queryTask(ids: string | readonly string[], options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('query_task', { ids: typeof ids === 'string' ? [ids] : ids }, options);
  }

  registered(
    options: RequestOptions & {
      readonly taskinfoitems?: readonly string[];
      readonly builtins?: boolean;
    } = {},
  ): Promise<ValuesByHostname> {
    const { taskinfoitems = [], builtins, ...rest } = options;
    return this.ask('registered', { taskinfoitems, ...(builtins === undefined ? {} : { builtins }) }, rest);
  }

  report(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('report', {}, options);
  }

  /** Tasks that were received and wait; those with an ETA are in `scheduled`. */
  reserved(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('reserved', {}, options);
  }

  revoked(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('revoked', {}, options);
  }

  scheduled(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('scheduled', {}, options);
  }

  stats(options?: RequestOptions): Promise<ValuesByHostname> {
    return this.ask('stats', {}, options);
  }
}
