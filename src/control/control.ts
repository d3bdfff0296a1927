import type { Transport } from '../transport/transport.ts';
import type { Arguments } from './arguments.ts';
import { Mailbox, type MailboxOptions, type RequestOptions, type RequestResult } from './mailbox.ts';
import { findRemoteCommand } from './remote-commands.ts';

export interface RevokeOptions extends RequestOptions {
  /** Also kill the process that runs it. */
  readonly terminate?: boolean;
  /** Celery's `signal`, default `SIGTERM`. */
  readonly signalName?: string;
}

export interface AddConsumerOptions extends RequestOptions {
  /** Default: named as the queue. */
  readonly exchange?: string;
  readonly exchangeType?: 'direct' | 'topic' | 'fanout';
  readonly routingKey?: string;
}

/** Seconds; null or missing takes the limit away. */
export interface TimeLimits {
  readonly soft?: number | null;
  readonly hard?: number | null;
}

/**
 * Tells workers what to do. Every method resolves with what each worker answered, and throws UsageError before
 * anything is sent when its arguments could not be understood or could harm a worker. Mirrors
 * celery/app/control.py:Control.
 * @example
 * const control = new Control(broker);
 * await control.rateLimit('proj.add', '10/m', { destination: ['celery@host'] });
 */
export class Control {
  readonly #mailbox: Mailbox;

  constructor(broker: Transport | Mailbox, options: MailboxOptions = {}) {
    this.#mailbox = broker instanceof Mailbox ? broker : new Mailbox(broker, options);
  }

  /** Sends any remote command, also a custom one. `args` has Celery's own keywords. */
  async broadcast(
    method: string,
    args: Arguments = {},
    options: RequestOptions = {},
  ): Promise<RequestResult> {
    if (findRemoteCommand(method)?.replies === false) return await this.#cast(method, args, options);
    return await this.#mailbox.request(method, args, options);
  }

  ping(options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('ping', {}, options);
  }

  /** The task will not run; its stored result becomes REVOKED at once, also over a failure (protocol.md C.4). */
  revoke(taskId: string | readonly string[], options: RevokeOptions = {}): Promise<RequestResult> {
    const { terminate, signalName, ...rest } = options;
    const kill = terminate ? { terminate, signal: signalName ?? 'SIGTERM' } : {};
    return this.broadcast('revoke', { task_id: taskId, ...kill }, rest);
  }

  /** Celery's own `terminate` of the client library: `revoke` that also kills the process. */
  terminate(
    taskId: string | readonly string[],
    signalName = 'SIGTERM',
    options: RequestOptions = {},
  ): Promise<RequestResult> {
    return this.revoke(taskId, { ...options, terminate: true, signalName });
  }

  /** `headers` maps the name of a stamp to its value or values. */
  revokeByStampedHeaders(
    headers: Readonly<Record<string, string | readonly string[]>>,
    options: RevokeOptions = {},
  ): Promise<RequestResult> {
    const { terminate, signalName, ...rest } = options;
    const kill = terminate ? { terminate, signal: signalName ?? 'SIGTERM' } : {};
    return this.broadcast('revoke_by_stamped_headers', { headers, ...kill }, rest);
  }

  /** `rate` is `N`, `N/s`, `N/m` or `N/h`; 0 takes the limit away. It holds on each worker until that restarts. */
  rateLimit(taskName: string, rate: string | number, options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('rate_limit', { task_name: taskName, rate_limit: rate }, options);
  }

  timeLimit(taskName: string, limits: TimeLimits, options?: RequestOptions): Promise<RequestResult> {
    const { soft = null, hard = null } = limits;
    return this.broadcast('time_limit', { task_name: taskName, soft, hard }, options);
  }

  enableEvents(options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('enable_events', {}, options);
  }

  /** Workers started with `-E` answer "already disabled" and go on sending (protocol.md C.4). */
  disableEvents(options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('disable_events', {}, options);
  }

  heartbeat(options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('heartbeat', {}, options);
  }

  poolGrow(n = 1, options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('pool_grow', { n }, options);
  }

  /** A pool may shrink to nothing; its worker then takes tasks and runs none. */
  poolShrink(n = 1, options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('pool_shrink', { n }, options);
  }

  poolRestart(
    options: RequestOptions & { readonly modules?: readonly string[]; readonly reload?: boolean } = {},
  ): Promise<RequestResult> {
    const { modules, reload, ...rest } = options;
    const args = { ...(modules && { modules }), ...(reload === undefined ? {} : { reload }) };
    return this.broadcast('pool_restart', args, rest);
  }

  autoscale(max: number, min: number, options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('autoscale', { max, min }, options);
  }

  /**
   * The worker answers before it declares the queue, and stops if the broker then refuses: names that cannot work are
   * refused here, and so is a queue or an exchange that exists and is not what the worker would declare, such as a
   * quorum queue that its `task_queues` does not name.
   */
  addConsumer(queue: string, options: AddConsumerOptions = {}): Promise<RequestResult> {
    const { exchange, exchangeType, routingKey, ...rest } = options;
    const binding = {
      ...(exchange === undefined ? {} : { exchange }),
      ...(exchangeType === undefined ? {} : { exchange_type: exchangeType }),
      ...(routingKey === undefined ? {} : { routing_key: routingKey }),
    };
    return this.broadcast('add_consumer', { queue, ...binding }, rest);
  }

  cancelConsumer(queue: string, options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('cancel_consumer', { queue }, options);
  }

  /** No worker answers; its `worker-offline` event is the confirmation. */
  shutdown(options?: RequestOptions): Promise<RequestResult> {
    return this.broadcast('shutdown', {}, options);
  }

  async #cast(method: string, args: Arguments, options: RequestOptions): Promise<RequestResult> {
    const { receivers } = await this.#mailbox.cast(method, args, options);
    const nothing = { replies: [], silent: [], duplicates: [], unreadable: 0 };
    return receivers === undefined ? nothing : { ...nothing, receivers };
  }
}
