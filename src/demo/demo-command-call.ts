import type { DemoElections } from './demo-election.ts';
import type { DemoParts } from './demo-parts.ts';
import type { DemoWorker } from './demo-worker.ts';
import { PythonError } from './python-error.ts';
import { reprString } from './python-repr.ts';

export interface CommandContext {
  readonly parts: DemoParts;
  readonly worker: DemoWorker;
  readonly elections: DemoElections;
}

export type CommandArguments = Readonly<Record<string, unknown>>;

/** One remote command of celery/worker/control.py, with its Python signature. */
export interface Command {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Has `**kwargs`: takes and ignores what it does not know. */
  readonly open: boolean;
  /** Returns what the reply holds; undefined is no reply at all. */
  readonly run: (context: CommandContext, args: CommandArguments) => unknown;
}

export type Commands = ReadonlyMap<string, Command>;

/** @throws PythonError TypeError when the arguments do not fit the signature, and whatever the command raises. */
export function callCommand(
  command: Command,
  context: CommandContext,
  name: string,
  args: CommandArguments,
): unknown {
  const known = [...command.required, ...command.optional];
  const unknown = command.open ? undefined : Object.keys(args).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    raiseTypeError(`${name}() got an unexpected keyword argument '${unknown}'`);
  }
  const missing = command.required.filter((key) => !Object.hasOwn(args, key)).map((key) => `'${key}'`);
  if (missing.length > 0) {
    const plural = missing.length === 1 ? '' : 's';
    raiseTypeError(
      `${name}() missing ${missing.length} required positional argument${plural}: ${missing.join(' and ')}`,
    );
  }
  return command.run(context, args);
}

export function ok(text: string): { ok: string } {
  return { ok: text };
}

export function nok(text: string): { error: string } {
  return { error: text };
}

export function raiseTypeError(text: string): never {
  throw new PythonError(`TypeError(${reprString(text)})`);
}
