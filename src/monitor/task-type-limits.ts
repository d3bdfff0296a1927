import { replyMeaning } from '../control/reply.ts';
import type { CommandEntry } from './command-log.ts';
import type { Monitor } from './monitor.ts';

/** A limit that was set in this session. */
export interface SetLimit {
  /** As it is shown: `10/s`, `25s/30s`. */
  readonly limit: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** The limits of one type of task, as far as they are known. */
export interface TypeLimits {
  /** As a worker writes it, `10/s`. */
  readonly rateLimit: string | undefined;
  readonly rateLimitSet: SetLimit | undefined;
  readonly timeLimitSet: SetLimit | undefined;
}

/** What is known of limits: from the workers' own lists of tasks, and from what was set in this session. */
export function typeLimits({
  workers,
  commands,
}: Pick<Monitor, 'workers' | 'commands'>): (name: string) => TypeLimits {
  const told = new Map<string, string>();
  for (const worker of workers.all()) {
    for (const { name, rateLimit } of worker.registered.value ?? []) {
      if (rateLimit !== undefined && !told.has(name)) told.set(name, rateLimit);
    }
  }
  const rates = limitsSet(commands.entries, 'rate_limit', ({ rate_limit: rate }) => String(rate));
  const times = limitsSet(
    commands.entries,
    'time_limit',
    ({ soft, hard }) => `${secondsText(soft)}/${secondsText(hard)}`,
  );
  return (name) => {
    const set = rates.get(name);
    const rateLimit = told.get(name) ?? set?.limit;
    return {
      rateLimit,
      // What a worker says is true, whatever was set before.
      rateLimitSet: rateLimit === set?.limit ? set : undefined,
      timeLimitSet: times.get(name),
    };
  };
}

/** The newest limit of each type that any worker accepted. */
function limitsSet(
  entries: readonly CommandEntry[],
  method: string,
  text: (args: CommandEntry['args']) => string,
): ReadonlyMap<string, SetLimit> {
  const limits = new Map<string, SetLimit>();
  for (const entry of entries) {
    const { task_name: name } = entry.args;
    if (entry.method !== method || typeof name !== 'string' || !isAccepted(entry)) continue;
    limits.set(name, { limit: text(entry.args), at: entry.at });
  }
  return limits;
}

function isAccepted({ replies }: CommandEntry): boolean {
  return replies.some(({ value }) => replyMeaning(value).kind === 'ok');
}

function secondsText(seconds: unknown): string {
  return typeof seconds === 'number' ? `${seconds}s` : 'none';
}
