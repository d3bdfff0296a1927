import { envNames, type Option, optionGroups } from './option.ts';

export interface UsageCommand {
  readonly name: string;
  /** What follows the name, `[tasks|workers]`; empty when nothing does. */
  readonly words: string;
  readonly summary: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Beside those of every command. */
  readonly options: readonly Option[];
  /** What else there is to know, in lines of its own: for example the sub-commands. */
  readonly details?: string | (() => Promise<string>);
  /** Not for people: neither help nor completion names it. */
  readonly hidden?: true;
}

const epilogue = 'An option can also be set by the environment name in its brackets; the command line wins.';

/** `stalk --help`: the commands, what they have in common, and what most people come for. */
export async function usage(
  commands: readonly UsageCommand[],
  common: readonly Option[],
  columns: number,
): Promise<string> {
  const parser = await helpParser('Usage: stalk <command> [options]', common, columns);
  const offered = commands.filter(({ hidden }) => !hidden);
  for (const { name, summary } of offered) parser.command(name, summary);
  for (const { examples } of offered)
    for (const [line, what] of examples.slice(0, 1)) parser.example(line, what);
  parser.epilogue(`${epilogue}\nstalk <command> --help tells the rest of a command.`);
  return parser.getHelp();
}

/** `stalk events --help`: one command with all its options. */
export async function commandUsage(
  command: UsageCommand,
  common: readonly Option[],
  columns: number,
): Promise<string> {
  const { name, words, summary, examples, options, details } = command;
  const line = `Usage: stalk ${[name, words, '[options]'].filter((part) => part !== '').join(' ')}`;
  const told = typeof details === 'function' ? await details() : details;
  const head = [line, summary, told].filter(Boolean).join('\n\n');
  const parser = await helpParser(undefined, [...common, ...options], columns);
  for (const [example, what] of examples) parser.example(example, what);
  parser.epilogue(epilogue);
  // Not as its usage: yargs would take the indentation out of a list.
  return `${head}\n\n${await parser.getHelp()}`;
}

/** yargs is loaded here and nowhere else. */
async function helpParser(
  head: string | undefined,
  options: readonly Option[],
  columns: number,
): Promise<import('yargs').Argv> {
  const { default: yargs } = await import('yargs');
  const parser = yargs([])
    .scriptName('stalk')
    .locale('en')
    .help(false)
    .version(false)
    .wrap(Math.min(columns, 110));
  if (head !== undefined) parser.usage(head);
  for (const group of optionGroups) {
    for (const option of options.filter((each) => each.group === group)) {
      parser.option(option.flag, {
        ...aliasOf(option),
        group: `${group}:`,
        describe: describe(option),
      });
    }
  }
  return parser;
}

function aliasOf({ alias, otherFlag }: Option): { alias?: string[] } {
  const names = [alias, otherFlag].flatMap((name) => name ?? []);
  return names.length === 0 ? {} : { alias: names };
}

function describe(option: Option): string {
  const facts = [
    option.choices?.join(', '),
    option.default === undefined || option.default === false || option.default === ''
      ? undefined
      : `default ${printable(option)}`,
    envNames(option).join(', '),
  ].filter((fact) => fact !== undefined && fact !== '');
  return facts.length === 0 ? option.help : `${option.help} [${facts.join('; ')}]`;
}

function printable(option: Option): string {
  return String(option.default).replace(/:[^:@/]+@/, ':***@');
}
