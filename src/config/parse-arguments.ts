import { parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';
import type { Flags } from './load-config.ts';
import { nearest } from './nearest.ts';
import { type Option, options } from './options.ts';

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
 * Splits the command line by the table of options, before or after the command as Celery allows both. Values stay
 * text: `loadConfig` reads them, and the environment's, in one place. The parser is Node's own, because loading yargs
 * takes longer than a skeleton of the screen may.
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const flags: Record<string, string | boolean> = {};
  let problem: UsageError | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = (options as readonly Option[]).find(({ flag }) => flag === token.name);
    if (option === undefined) problem ??= unknownOption(token.rawName);
    else if (option.type === 'boolean') flags[option.flag] = token.value ?? true;
    else if (token.value === undefined) problem ??= missingValue(option);
    else flags[option.flag] = token.value;
  }
  const [command, ...rest] = words;
  return { command, words: rest, flags, problem };
}

function parserOptions(): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  return Object.fromEntries(
    (options as readonly Option[]).map(({ flag, alias, type }) => {
      const parsed = { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) };
      return [flag, alias === undefined ? parsed : { ...parsed, short: alias }];
    }),
  );
}

function unknownOption(rawName: string): UsageError {
  const flags = options.map(({ flag }) => `--${flag}`);
  const meant = rawName.startsWith('--') ? nearest(rawName, flags) : undefined;
  const advice = meant === undefined ? 'see stalk --help' : `did you mean ${meant}?`;
  return new UsageError(`there is no option ${JSON.stringify(rawName.slice(0, 60))}: ${advice}`);
}

function missingValue(option: Option): UsageError {
  const wanted = option.choices?.join(', ') ?? option.placeholder ?? 'a value';
  return new UsageError(`--${option.flag} needs a value: ${wanted}`);
}
