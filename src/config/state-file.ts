import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createFolderOf } from './state-folder.ts';

/** Nothing that is kept for later sessions comes near this: a larger file is none of ours. */
const largest = 1024 * 1024;
/** Another process that holds the lock for longer has died with it. */
const staleLockMs = 5_000;
const lockPollMs = 20;
const lockPatienceMs = 1_000;

/** What became of reading or writing, as a sentence for the operator. */
export type Say = (sentence: string) => void;

/**
 * A JSON file that several processes keep something in. Each change is made to what the file then holds and takes its
 * place at once, so that no process loses what another one wrote and nobody ever reads half of it. It is readable by
 * its owner only. A file that cannot be read is kept aside, never overwritten; what fails is said once.
 */
export class StateFile {
  readonly path: string;
  readonly #say: Say;
  readonly #said = new Set<string>();
  #queue: Promise<void> = Promise.resolve();

  constructor(path: string, say: Say) {
    this.path = path;
    this.#say = say;
  }

  /** What it holds; undefined when there is no such file, or none that can be read. */
  async read(): Promise<unknown> {
    try {
      return await this.#content();
    } catch (error) {
      this.#failed('cannot be read', error);
      return undefined;
    }
  }

  /** Changes what it holds, after all changes that were asked for before. */
  change(change: (content: unknown) => unknown): void {
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#change(change);
      } catch (error) {
        this.#failed('cannot be written, so nothing is kept for later sessions', error);
      }
    });
  }

  /** Resolves when all changes are written. */
  async close(): Promise<void> {
    await this.#queue;
  }

  async #change(change: (content: unknown) => unknown): Promise<void> {
    createFolderOf(this.path);
    const unlock = await this.#lock();
    try {
      const content = change(await this.#content());
      const fresh = `${this.path}.${process.pid}.new`;
      await writeFile(fresh, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, flush: true });
      await rename(fresh, this.path);
    } finally {
      await unlock();
    }
  }

  async #content(): Promise<unknown> {
    const size = await sizeOf(this.path);
    if (size === undefined) return undefined;
    if (size > largest) return this.#keepAside('is too large');
    const text = await readFile(this.path, 'utf8');
    try {
      const content: unknown = JSON.parse(text);
      if (typeof content === 'object' && content !== null) return content;
    } catch {
      // Said below, with what is done about it.
    }
    return this.#keepAside('is damaged');
  }

  /** @throws when it cannot be moved: then nothing may take its place */
  async #keepAside(why: string): Promise<undefined> {
    const aside = `${this.path}.${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}.broken`;
    await rename(this.path, aside);
    this.#sayOnce(`${this.path} ${why}: it is kept as ${aside}`);
    return undefined;
  }

  /** Whoever waits too long goes on without: a lost race costs one change, a lock for ever costs all of them. */
  async #lock(): Promise<() => Promise<void>> {
    const path = `${this.path}.lock`;
    const untilMs = Date.now() + lockPatienceMs;
    while (Date.now() < untilMs) {
      const lock = await open(path, 'wx', 0o600).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
        return undefined;
      });
      if (lock !== undefined) {
        await lock.close();
        return () => rm(path, { force: true });
      }
      const since = (await stat(path).catch(() => undefined))?.mtimeMs;
      if (since !== undefined && Date.now() - since > staleLockMs) await rm(path, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, lockPollMs));
    }
    return () => Promise.resolve();
  }

  #failed(what: string, error: unknown): void {
    this.#sayOnce(`${this.path} ${what} (${codeOf(error) ?? String(error)})`);
  }

  #sayOnce(sentence: string): void {
    if (this.#said.has(sentence)) return;
    this.#said.add(sentence);
    this.#say(sentence);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
