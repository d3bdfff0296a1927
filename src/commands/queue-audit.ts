import type { CommonConfig } from '../config/config.ts';
import { AuditTrail } from './audit-trail.ts';
import type { CommandContext } from './command-context.ts';

export interface DoneToQueues {
  readonly method: 'purge' | 'migrate' | 'call';
  /** What was done to which queues; never the arguments of a task, which may be secret. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Why it was not done, or not to the end. */
  readonly failure?: unknown;
}

/**
 * Writes what was done to queues to the audit log, beside the commands to workers. That it could not be written is said,
 * and stops nothing.
 * @param broker its URL without the password
 */
export function auditQueues(
  { config, env, stderr, now }: CommandContext<CommonConfig>,
  broker: string,
  { method, args, failure }: DoneToQueues,
): void {
  const trail = new AuditTrail({ source: 'cli', broker, audit: config.audit, env });
  const problem = trail.add({
    ...{ at: now(), method, args, addressing: {}, replies: [], silent: [] },
    failure: failure instanceof Error ? failure.message : undefined,
  });
  if (problem !== undefined) stderr.write(`stalk: ${problem}\n`);
}
