import { hostname, userInfo } from 'node:os';
import type { Environment } from './load-config.ts';

export interface Identity {
  readonly user: string;
  /** Who became `user` with sudo. */
  readonly sudoUser: string | undefined;
  readonly host: string;
}

/** Who runs this, as far as the machine knows. */
export function identity(env: Environment): Identity {
  return { user: userName(env), sudoUser: env['SUDO_USER'] || undefined, host: hostname() };
}

/** In a container a user id may have no name. */
function userName(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] || 'unknown';
  }
}
