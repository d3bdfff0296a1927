import { type FileHandle, open } from 'node:fs/promises';
import { gunzip } from 'node:zlib';
import { RecordingError } from '../errors.ts';
import { findBlockHeader, formatVersion, newerVersion } from './block-header.ts';
import { type IndexedBlock, indexBlocks } from './block-index.ts';
import { FileWindow } from './file-window.ts';
import type { HeldBlock } from './line-blocks.ts';
import { LineReader, type RecordedItem } from './line-reader.ts';
import { damagedBlock, droppedEvents, unreadableLines, wrongCount } from './problem-sentences.ts';
import { readLines } from './read-lines.ts';

export type { RecordedEvent, RecordedItem } from './line-reader.ts';

/** A piece of a recording that can be read by itself. Times are seconds since the epoch, when events were received. */
export interface RecordedBlock {
  /** Index of its first event in the whole recording. */
  readonly firstEvent: number;
  readonly events: number;
  /** How many of the events are task-failed. */
  readonly failures: number;
  readonly from: number;
  readonly to: number;
}

type StoredBlock = IndexedBlock | HeldBlock;

/** A block is 256 KiB and its last line; what swells to more than this is not one of ours. */
const maxBlockText = 64 * 1024 * 1024;
/** Damage at the beginning may hide that there are blocks: so far the first header is looked for. */
const searchedForHeader = 1024 * 1024;

/** A recording that is open for reading: its time axis is in memory, the rest is read when it is wanted. */
export class Recording {
  readonly blocks: readonly RecordedBlock[];
  readonly eventCount: number;
  /** Seconds since the epoch, of the first and the last thing in it. */
  readonly from: number;
  readonly to: number;
  readonly #stored: readonly StoredBlock[];
  readonly #file: FileHandle | undefined;
  readonly #problems: string[];
  /** Blocks of which is known already what is wrong with them. */
  readonly #told = new Set<number>();
  #isClosed = false;

  private constructor(
    stored: readonly StoredBlock[],
    problems: readonly string[],
    file: FileHandle | undefined,
  ) {
    let firstEvent = 0;
    this.blocks = stored.map(({ events, failures, from, to }) => {
      const block = { firstEvent, events, failures, from, to };
      firstEvent += events;
      return block;
    });
    this.eventCount = firstEvent;
    this.from = stored.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
    this.to = stored.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY);
    this.#stored = stored;
    this.#problems = [...problems];
    this.#file = file;
  }

  /**
   * Opens a recording of ours, or a file of JSON lines that are events, gzipped or not. Only ours is left on the disk;
   * the others are read whole, and kept compressed.
   *
   * @param onProgress gets the share of the file that is behind, 0 to 1
   * @throws RecordingError for what is missing, unreadable, empty, written by a newer version, or no recording
   */
  static async open(path: string, onProgress?: (share: number) => void): Promise<Recording> {
    const file = await opened(path);
    try {
      const { size, isFile } = await statOf(file, path);
      const window = new FileWindow(file, size);
      const beginning = isFile ? await window.copy(0, searchedForHeader) : Buffer.alloc(0);
      const newer = newerVersion(beginning);
      if (newer !== undefined) throw tooNew(path, newer);
      if (findBlockHeader(beginning, 0) >= 0) {
        const { blocks, problems } = await indexBlocks(window, onProgress);
        if (blocks.length === 0)
          throw new RecordingError(`${path} holds nothing that can be read: ${problems.join('; ')}`);
        return new Recording(blocks, problems, file);
      }
      const { lines, problems } = await readLines({ file, size, isGzip: isGzip(beginning), onProgress });
      if (lines.version > formatVersion) throw tooNew(path, lines.version);
      if (!lines.isRecording) throw new RecordingError(`${path} is no recording: no line of it is an event`);
      await file.close();
      return new Recording(lines.blocks, problems, undefined);
    } catch (error) {
      await file.close();
      throw error instanceof RecordingError ? error : unreadable(path, error);
    }
  }

  /** What is missing and why, in sentences. More may come when blocks are read. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /**
   * What a block holds, in the order in which it came. Of a damaged block that is nothing, and the problems tell.
   *
   * @param block its index
   */
  async read(block: number): Promise<readonly RecordedItem[]> {
    const stored = this.#stored[block];
    if (stored === undefined) return [];
    const text = await this.#text(stored);
    if (text === undefined) {
      // Whoever reads on behind the end finds no damage.
      if (!this.#isClosed) this.#tell(block, [damagedBlock(block, stored)]);
      return [];
    }
    const reader = new LineReader(stored.from);
    const items = text.split('\n').flatMap((line) => reader.read(line));
    const events = items.reduce((count, { kind }) => (kind === 'event' ? count + 1 : count), 0);
    const dropped = items.filter((item) => item.kind === 'dropped').map(droppedEvents);
    if (reader.unreadable > 0) this.#tell(block, [...dropped, unreadableLines(block, reader.unreadable)]);
    else if (events !== stored.events)
      this.#tell(block, [...dropped, wrongCount(block, events, stored.events)]);
    else this.#tell(block, dropped);
    return items;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#file?.close();
  }

  async #text(block: StoredBlock): Promise<string | undefined> {
    try {
      const bytes = 'member' in block ? block.member : await this.#bytes(block);
      return bytes === undefined ? undefined : await unpacked(bytes);
    } catch {
      return undefined;
    }
  }

  async #bytes({ offset, length }: IndexedBlock): Promise<Buffer | undefined> {
    if (this.#file === undefined) return undefined;
    const bytes = await new FileWindow(this.#file, offset + length).copy(offset, length);
    return bytes.length === length ? bytes : undefined;
  }

  /** Once for each block, however often it is read. */
  #tell(block: number, problems: readonly string[]): void {
    if (this.#told.has(block)) return;
    this.#told.add(block);
    this.#problems.push(...problems);
  }
}

function unpacked(member: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    gunzip(member, { maxOutputLength: maxBlockText }, (error, text) => {
      if (error) reject(error);
      else resolve(text.toString('utf8'));
    });
  });
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function statOf(file: FileHandle, path: string): Promise<{ size: number; isFile: boolean }> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new RecordingError(`${path} is a folder, not a recording`);
  if (stat.isFile() && stat.size === 0) throw new RecordingError(`${path} is empty: it holds no recording`);
  return { size: stat.size, isFile: stat.isFile() };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function tooNew(path: string, version: number): RecordingError {
  return new RecordingError(
    `${path} was written by a newer version of stalk: its format is ${version}, and this one reads up to ${formatVersion}`,
  );
}

function unreadable(path: string, error: unknown): RecordingError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new RecordingError(`there is no recording ${path}`, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new RecordingError(`the recording cannot be read: ${reason}`, { cause: error });
}
