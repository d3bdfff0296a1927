import { constants, gzip, gzipSync, type ZlibOptions } from 'node:zlib';
import { type BlockSummary, encodeBlockHeader, headerLength } from './block-header.ts';
import { blockLine } from './recording-lines.ts';

/** A block is closed when it has so many events or so many characters: small enough to be read in a few milliseconds. */
const fullEvents = 2000;
const fullText = 256 * 1024;

/** Characters of a line; with three bytes each it still fits into what is read of a block. */
export const maxLine: number = 16 * 1024 * 1024;

/** Collects the lines of one block. Adding one costs little: they are joined when it is closed. */
export class BlockBuilder {
  /** Dropped events of which a line of this block tells: who loses the block has to tell of them again. */
  told = 0;
  readonly #lines: string[] = [];
  #length = 0;
  #events = 0;
  #failures = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  /**
   * @param clock the receiver's logical clock before the first event
   * @param utcoffset whether timestamps are shifted by it
   */
  constructor(clock: number, utcoffset: boolean) {
    this.#lines.push(blockLine({ clock, utcoffset }));
  }

  /** @param received seconds since the epoch */
  addEvent(line: string, received: number, isFailure: boolean): void {
    this.#events += 1;
    if (isFailure) this.#failures += 1;
    this.addLine(line, received);
  }

  /** @param at seconds since the epoch */
  addLine(line: string, at: number): void {
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (at < this.#from) this.#from = at;
    if (at > this.#to) this.#to = at;
  }

  /** The first line of a file is the one that says what it is. */
  beginSession(line: string, at: number): void {
    this.addLine(line, at);
    const last = this.#lines.pop();
    if (last !== undefined) this.#lines.unshift(last);
  }

  get isFull(): boolean {
    return this.#events >= fullEvents || this.#length >= fullText;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Characters that wait here. */
  get length(): number {
    return this.#length;
  }

  /** Of a block that is not empty. */
  get summary(): BlockSummary {
    return { events: this.#events, failures: this.#failures, from: this.#from, to: this.#to };
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** Fast rather than small: what is recorded repeats itself so much that a higher level gains little. */
const options: ZlibOptions = { level: constants.Z_BEST_SPEED };

/** Length of the header that zlib writes: no name, no time, no extra field. */
const plainHeader = 10;

/** The block as a gzip member, made in a thread of the pool. */
export function compressBlock({ text, summary }: BlockBuilder): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(text, options, (error, member) => {
      if (error) reject(error);
      else resolve(withHeader(member, summary));
    });
  });
}

/** The same at once, for those who could not wait anyway. */
export function compressBlockNow({ text, summary }: BlockBuilder): Buffer {
  return withHeader(gzipSync(text, options), summary);
}

function withHeader(member: Buffer, summary: BlockSummary): Buffer {
  const length = member.length - plainHeader + headerLength;
  return Buffer.concat([encodeBlockHeader({ ...summary, length }), member.subarray(plainHeader)], length);
}
