import { UsageError } from '../errors.ts';
import type { Config, ConfigKey, LoadedConfig } from './config.ts';
import { envNames, type Option, options } from './options.ts';
import { readValue } from './read-value.ts';

/** What the command line said, by flag name: text, `true` for a bare boolean, absent when not given. */
export type Flags = Readonly<Record<string, unknown>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Flag, then environment, then default. Defaults come last, so that "the user said 1.0" and "nobody said" stay
 * distinct. An empty environment variable counts as not set.
 *
 * @throws UsageError naming the flag or variable, what it got and what is allowed.
 */
export function loadConfig(flags: Flags, env: Environment): LoadedConfig {
  const values: Partial<Record<ConfigKey, unknown>> = {};
  for (const option of options) values[option.key] = find(option, flags, env);
  if (values.json === true && values.once !== true) {
    throw new UsageError('--json goes with --once: stalk events --once --json');
  }
  if (values.once === true && values.dump === true) {
    throw new UsageError('--once and --dump exclude each other');
  }
  return { config: values as Config };
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
