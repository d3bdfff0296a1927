import { userInfo } from 'node:os';
import { exitStatus, StalkError } from '../errors.ts';

/** Who a process shall be: names or numbers, undefined for who it is. */
export interface Privileges {
  readonly uid: string | undefined;
  readonly gid: string | undefined;
}

interface Posix {
  getuid(): number;
  geteuid(): number;
  seteuid(id: string | number): void;
  setuid(id: string | number): void;
  setgid(id: string | number): void;
  setgroups(groups: readonly (string | number)[]): void;
  initgroups(user: string, extraGroup: string | number): void;
}

/**
 * Makes this process that of another user, for good. Mirrors celery/platforms.py:maybe_drop_privileges: with a user alone
 * the group is the user's own, and so are the other groups; with a group alone only that changes. Where Celery says
 * nothing and goes on as who it is when it is not root, this throws.
 *
 * @throws StalkError when we are not root, and for a user or a group that is not known
 */
export function dropPrivileges({ uid, gid }: Privileges): void {
  if (uid === undefined && gid === undefined) return;
  if (process.getuid === undefined) throw failure('--uid and --gid are not for this platform');
  const posix = process as unknown as Posix;
  if (posix.geteuid() !== 0) {
    throw failure(`--uid and --gid need root, and this process is of user ${posix.geteuid()}`);
  }
  try {
    if (uid === undefined) posix.setgid(identifier(gid ?? ''));
    else becomeUser(posix, uid, gid);
  } catch (error) {
    if (error instanceof StalkError) throw error;
    throw failure(`${flagsOf(uid, gid)} cannot be taken on: ${reasonOf(error)}`, error);
  }
  if (uid !== undefined && posix.getuid() !== 0) checkForGood(posix);
}

function becomeUser(posix: Posix, uid: string, gid: string | undefined): void {
  // The one way that Node has to look a user up is to be that user for a moment.
  posix.seteuid(identifier(uid));
  const user = userEntry();
  posix.seteuid(0);
  if (user === undefined && gid === undefined) {
    throw failure(`user ${uid} has no entry among the users of this machine: name a group too, with --gid`);
  }
  const group = gid === undefined ? (user?.gid ?? 0) : identifier(gid);
  posix.setgid(group);
  if (user === undefined) posix.setgroups([group]);
  else posix.initgroups(user.username, group);
  posix.setuid(identifier(uid));
}

/** Of the effective user; undefined for a bare number without name, groups and home. */
function userEntry(): { username: string; gid: number } | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}

/** Mirrors celery/platforms.py:_setuid: whoever could become root again has not dropped anything. */
function checkForGood(posix: Posix): void {
  try {
    posix.setuid(0);
  } catch {
    return;
  }
  throw failure('the process could become root again after --uid, so it ends');
}

function identifier(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function flagsOf(uid: string | undefined, gid: string | undefined): string {
  const flags = [uid === undefined ? [] : [`--uid ${uid}`], gid === undefined ? [] : [`--gid ${gid}`]];
  return flags.flat().join(' with ');
}

function failure(sentence: string, cause?: unknown): StalkError {
  return new StalkError(sentence, exitStatus.failed, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
