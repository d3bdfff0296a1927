import { chmod, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './load-config.ts';

/**
 * The path of a file that outlives the program, `$XDG_STATE_HOME/stalk/<name>`, in a folder that exists; only its owner
 * may look into it. Undefined where there can be none: a home that is not there or may not be written to.
 */
export async function stateFile(name: string, env: Environment): Promise<string | undefined> {
  const home = env['XDG_STATE_HOME'];
  const folder = join(home?.startsWith('/') ? home : join(homedir(), '.local', 'state'), 'stalk');
  const path = join(folder, name);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch {
    return undefined;
  }
  // It may be an old one with other rights, or none yet.
  await chmod(path, 0o600).catch(() => undefined);
  return path;
}
