import type { Option } from '../config/option.ts';
import type { UsageCommand } from '../config/usage.ts';
import type { ArgumentKindName } from '../control/argument-kinds.ts';
import { offeredCommands, type RemoteCommand } from '../control/remote-commands.ts';

/** What only the cluster knows; `stalk __complete` asks it. */
export type LiveNames = 'nodes' | 'queues' | 'tasks';

/** What may stand in a place of the command line. */
export type Values =
  | { readonly words: readonly string[] }
  | { readonly live: LiveNames }
  | { readonly files: true }
  | undefined;

export interface CompletionOption {
  /** `--broker` and `-b`. */
  readonly flags: readonly string[];
  readonly help: string;
  readonly takesValue: boolean;
  readonly values: Values;
}

/** A command, or a sub-command of one, and what stands behind it. */
export interface CompletionCommand {
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletionOption[];
  /** By place; the last one also stands for all behind it. */
  readonly places: readonly Values[];
  readonly subcommands: readonly CompletionCommand[];
}

/** Everything a completion script says, read from the tables that the program itself uses. */
export interface CompletionModel {
  readonly commands: readonly CompletionCommand[];
  /** Those of every command. */
  readonly common: readonly CompletionOption[];
}

export function completionModel(
  commands: readonly UsageCommand[],
  common: readonly Option[],
): CompletionModel {
  return {
    commands: commands.filter(({ hidden }) => !hidden).map(commandOf),
    common: common.map(optionOf),
  };
}

function commandOf({ name, summary, words, options }: UsageCommand): CompletionCommand {
  return {
    name,
    help: summary,
    options: options.map(optionOf),
    places: placesOf(name, words),
    subcommands: name === 'inspect' || name === 'control' ? offeredCommands(name).map(remoteOf) : [],
  };
}

function remoteOf({ name, help, args, variadic }: RemoteCommand): CompletionCommand {
  const places = args.filter(({ keywordOnly }) => !keywordOnly).map(({ type }) => argumentValues[type]);
  return { name, help, options: [], places: variadic ? places : [...places, undefined], subcommands: [] };
}

const argumentValues: Readonly<Partial<Record<ArgumentKindName, Values>>> = {
  boolean: { words: ['true', 'false'] },
  taskName: { live: 'tasks' },
  queue: { live: 'queues' },
  exchangeType: { words: ['direct', 'topic', 'fanout'] },
  signal: { words: ['TERM', 'KILL', 'QUIT', 'INT', 'HUP', 'USR1', 'USR2'] },
};

/** Commands whose first word is a name that the cluster knows. */
const liveWords: Readonly<Record<string, LiveNames>> = { call: 'tasks' };

/** `[tasks|workers]` and `workers [wmax:N]` name what may stand there; `ID` does not. */
function placesOf(name: string, words: string): readonly Values[] {
  const live = Object.hasOwn(liveWords, name) ? liveWords[name] : undefined;
  if (live !== undefined) return [{ live }, undefined];
  if (filesOf(words) !== undefined) return [filesOf(words), undefined];
  const [, alternatives] = /^\[?([a-z]+(?:\|[a-z]+)*)\]?(?: |$)/.exec(words) ?? [];
  return alternatives === undefined ? [] : [{ words: alternatives.split('|') }, undefined];
}

/** Options whose value is a name that the cluster knows. */
const liveFlags: Readonly<Record<string, LiveNames>> = {
  destination: 'nodes',
  worker: 'nodes',
  queue: 'queues',
  queues: 'queues',
  'exclude-queues': 'queues',
  task: 'tasks',
  tasks: 'tasks',
};

function optionOf(option: Option): CompletionOption {
  const { flag, alias, otherFlag, type, choices, placeholder, help } = option;
  const long = [flag, otherFlag].flatMap((name) => (name === undefined ? [] : [`--${name}`]));
  const live = Object.hasOwn(liveFlags, flag) ? liveFlags[flag] : undefined;
  const takesValue = type !== 'boolean';
  const values =
    choices !== undefined ? { words: choices } : live !== undefined ? { live } : filesOf(placeholder);
  return {
    flags: alias === undefined ? long : [...long, `-${alias}`],
    help,
    takesValue,
    values: takesValue ? values : undefined,
  };
}

function filesOf(placeholder: string | undefined): Values {
  return placeholder?.startsWith('FILE') ? { files: true } : undefined;
}
