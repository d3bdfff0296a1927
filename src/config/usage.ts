import { envNames, type Option, optionGroups, options } from './options.ts';

export interface UsageCommand {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
}

/** The help text, from the tables of commands and options. yargs is loaded here and nowhere else. */
export async function usage(commands: readonly UsageCommand[], columns: number): Promise<string> {
  const { default: yargs } = await import('yargs');
  const parser = yargs([])
    .scriptName('stalk')
    .usage('Usage: stalk <command> [options]')
    .locale('en')
    .help(false)
    .version(false)
    .wrap(Math.min(columns, 110))
    .group([], `${optionGroups[0]}:`)
    .epilogue('An option can also be set by the environment name in its brackets; the command line wins.');
  for (const { name, summary } of commands) parser.command(name, summary);
  for (const option of options as readonly Option[]) {
    parser.option(option.flag, {
      ...(option.alias === undefined ? {} : { alias: option.alias }),
      group: `${option.group}:`,
      describe: describe(option),
    });
  }
  for (const [line, what] of commands.flatMap(({ examples }) => examples)) parser.example(line, what);
  return parser.getHelp();
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
