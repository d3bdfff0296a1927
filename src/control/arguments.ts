import { UsageError } from '../errors.ts';
import { type ArgumentKind, argumentKinds } from './argument-kinds.ts';
import { findRemoteCommand, type RemoteCommand } from './remote-commands.ts';

export type Arguments = Readonly<Record<string, unknown>>;

type DescribeKind = (kind: ArgumentKind) => string;

/**
 * Refuses arguments that the command does not take. A custom command, which is not in the table, takes any.
 * @throws UsageError saying what was wrong and what is allowed.
 */
export function checkArguments(method: string, args: Arguments): void {
  const problem = problemOf(method, args, ({ says, orNull = '' }) => says + orNull);
  if (problem !== undefined) throw new UsageError(`${method} was not sent: ${problem}.`);
}

/** What `checkArguments` refuses, for a person at a prompt; undefined when it refuses nothing. */
export function typedArgumentsProblem(method: string, args: Arguments): string | undefined {
  return problemOf(method, args, ({ says }) => says);
}

function problemOf(method: string, args: Arguments, describe: DescribeKind): string | undefined {
  const command = findRemoteCommand(method);
  return command && (command.refused ?? argumentsProblem(command, args, describe));
}

/** What a person typed as a rate, as it goes over the wire; `problem` says what is wrong with it. */
export function parseRateLimit(text: string): { value: string | number; problem: string | undefined } {
  const value = text.trim();
  if (!argumentKinds.rateLimit.accepts(value)) {
    return { value, problem: `a rate is ${argumentKinds.rateLimit.says}` };
  }
  // Workers say "disabled" for the number 0 and "set" for the text "0".
  return { value: Number.parseFloat(value) === 0 ? 0 : value, problem: undefined };
}

/** What a person typed as two limits in seconds; nothing typed is no limit. */
export function parseTimeLimit(
  soft: string,
  hard: string,
): { soft: number | undefined; hard: number | undefined; problem: string | undefined } {
  const limits = { soft: parseSeconds(soft), hard: parseSeconds(hard) };
  const unread = [limits.soft, limits.hard].some(
    (limit) => limit !== undefined && !argumentKinds.seconds.accepts(limit),
  );
  const problem = unread ? 'a limit is a number of seconds, 0 or more' : timeLimitProblem(limits);
  return { ...limits, problem };
}

function parseSeconds(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

function argumentsProblem(
  command: RemoteCommand,
  args: Arguments,
  describe: DescribeKind,
): string | undefined {
  const known = command.args.map(({ name }) => name);
  const unknown = Object.keys(args).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const takes = known.length === 0 ? 'takes no arguments' : `takes ${known.join(', ')}`;
    return `it has no argument ${quoted(unknown)}, it ${takes}`;
  }
  for (const { name, type, required } of command.args) {
    const value = args[name];
    const kind = argumentKinds[type];
    if (value === undefined && !required) continue;
    if (value === undefined) return `it needs ${name}, ${describe(kind)}`;
    if (!kind.accepts(value)) return `${name} must be ${describe(kind)}, not ${quoted(value)}`;
  }
  return relationProblems[command.name]?.(args);
}

/** What one argument demands of another. */
const relationProblems: Readonly<Record<string, (args: Arguments) => string | undefined>> = {
  time_limit: timeLimitProblem,
  autoscale: ({ max, min }) =>
    typeof max === 'number' && typeof min === 'number' && max < min ? 'min must not be above max' : undefined,
};

/** Celery takes 0 for no limit. */
function timeLimitProblem({ soft, hard }: Arguments): string | undefined {
  const isAbove = typeof soft === 'number' && typeof hard === 'number' && hard > 0 && soft > hard;
  return isAbove ? 'the soft limit must not be above the hard limit' : undefined;
}

/** Our own argument, which may have come from an event: short and printable. */
export function quoted(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? String(item) : item)) ?? typeof value;
  return (text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(/[^\x20-\x7e…]/g, '?');
}
