import { closeSync, fchmodSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from './load-config.ts';
import { createFolderOf, statePath } from './state-folder.ts';

const maxBytes = 1024 * 1024;
const maxFiles = 5;

/**
 * A file that lines are appended to, rotated at 1 MB: `audit.jsonl` is the newest, `audit.jsonl.4` the oldest. Only its
 * owner may read it.
 */
export class AuditFile {
  readonly #path: string | undefined;
  #hasFailed = false;

  /** @param path undefined where there is no place for it: each line then fails. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Returns what went wrong, in one sentence; the first time only, because the next line will fail as this one did. */
  append(line: string): string | undefined {
    try {
      if (this.#path === undefined) throw new Error('neither XDG_STATE_HOME nor HOME is set');
      createFolderOf(this.#path);
      rotate(this.#path, line.length);
      appendPrivately(this.#path, `${line}\n`);
      return undefined;
    } catch (error) {
      if (this.#hasFailed) return undefined;
      this.#hasFailed = true;
      return `commands are not written to the audit log: ${error instanceof Error ? error.message : error}`;
    }
  }
}

/**
 * The audit log that the settings name; undefined where it is off.
 * @param audit a path, `off`, or undefined for the usual place
 */
export function openAuditFile(audit: string | undefined, env: Environment): AuditFile | undefined {
  if (audit === 'off') return undefined;
  return new AuditFile(audit === undefined ? statePath('audit.jsonl', env) : resolve(audit));
}

function rotate(path: string, added: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || size + added < maxBytes) return;
  for (let number = maxFiles - 1; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${number - 1}`;
    if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${path}.${number}`);
  }
}

function appendPrivately(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    const stat = fstatSync(file);
    if (stat.isFile() && (stat.mode & 0o077) !== 0) fchmodSync(file, 0o600);
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
