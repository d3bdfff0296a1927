import { UsageError } from '../errors.ts';
import { argumentKinds } from './argument-kinds.ts';
import { type Arguments, quoted, typedArgumentsProblem } from './arguments.ts';
import type { RemoteArgument, RemoteCommand } from './remote-commands.ts';

/** How a command is called: `rate_limit <task_name> <rate_limit>`, `revoke <task_id>... [terminate=...]`. */
export function signatureOf(command: RemoteCommand): string {
  return [command.name, ...command.args.map((argument) => placeOf(command, argument))].join(' ');
}

function placeOf({ variadic }: RemoteCommand, { name, required, keywordOnly }: RemoteArgument): string {
  if (keywordOnly) return `[--arg ${name}=...]`;
  const rest = variadic === name ? '...' : '';
  return required ? `<${name}>${rest}` : `[${name}]${rest}`;
}

/**
 * The arguments of a command from the words of a command line, in the order of its table, and from `name=value` texts.
 * Mirrors celery/bin/control.py:_compile_arguments, but nothing is left for the worker to refuse.
 * @throws UsageError with the signature: too few, too many, of the wrong type, or a command that is never sent
 */
export function readArguments(
  command: RemoteCommand,
  words: readonly string[],
  named: readonly string[],
): Arguments {
  const args = { ...positional(command, words), ...namedArguments(command, named) };
  const problem = typedArgumentsProblem(command.name, args);
  if (command.refused !== undefined) throw new UsageError(`${command.name} is never sent: ${problem}`);
  if (problem !== undefined) throw wrongCall(command, problem);
  return args;
}

/** The arguments of a command that only the workers know: JSON values where they are JSON, else text. */
export function readCustomArguments(words: readonly string[], named: readonly string[]): Arguments {
  if (words.length > 0) {
    throw new UsageError(
      `a command of your workers' own takes its arguments by name, --arg name=value, not ${quoted(words[0])}`,
    );
  }
  return Object.fromEntries(named.map(splitNamed).map(([name, text]) => [name, jsonOrText(text)]));
}

function positional(command: RemoteCommand, words: readonly string[]): Arguments {
  const places = command.args.filter(({ keywordOnly }) => !keywordOnly);
  const args: Record<string, unknown> = {};
  let next = 0;
  for (const argument of places) {
    const isRest = argument.name === command.variadic;
    const taken = words.slice(next, isRest ? undefined : next + 1);
    next += taken.length;
    if (taken[0] === undefined) continue;
    args[argument.name] = isRest ? taken : readWord(argument, taken[0]);
  }
  if (next < words.length) throw wrongCall(command, `${quoted(words[next])} is one word too many`);
  return args;
}

function namedArguments(command: RemoteCommand, named: readonly string[]): Arguments {
  const args: Record<string, unknown> = {};
  for (const [name, text] of named.map(splitNamed)) {
    const argument = command.args.find((each) => each.name === name);
    args[name] = argument === undefined ? text : readWord(argument, text);
  }
  return args;
}

/** What is not of the kind stays text: the check of the arguments then says what it must be. */
function readWord({ type }: RemoteArgument, text: string): unknown {
  const { word } = argumentKinds[type];
  if (word === 'boolean') return readBoolean(text) ?? text;
  if (word === 'number') return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text;
  if (word !== 'list') return text;
  const value = jsonOrText(text);
  return typeof value === 'object' && value !== null ? value : [text];
}

/** The words of celery/utils/serialization.py:strtobool. */
function readBoolean(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off)$/i.test(text) ? false : undefined;
}

function splitNamed(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--arg takes name=value, not ${quoted(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wrongCall(command: RemoteCommand, problem: string): UsageError {
  const call = `stalk ${command.kind} ${signatureOf(command)}`;
  return new UsageError(`${command.name} was not sent: ${problem}; the call is ${call}`);
}
