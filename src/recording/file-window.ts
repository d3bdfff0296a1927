import type { FileHandle } from 'node:fs/promises';
import { findBlockHeader, headerLength } from './block-header.ts';

/** Bytes that are read at once: many small blocks, and little of a large one that is hopped over. */
const windowLength = 64 * 1024;
const searchLength = 1024 * 1024;

/** Reads a file here and there, in pieces. Its size is that of the moment when it was opened. */
export class FileWindow {
  readonly size: number;
  readonly #file: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** A view of at most `length` bytes, fewer at the end of the file; good until the next call. */
  async bytes(offset: number, length: number): Promise<Buffer> {
    const isThere = offset >= this.#offset && offset + length <= this.#offset + this.#window.length;
    if (!isThere) {
      this.#window = await this.copy(offset, Math.max(length, windowLength));
      this.#offset = offset;
    }
    return this.#window.subarray(offset - this.#offset, offset - this.#offset + length);
  }

  /** Bytes of one's own, fewer at the end of the file. */
  async copy(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - offset)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break; // Somebody made it shorter meanwhile.
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  /** Where the first header of a block at or after `from` begins, if that is before `end`. */
  async findHeader(from: number, end: number): Promise<number | undefined> {
    const last = Math.min(end, this.size);
    // Pieces overlap, so that a header lies whole in one of them.
    for (let at = from; at < last; at += searchLength) {
      const piece = await this.copy(at, searchLength + headerLength - 1);
      const found = findBlockHeader(piece, 0);
      if (found >= 0) return at + found < last ? at + found : undefined;
    }
    return undefined;
  }
}
