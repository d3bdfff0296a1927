import { type FileHandle, open, stat } from 'node:fs/promises';
import { RecordingError } from '../errors.ts';
import { decodeBlockHeader, findBlockHeader, formatVersion, newerVersion } from './block-header.ts';
import { type Rotation, rotateFile } from './rotation.ts';

export interface RecordingFileOptions {
  readonly path: string;
  /** The block that each file, and each run that goes on with one, begins with. */
  readonly session: () => Buffer;
  readonly rotation: Rotation;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Is told what went wrong where recording goes on all the same. */
  readonly onProblem: (sentence: string) => void;
}

/** So much of a file that is there already is looked at. */
const examinedBytes = 1024 * 1024;

/** A file that whole blocks are appended to, for its owner alone. */
export class RecordingFile {
  readonly #options: RecordingFileOptions;
  #file: FileHandle;
  /** When the file was begun, in seconds since the epoch. */
  #begun: number;
  #needsSession = true;
  #rotates = true;
  #bytes = 0;

  private constructor(options: RecordingFileOptions, { file, begun }: OpenFile) {
    this.#options = options;
    this.#file = file;
    this.#begun = begun;
  }

  /**
   * Opens it, or makes it. What is there already must be a recording, and stays.
   * @throws RecordingError for a file that is something else, or that cannot be opened for writing
   */
  static async open(options: RecordingFileOptions): Promise<RecordingFile> {
    return new RecordingFile(options, await openToAppend(options.path, options.now()));
  }

  /** Bytes that were written, to all files. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends a block, with the beginning of a session before it where that is due; an empty one is nothing but that. Only
   * called when the last one is done.
   * @throws what writing throws, a full disk for example; the file is then as it was before
   */
  async append(block: Buffer): Promise<void> {
    await this.#findPlace(block.length);
    const bytes = this.#needsSession ? Buffer.concat([this.#options.session(), block]) : block;
    if (bytes.length === 0) return;
    const { size, isFile } = await sizeOf(this.#file);
    let written = 0;
    try {
      while (written < bytes.length)
        written += (await this.#file.write(bytes, written, bytes.length - written)).bytesWritten;
    } catch (error) {
      if (isFile) await this.#cutBack(size, written);
      throw error;
    }
    this.#needsSession = false;
    this.#bytes += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Half a block would not spoil the next, but it would be bytes for nothing. */
  async #cutBack(size: number, written: number): Promise<void> {
    try {
      // Somebody else may have appended meanwhile: that is not ours to cut.
      if ((await sizeOf(this.#file)).size === size + written) await this.#file.truncate(size);
    } catch {
      // Whoever reads it finds the next block by its header.
    }
  }

  async #findPlace(more: number): Promise<void> {
    const { path, now, onProblem, rotation } = this.#options;
    const { size, inode, isFile } = await sizeOf(this.#file);
    if (!isFile) return;
    if ((await inodeOf(path)) !== inode) {
      await this.#begin();
      onProblem(`${path} was moved or deleted: the recording goes on in a new file of that name`);
      return;
    }
    const isFull = rotation.size !== undefined && size + more > rotation.size;
    const isOld = rotation.age !== undefined && now() - this.#begun >= rotation.age;
    if (!this.#rotates || size === 0 || !(isFull || isOld)) return;
    try {
      await rotateFile(path, this.#begun, rotation.keep);
      await this.#begin();
    } catch (error) {
      this.#rotates = false;
      onProblem(`the recording stays in one file, which could not be renamed: ${reasonOf(error)}`);
    }
  }

  async #begin(): Promise<void> {
    const { path, now } = this.#options;
    const { file, begun } = await openToAppend(path, now());
    const old = this.#file;
    this.#file = file;
    this.#begun = begun;
    this.#needsSession = true;
    await old.close();
  }
}

interface OpenFile {
  readonly file: FileHandle;
  readonly begun: number;
}

async function openToAppend(path: string, now: number): Promise<OpenFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a+', 0o600);
    const { size, isFile, mode } = await sizeOf(file);
    if (!isFile) return { file, begun: now };
    const begun = size === 0 ? now : await beginningOf(file, path, now);
    if ((mode & 0o077) !== 0) await file.chmod(0o600);
    return { file, begun };
  } catch (error) {
    await file?.close();
    if (error instanceof RecordingError) throw error;
    throw new RecordingError(`the recording cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

/** When a recording that is there was begun. @throws RecordingError when it is none that this version goes on with */
async function beginningOf(file: FileHandle, path: string, now: number): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(examinedBytes), 0, examinedBytes, 0);
  const bytes = buffer.subarray(0, bytesRead);
  const version = newerVersion(bytes);
  if (version !== undefined)
    throw new RecordingError(
      `${path} was begun by a newer version of stalk (format ${version}, this one writes ${formatVersion}): name another file`,
    );
  const first = findBlockHeader(bytes, 0);
  if (first < 0) throw new RecordingError(`${path} is there already and no recording: name another file`);
  return decodeBlockHeader(bytes, first)?.from ?? now;
}

async function sizeOf(
  file: FileHandle,
): Promise<{ size: number; inode: number; isFile: boolean; mode: number }> {
  const status = await file.stat();
  return { size: status.size, inode: status.ino, isFile: status.isFile(), mode: status.mode };
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
