import { KnownNodes } from '../config/known-nodes.ts';
import type { Arguments } from '../control/arguments.ts';
import { Mailbox, type RequestOptions, type RequestResult } from '../control/mailbox.ts';
import { clean } from '../presentation/text.ts';
import { AuditTrail, type SentCommand } from './audit-trail.ts';
import type { CommandContext } from './command-context.ts';
import type { OpenBroker } from './open-broker.ts';
import type { RemoteCall, RemoteConfig } from './remote-call.ts';

/** The part of the timeout that must pass in silence, where nobody tells how many will answer: 150 ms of 1 s. */
const quietShare = 0.15;
const leastQuiet = 0.1;

/** One command line's dealings with the workers: who was there before, whom to wait for, what is written down. */
export class RemoteSession {
  readonly context: CommandContext<RemoteConfig>;
  readonly broker: OpenBroker;
  readonly call: RemoteCall;
  readonly mailbox: Mailbox;
  /** Nodes that answered in earlier runs. */
  readonly known: readonly string[];
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly #nodes: KnownNodes | undefined;
  readonly #trail: AuditTrail | undefined;

  static async open(
    context: CommandContext<RemoteConfig>,
    broker: OpenBroker,
    call: RemoteCall,
    interrupted: AbortSignal,
  ): Promise<RemoteSession> {
    const { config, env, now } = context;
    // The made-up cluster of the demo is gone with the process.
    const nodes = broker.demo ? undefined : new KnownNodes(`${broker.label} ${config.controlExchange}`, env);
    const known = (await nodes?.names(now())) ?? [];
    return new RemoteSession(context, broker, call, interrupted, { nodes, known });
  }

  private constructor(
    context: CommandContext<RemoteConfig>,
    broker: OpenBroker,
    call: RemoteCall,
    interrupted: AbortSignal,
    { nodes, known }: { readonly nodes: KnownNodes | undefined; readonly known: readonly string[] },
  ) {
    const { config, env, now } = context;
    this.context = context;
    this.broker = broker;
    this.call = call;
    this.interrupted = interrupted;
    this.mailbox = new Mailbox(broker.transport, {
      controlExchange: config.controlExchange,
      now,
      exact: true,
    });
    this.#nodes = nodes;
    this.known = known;
    this.#trail = broker.demo
      ? undefined
      : new AuditTrail({
          source: 'cli',
          broker: broker.label,
          audit: config.audit,
          env,
        });
  }

  /** Asks those whom the command line addresses, for as long as it says. */
  async request(method: string, args: Arguments, options: RequestOptions = {}): Promise<RequestResult> {
    const { timeout, addressing } = this.call;
    const seconds = Math.max(leastQuiet, quietShare * (options.timeout ?? timeout));
    const result = await this.mailbox.request(method, args, {
      ...addressing,
      timeout,
      untilQuiet: { seconds, known: this.known },
      signal: this.interrupted,
      ...options,
    });
    this.#remember(result);
    return result;
  }

  audit(sent: Omit<SentCommand, 'method' | 'args' | 'addressing'>): void {
    const { method, args, addressing } = this.call;
    const failure = this.#trail?.add({ ...sent, method, args, addressing });
    if (failure !== undefined) this.context.stderr.write(`stalk: ${clean(failure)}\n`);
  }

  /** Resolves when all is kept. */
  async close(): Promise<void> {
    await this.#nodes?.close();
  }

  /** They are gone: nobody is to wait for them next time. */
  forget(hostnames: readonly string[]): void {
    this.#nodes?.update([], hostnames, this.context.now());
  }

  #remember({ replies, absent }: RequestResult): void {
    const answered = replies.map(({ hostname }) => hostname);
    if (answered.length > 0 || absent !== undefined)
      this.#nodes?.update(answered, absent ?? [], this.context.now());
  }
}
