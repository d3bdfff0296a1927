import { closeSync, openSync, writeSync } from 'node:fs';
import { exitStatus, StalkError } from '../errors.ts';

/** A file that text is appended to, and that another program may move away: `reopen` begins anew under the same name. */
export class AppendedFile {
  readonly #path: string;
  #descriptor: number;

  /** @throws StalkError when it cannot be opened */
  constructor(path: string, what: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StalkError(`the ${what} cannot be opened: ${reason}`, exitStatus.failed, { cause: error });
    }
  }

  /** @throws what writing throws, a full disk for example */
  write(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  /** @throws when it cannot be opened again: then the old one stays in use. */
  reopen(): void {
    const fresh = openSync(this.#path, 'a');
    closeSync(this.#descriptor);
    this.#descriptor = fresh;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
