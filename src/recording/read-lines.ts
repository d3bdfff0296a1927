import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { LineBlocks } from './line-blocks.ts';

export interface ReadLines {
  readonly lines: LineBlocks;
  readonly problems: readonly string[];
}

export interface LineSource {
  /** Read from where it stands. It stays open. */
  readonly file: FileHandle;
  /** Bytes of the file; 0 for a pipe, which does not tell. */
  readonly size: number;
  readonly isGzip: boolean;
  /** Gets the share of the file that is behind, 0 to 1. */
  readonly onProgress: ((share: number) => void) | undefined;
}

/** Reads a file that is not in blocks from its beginning to its end, or to where it cannot be read further. */
export async function readLines({ file, size, isGzip, onProgress }: LineSource): Promise<ReadLines> {
  const lines = new LineBlocks();
  const problems: string[] = [];
  const bytes = file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false });
  const text = isGzip ? bytes.pipe(createGunzip()) : bytes;
  await new Promise<void>((resolve) => {
    const fail = (error: Error & { code?: string }): void => {
      problems.push(failure(error));
      resolve();
    };
    bytes.on('error', fail);
    text.on('error', fail);
    text.on('end', resolve);
    // What was unpacked before the damage comes at once; to wait for room would lose it with the stream.
    text.on('data', (piece: Buffer) => {
      lines.add(piece);
      if (size > 0) onProgress?.(Math.min(1, bytes.bytesRead / size));
      if (lines.isHopeless) resolve();
    });
  });
  bytes.destroy();
  text.destroy();
  lines.end();
  const { problem } = lines;
  return { lines, problems: problem === undefined ? problems : [...problems, problem] };
}

function failure({ code, message }: Error & { code?: string }): string {
  if (code === 'Z_BUF_ERROR') return 'the file is cut off: what comes after its last whole line is missing';
  if (code?.startsWith('Z_'))
    return `the file is damaged: what comes after the damage is missing (${message})`;
  return `the file could not be read to its end: ${message}`;
}
