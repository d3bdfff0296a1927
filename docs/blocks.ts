import { commands } from '../src/commands/registry.ts';
import { envNames, type Option, optionGroups } from '../src/config/option.ts';
import { commonOptions } from '../src/config/options.ts';
import { signatureOf } from '../src/control/command-words.ts';
import { offeredCommands, type RemoteCommand } from '../src/control/remote-commands.ts';
import type { FilterVocabulary } from '../src/presentation/filter/filter-fields.ts';
import { taskFilterFields } from '../src/presentation/filter/task-filter-fields.ts';
import { typeFilterFields } from '../src/presentation/filter/task-type-filter-fields.ts';
import { workerFilterFields } from '../src/presentation/filter/worker-filter-fields.ts';
import { redactUrl } from '../src/protocol/broker-url.ts';
import { type Action, actions, keyLabel } from '../src/ui/input/actions.ts';
import type { Scope } from '../src/ui/model/screens.ts';
import { wordCommands } from '../src/ui/model/words.ts';
import { keysByMethod } from './sent-by-keys.ts';

const scopeTitles: { readonly [S in Scope]: string } = {
  playback: 'While the past is on screen: a replay, or a rewind',
  tasks: 'Tasks',
  list: 'Every list: Tasks, Workers and Types',
  'task-commands': 'Commands to a task, in the list and in its detail',
  'worker-commands': 'Commands to a worker, in the list and in its summary',
  types: 'Types',
  task: 'One task',
  text: 'Every text: one task, one worker',
  everywhere: 'Everywhere',
};

const asks = ['', 'its prompt', 'y or n', 'words to type'] as const;

/** The tables that are written into the documents, by the name of their markers. */
export function blocks(): Readonly<Record<string, string>> {
  return {
    keys: keysBlock(),
    palette: paletteBlock(),
    options: optionsBlock(),
    commands: commandsBlock(),
    taskfilters: filterBlock(taskFilterFields),
    workerfilters: filterBlock(workerFilterFields),
    typefilters: filterBlock(typeFilterFields),
  };
}

/**
 * Puts each block between `<!-- name:start -->` and `<!-- name:end -->`.
 * @throws Error when the document has a start without an end, or names a block that does not exist
 */
export function withBlocks(markdown: string, tables: Readonly<Record<string, string>>): string {
  return markdown.replaceAll(
    /(<!-- ([a-z]+):start -->\n)([\s\S]*?)(<!-- ([a-z]+):(?:end|start) -->)/g,
    (_all, start: string, name: string, _old, end: string, endName: string) => {
      const table = tables[name];
      if (name !== endName || end !== `<!-- ${name}:end -->`) throw new Error(`the block ${name} has no end`);
      if (table === undefined) throw new Error(`there is no block called ${name}`);
      return `${start}${table}\n${end}`;
    },
  );
}

function keysBlock(): string {
  const scopes = Object.keys(scopeTitles) as Scope[];
  return scopes
    .map((scope) => {
      const entries = actions.filter((entry) => entry.scope === scope);
      const rows = entries.map((entry) => [keysOf(entry), entry.title, asks[entry.level ?? 0] ?? '']);
      return `### ${scopeTitles[scope]}\n\n${table(['Key', 'What it does', 'Asks'], rows)}`;
    })
    .join('\n\n');
}

function keysOf({ keys }: Action): string {
  return keys.map((key) => code(keyLabel(key))).join(' ');
}

function filterBlock({ fields, is, has }: FilterVocabulary): string {
  const rows = fields.map(({ name, short, kind, help }) => [
    [name, ...(short === undefined ? [] : [short])].map((word) => code(`${word}:`)).join(' '),
    kind === 'text' || kind === 'choice' ? '' : kind,
    help,
  ]);
  const flags = [...is.map((flag) => ['is', flag] as const), ...has.map((flag) => ['has', flag] as const)];
  return table(
    ['Written', 'Kind', 'What it asks'],
    [...rows, ...flags.map(([group, { name, help }]) => [code(`${group}:${name}`), '', help])],
  );
}

function paletteBlock(): string {
  return table(
    ['Typed', 'What it does'],
    wordCommands.map(({ usage, title }) => [code(usage), title]),
  );
}

/** What every command takes, and then what each of them takes beside that. */
function optionsBlock(): string {
  const sections = commands.map(({ name, options }) =>
    options.length === 0 ? '' : `## stalk ${name}\n\n${optionTables(options)}`,
  );
  return [`## Every command\n\n${optionTables(commonOptions)}`, ...sections]
    .filter((section) => section !== '')
    .join('\n\n');
}

function optionTables(options: readonly Option[]): string {
  return optionGroups
    .map((group) => [group, options.filter((option) => option.group === group)] as const)
    .filter(([, some]) => some.length > 0)
    .map(([group, some]) => {
      const rows = some.map((option) => [
        flagOf(option),
        option.help,
        defaultOf(option),
        envNames(option).map(code).join(' '),
      ]);
      return `### ${group}\n\n${table(['Option', 'Meaning', 'Default', 'Environment'], rows)}`;
    })
    .join('\n\n');
}

function flagOf({ alias, flag, type, choices, placeholder }: Option): string {
  const value = type === 'boolean' ? '' : ` ${choices?.join('|') ?? placeholder ?? type.toUpperCase()}`;
  return [...(alias === undefined ? [] : [code(`-${alias}`)]), code(`--${flag}${value}`)].join(' ');
}

function defaultOf(option: Option): string {
  if (option.default === undefined || option.default === false || option.default === '') return '';
  return code(option.secret ? redactUrl(String(option.default)) : String(option.default));
}

/** Under the two commands of the command line that send them, called as there. */
function commandsBlock(): string {
  return [
    `### stalk inspect\n\n${commandTable('inspect')}`,
    `### stalk control\n\n${commandTable('control')}`,
  ].join('\n\n');
}

function commandTable(kind: RemoteCommand['kind']): string {
  const keys = keysByMethod();
  const rows = offeredCommands(kind).map((command) => [
    code(signatureOf(command)),
    command.help,
    command.args.map(({ name, help }) => `${code(name)}: ${help}`).join(' '),
    command.danger === 'none' ? '' : 'yes',
    (keys.get(command.name) ?? []).map(code).join(' '),
  ]);
  return table(['Call', 'What workers do', 'Arguments', 'Refused when read-only', 'Key'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A bar would end the cell of a table, also in code. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
