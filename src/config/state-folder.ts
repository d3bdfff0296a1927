import { mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './load-config.ts';

/**
 * The folder of what is kept from one run to the next; undefined where there is no home to keep it in. It is not created
 * here. https://specifications.freedesktop.org/basedir-spec
 */
export function stateFolder(env: Environment): string | undefined {
  const { XDG_STATE_HOME: given = '', HOME: home = '' } = env;
  // The specification: a relative path is to be ignored.
  if (isAbsolute(given)) return join(given, 'stalk');
  return isAbsolute(home) ? join(home, '.local', 'state', 'stalk') : undefined;
}

/** Creates a folder that only its owner may look into. @throws what the file system says */
export function createPrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
