import { parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';
import type { Flags } from './load-config.ts';
import { nearest } from './nearest.ts';
import type { Option } from './option.ts';

/** A command, as far as the command line is concerned. */
export interface CommandLine {
  readonly name: string;
  /** Beside the common ones. */
  readonly options: readonly Option[];
}

export interface Arguments {
  /** The first word that is not an option. */
  readonly command: string | undefined;
  /** The words after it. */
  readonly words: readonly string[];
  readonly flags: Flags;
  /** The first thing that was wrong; `--help` and `--version` work all the same. */
  readonly problem: UsageError | undefined;
}

/**
 * Splits the command line by the table of options of its command, before or after the command as Celery allows both.
 * Values stay text: `loadConfig` reads them, and the environment's, in one place. The parser is Node's own, because
 * loading yargs takes longer than a skeleton of the screen may.
 *
 * @param common what every command takes
 */
export function parseArguments(
  argv: readonly string[],
  commands: readonly CommandLine[],
  common: readonly Option[],
): Arguments {
  const named = firstWord(
    argv,
    [...common, ...commands.flatMap(({ options }) => options)],
    commands.map(({ name }) => name),
  );
  const own = commands.find(({ name }) => name === named)?.options ?? [];
  const options = [...common, ...own];
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(options),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const flags: Record<string, string | boolean | string[]> = {};
  let problem: UsageError | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options.find(({ flag, otherFlag }) => flag === token.name || otherFlag === token.name);
    if (option === undefined) problem ??= unknownOption(token.rawName, options, named);
    else if (option.type === 'boolean') flags[option.flag] = token.value ?? true;
    else if (token.value === undefined) problem ??= missingValue(option);
    else if (option.type === 'list') flags[option.flag] = [...listOf(flags[option.flag]), token.value];
    else flags[option.flag] = token.value;
  }
  const [command, ...rest] = words;
  return { command, words: rest, flags, problem };
}

/**
 * The first word that is neither an option nor the value of one. The same letter may mean different things to different
 * commands, so here only whether it takes a value counts: it does if it does for any of them, unless it takes none for
 * another and what follows is a command.
 */
function firstWord(
  argv: readonly string[],
  every: readonly Option[],
  commands: readonly string[],
): string | undefined {
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-') || word === '-') return word;
    if (word === '--') return argv[at + 1];
    const meant = every.filter(({ flag, alias }) => word === `--${flag}` || word === `-${alias}`);
    const takesValue = meant.some(({ type }) => type !== 'boolean');
    const mayTakeNone = meant.some(({ type }) => type === 'boolean');
    if (takesValue && !(mayTakeNone && commands.includes(argv[at + 1] ?? ''))) at += 1;
  }
  return undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function parserOptions(
  options: readonly Option[],
): Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }> {
  return Object.fromEntries(
    options.flatMap(({ flag, otherFlag, alias, type }) => {
      const parsed = { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) };
      const short = alias === undefined ? {} : { short: alias };
      const other = otherFlag === undefined ? [] : [[otherFlag, parsed] as const];
      return [[flag, { ...parsed, ...short, ...(type === 'list' ? { multiple: true } : {}) }], ...other];
    }),
  );
}

function unknownOption(rawName: string, options: readonly Option[], command: string | undefined): UsageError {
  const flags = options.map(({ flag }) => `--${flag}`);
  const meant = rawName.startsWith('--') ? nearest(rawName, flags) : undefined;
  const where = command === undefined ? 'stalk' : `stalk ${command}`.slice(0, 60);
  const advice = meant === undefined ? `see ${where} --help` : `did you mean ${meant}?`;
  return new UsageError(`there is no option ${JSON.stringify(rawName.slice(0, 60))}: ${advice}`);
}

function missingValue(option: Option): UsageError {
  const wanted = option.choices?.join(', ') ?? option.placeholder ?? 'a value';
  return new UsageError(`--${option.flag} needs a value: ${wanted}`);
}
