import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { exitStatus, StalkError } from '../errors.ts';

/** A process that ends between our look and our take leaves a file that is gone then: nobody is unlucky that often. */
const mostAttempts = 3;

/**
 * Writes the number of this process into a file that one living process has at a time. Mirrors celery/platforms.py:Pidfile:
 * a file without the number of a living process is taken over, and so is one with our own, which another container's
 * process 1 left.
 *
 * @returns takes the file away, unless it is another's by now
 * @throws StalkError with Celery's status 73 when another process has it, 1 when it cannot be written
 */
export function takePidFile(path: string): () => void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o644 });
      return () => {
        if (ownerOf(path) === process.pid) remove(path);
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt === mostAttempts) throw unwritable(error);
    }
    const owner = ownerOf(path);
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      throw new StalkError(
        `the pid file ${path} belongs to process ${owner}, which is running: end that one first, or name another file`,
        exitStatus.taken,
      );
    }
    remove(path);
  }
}

function ownerOf(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A process of somebody else's is alive, though we may not signal it. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(error);
  }
}

function unwritable(error: unknown): StalkError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StalkError(`the pid file cannot be written: ${reason}`, exitStatus.failed, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
