import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from './load-config.ts';

/**
 * The path of a file that is kept from one run to the next: `$XDG_STATE_HOME/stalk/<name>`, else in
 * `~/.local/state/stalk`; undefined where neither is known. Nothing is created here.
 * https://specifications.freedesktop.org/basedir-spec
 */
export function statePath(name: string, env: Environment): string | undefined {
  const { XDG_STATE_HOME: given = '', HOME: home = '' } = env;
  // The specification: a relative path is to be ignored.
  if (isAbsolute(given)) return join(given, 'stalk', name);
  return isAbsolute(home) ? join(home, '.local', 'state', 'stalk', name) : undefined;
}

/** Creates the folder that a file is to be in, for its owner alone. @throws what the file system says */
export function createFolderOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

/** A path that others may write to, with all that it takes; undefined where there can be no such file. */
export function preparedStatePath(name: string, env: Environment): string | undefined {
  const path = statePath(name, env);
  if (path === undefined) return undefined;
  try {
    createFolderOf(path);
  } catch {
    return undefined;
  }
  closeToOthers(path);
  return path;
}

/** It may be an old one with other rights, or none yet. */
function closeToOthers(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Whoever creates it chooses the rights then.
  }
}
