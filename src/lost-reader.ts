import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const everyMs = 1000;
const mayRead = 0o400;

interface Reader {
  readonly pid: string;
  /** In `/proc`. */
  readonly path: string;
}

/**
 * Tells when nobody reads a pipe any more, although nothing is written: writing is all that Node offers to find out, and
 * `| head -1` of a quiet cluster would wait for ever. Linux says in `/proc` who has the pipe; elsewhere, and where readers
 * belong to somebody else, nothing is told, and the next line finds out.
 *
 * @param descriptor of the end that is written to; what is no pipe is not watched
 * @returns what ends the watch
 */
export function onLostReader(descriptor: number, tell: () => void): () => void {
  const pipe = targetOf(`/proc/self/fd/${descriptor}`);
  if (pipe === undefined || !pipe.startsWith('pipe:')) return () => undefined;
  let known: readonly Reader[] = [];
  const look = (): void => {
    if (known.some(({ path }) => reads(path, pipe))) return;
    const found = readersOf(pipe);
    const wasLast = known.length > 0 && found.length === 0 && !known.some(({ pid }) => isHidden(pid));
    if (found.length > 0) known = found;
    if (!wasLast) return;
    clearInterval(timer);
    tell();
  };
  const timer = setInterval(look, everyMs);
  // Who only wants the first line is gone before the first second is over.
  look();
  return () => clearInterval(timer);
}

function readersOf(pipe: string): readonly Reader[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      namesIn(`/proc/${pid}/fd`)
        .map((name) => ({ pid, path: `/proc/${pid}/fd/${name}` }))
        .filter(({ path }) => reads(path, pipe)),
    );
}

function reads(path: string, pipe: string): boolean {
  if (targetOf(path) !== pipe) return false;
  try {
    return (lstatSync(path).mode & mayRead) !== 0;
  } catch {
    return false;
  }
}

/** It lives, and has become somebody else's, as by sudo: what it reads is not to be seen. */
function isHidden(pid: string): boolean {
  try {
    readdirSync(`/proc/${pid}/fd`);
    return false;
  } catch {
    return !isDead(pid);
  }
}

function isDead(pid: string): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return true;
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
