import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { exitStatus, StalkError } from '../errors.ts';

/** Everybody may read it: what it is for is another program, which runs as another user. */
const mode = 0o644;

/** A file whose whole text is replaced again and again: whoever reads it finds an old text or a new one, never a part. */
export class ReplacedFile {
  readonly #path: string;
  readonly #draft: string;

  /** @throws StalkError when nothing can be written there */
  constructor(path: string, what: string) {
    this.#path = path;
    // A collector reads all `*.prom` of a folder, so the draft must not look like one.
    this.#draft = join(dirname(path), `.${basename(path)}.draft`);
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
        throw new Error(`${path} is a folder`);
      this.#writeDraft('');
      rmSync(this.#draft);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StalkError(`the ${what} cannot be written: ${reason}`, exitStatus.failed, { cause: error });
    }
  }

  /** @throws what writing throws, a full disk for example; the text before stays then */
  write(text: string): void {
    try {
      this.#writeDraft(text);
      renameSync(this.#draft, this.#path);
    } catch (error) {
      rmSync(this.#draft, { force: true });
      throw error;
    }
  }

  /** Never through a link that somebody else has put there; the umask does not count. */
  #writeDraft(text: string): void {
    rmSync(this.#draft, { force: true });
    writeFileSync(this.#draft, text, { flag: 'wx', mode });
    chmodSync(this.#draft, mode);
  }
}
