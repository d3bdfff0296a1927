import { type BlockHeader, decodeBlockHeader, headerLength } from './block-header.ts';
import type { FileWindow } from './file-window.ts';
import { counted, damagedBlock, grouped } from './problem-sentences.ts';

/** Where a block lies in its file, in bytes. */
export interface IndexedBlock extends BlockHeader {
  readonly offset: number;
}

export interface BlockIndex {
  readonly blocks: readonly IndexedBlock[];
  /** Sentences: what is missing, and where. */
  readonly problems: readonly string[];
}

/**
 * Finds the blocks of a recording from header to header; nothing is decompressed. Where a header is not where it should
 * be, the next one is looked for.
 *
 * @param onProgress gets the share of the file that is behind, 0 to 1
 */
export async function indexBlocks(
  file: FileWindow,
  onProgress?: (share: number) => void,
): Promise<BlockIndex> {
  const blocks: IndexedBlock[] = [];
  const problems: string[] = [];
  for (let at = 0; at < file.size; ) {
    onProgress?.(at / file.size);
    const header = decodeBlockHeader(await file.bytes(at, headerLength), 0);
    if (header === undefined) {
      const next = await file.findHeader(at, file.size);
      problems.push(skipped(blocks.length, (next ?? file.size) - at, next === undefined));
      at = next ?? file.size;
      continue;
    }
    const end = at + header.length;
    const inside = (await isBlockEnd(file, end)) ? undefined : await file.findHeader(at + headerLength, end);
    if (inside !== undefined) {
      problems.push(damagedBlock(blocks.length, header));
      at = inside;
    } else if (end > file.size) {
      problems.push(skipped(blocks.length, file.size - at, true));
      at = file.size;
    } else {
      blocks.push({ ...header, offset: at });
      at = end;
    }
  }
  return { blocks, problems };
}

/** Whether a block can end here: because the file does, or because the next one begins. */
async function isBlockEnd(file: FileWindow, end: number): Promise<boolean> {
  if (end >= file.size) return end === file.size;
  return decodeBlockHeader(await file.bytes(end, headerLength), 0) !== undefined;
}

function skipped(before: number, bytes: number, isLast: boolean): string {
  const count = counted(bytes, 'byte');
  if (isLast) return `the last block is cut off: ${count} ${bytes === 1 ? 'was' : 'were'} left out`;
  const where = before === 0 ? 'before the first block' : `after block ${grouped(before)}`;
  return `${count} ${where} ${bytes === 1 ? 'is' : 'are'} damaged: what they held is missing`;
}
