import type { Config } from './config.ts';
import type { Environment } from './load-config.ts';

/**
 * Whether to use colour: `--no-color` and `--color`, then NO_COLOR (not empty), then FORCE_COLOR, then TERM=dumb.
 * Bold, underline and inverse stay without it. https://no-color.org, https://force-color.org
 */
export function wantsColour(
  { color, noColor }: Pick<Config, 'color' | 'noColor'>,
  env: Environment,
): boolean {
  if (noColor || color === 'never') return false;
  if (color === 'always') return true;
  if (isSet(env['NO_COLOR'])) return false;
  if (isSet(env['FORCE_COLOR'])) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return env['TERM'] !== 'dumb';
}

/** Whether to draw with ASCII only: asked for, or the locale is not UTF-8, or the Linux console is the terminal. */
export function wantsAscii({ ascii }: Pick<Config, 'ascii'>, env: Environment): boolean {
  if (ascii || env['TERM'] === 'linux') return true;
  // As setlocale(3) reads them: the first that is set decides, and none at all means the C locale.
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet) ?? 'C';
  return !/utf-?8/i.test(locale);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
