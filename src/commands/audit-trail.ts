import { type AuditFile, openAuditFile } from '../config/audit-file.ts';
import { type Identity, identity } from '../config/identity.ts';
import type { Environment } from '../config/load-config.ts';
import { findRemoteCommand } from '../control/remote-commands.ts';
import type { Reply } from '../control/reply.ts';
import type { Addressing } from '../control/request-check.ts';
import { keptReply } from '../monitor/command-log.ts';
import { redactUrl } from '../protocol/broker-url.ts';

/** One command that was sent, and what came of it. */
export interface SentCommand {
  /** When it was sent, in seconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly addressing: Addressing;
  readonly replies: readonly Pick<Reply, 'hostname' | 'value'>[];
  readonly silent: readonly string[];
  /** How many workers got it, where the broker tells. */
  readonly receivers?: number | undefined;
  /** Why it was not carried out, or may not have been. */
  readonly failure?: string | undefined;
}

export interface AuditTrailOptions {
  readonly source: 'cli' | 'screen' | 'shell';
  /** The URL of the broker without its password. */
  readonly broker: string;
  /** A path, or `off`; undefined for the usual place. */
  readonly audit: string | undefined;
  readonly env: Environment;
}

const maxItems = 1000;
const maxText = 1000;
const secretName = /pass(word|wd|phrase)?$|secret|token|credential|api_?key|private_?key/i;

/** Writes each command that can change something to the audit log, one JSON line each. */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #file: AuditFile | undefined;
  readonly #who: Identity;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#file = openAuditFile(options.audit, options.env);
    this.#who = identity(options.env);
  }

  /** Returns why it could not be written, once; that never stops a command. */
  add(sent: SentCommand): string | undefined {
    if (!changesSomething(sent.method)) return undefined;
    const { source, broker } = this.#options;
    const { user, sudoUser, host } = this.#who;
    const { destination, pattern, matcher } = sent.addressing;
    const replies = sent.replies.map((reply): [string, unknown] => [reply.hostname, keptValue(reply)]);
    return this.#file?.append(
      JSON.stringify({
        time: new Date(sent.at * 1000).toISOString(),
        user,
        sudo_user: sudoUser,
        host,
        source,
        broker,
        method: sent.method,
        arguments: bounded(sent.args),
        destination: destination ?? null,
        pattern,
        matcher,
        replies: Object.fromEntries(replies),
        silent: sent.silent,
        receivers: sent.receivers,
        failure: sent.failure,
      }),
    );
  }
}

/** A custom command may do anything. */
function changesSomething(method: string): boolean {
  const command = findRemoteCommand(method);
  return command === undefined || command.kind === 'control' || command.danger !== 'none';
}

function keptValue({ hostname, value }: Pick<Reply, 'hostname' | 'value'>): unknown {
  return keptReply({ hostname, value, latencyMs: 0, expected: true }).value;
}

/** Arguments as they were sent, but of a bounded size, and without what is called a secret. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = redactUrl(value);
    return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map(bounded);
    return value.length > maxItems ? [...items, `… ${value.length - maxItems} more`] : items;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, secretName.test(name) ? '***' : bounded(item)]),
  );
}
