import type { ConfigOf } from './config.ts';
import { envNames, type Option } from './option.ts';
import { readValue } from './read-value.ts';

/** What the command line said, by flag name: text, texts, `true` for a bare boolean, absent when not given. */
export type Flags = Readonly<Record<string, unknown>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Flag, then environment, then default. Defaults come last, so that "the user said 1.0" and "nobody said" stay
 * distinct. An empty environment variable counts as not set.
 *
 * @throws UsageError naming the flag or variable, what it got and what is allowed.
 */
export function loadConfig<const Table extends readonly Option[]>(
  options: Table,
  flags: Flags,
  env: Environment,
): ConfigOf<Table> {
  return Object.fromEntries(
    options.map((option) => [option.key, find(option, flags, env)]),
  ) as ConfigOf<Table>;
}

function find(option: Option, flags: Flags, env: Environment): unknown {
  const given = flags[option.flag];
  if (given !== undefined) return readValue(option, given, `--${option.flag}`);
  for (const name of envNames(option)) {
    const text = env[name];
    if (text !== undefined && text !== '') return readValue(option, text, name);
  }
  return option.default;
}
