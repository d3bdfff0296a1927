import { BlockBuilder, compressBlockNow, maxLine } from './block-builder.ts';
import type { BlockSummary } from './block-header.ts';
import { LineReader } from './line-reader.ts';
import { grouped } from './problem-sentences.ts';
import { ownLine, timeOfLine } from './recording-lines.ts';

/** A block that is held compressed, because its file has none. */
export interface HeldBlock extends BlockSummary {
  readonly member: Buffer;
}

const lineFeed = 0x0a;
const byteOrderMark = '\ufeff';
/** So many bytes without a single event, and it is a file of something else. */
const patience = 8 * 1024 * 1024;

/** Makes blocks of lines that come in pieces: of a file of another tool, or of ours after it was written anew. */
export class LineBlocks {
  readonly #reader = new LineReader();
  readonly #blocks: HeldBlock[] = [];
  #builder: BlockBuilder | undefined;
  /** Pieces of a line whose end has not come yet. */
  #open: Buffer[] = [];
  #openLength = 0;
  #bytes = 0;
  #lines = 0;
  #tooLong = 0;
  #firstUnreadable: number | undefined;
  #version = 1;

  get blocks(): readonly HeldBlock[] {
    return this.#blocks;
  }

  /** Whether anything of a recording was among the lines. */
  get isRecording(): boolean {
    return this.#blocks.length > 0 || this.#builder !== undefined;
  }

  /** Whether it is not worth reading on. */
  get isHopeless(): boolean {
    return !this.isRecording && this.#bytes > patience;
  }

  /** The newest version that a line tells. */
  get version(): number {
    return this.#version;
  }

  get problem(): string | undefined {
    const count = this.#reader.unreadable + this.#tooLong;
    if (count === 0) return undefined;
    const first = grouped(this.#firstUnreadable ?? 0);
    if (count === 1) return `line ${first} is no event and was left out`;
    return `${grouped(count)} lines are no events and were left out, the first is line ${first}`;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
      this.#openPiece(piece.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    // A copy: the buffer belongs to the stream.
    if (start < piece.length) this.#openPiece(Buffer.from(piece.subarray(start)));
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#openLength > 0) this.#endLine();
    this.#close();
  }

  #openPiece(piece: Buffer): void {
    this.#openLength += piece.length;
    // What is longer than any event is not collected, only skipped.
    if (this.#openLength <= maxLine) this.#open.push(piece);
    else this.#open = [];
  }

  #endLine(): void {
    this.#lines += 1;
    const before = this.#reader.unreadable + this.#tooLong;
    if (this.#openLength > maxLine) this.#tooLong += 1;
    else
      this.#line(
        (this.#open.length === 1 ? this.#open[0] : Buffer.concat(this.#open))?.toString('utf8') ?? '',
      );
    this.#open = [];
    this.#openLength = 0;
    if (this.#reader.unreadable + this.#tooLong > before) this.#firstUnreadable ??= this.#lines;
  }

  #line(line: string): void {
    const { clock, utcoffset } = this.#reader;
    const items = this.#reader.read(
      this.#lines === 1 && line.startsWith(byteOrderMark) ? line.slice(1) : line,
    );
    // It was a block's own beginning: those before it have another clock.
    if (items.length === 0 && (this.#reader.clock !== clock || this.#reader.utcoffset !== utcoffset))
      this.#close();
    for (const item of items) {
      this.#builder ??= new BlockBuilder(clock, utcoffset);
      if (item.kind === 'event') {
        const { event, text } = item;
        this.#builder.addEvent(text, event.local_received ?? 0, event.type === 'task-failed');
      } else {
        if (item.kind === 'recording') this.#version = Math.max(this.#version, item.version);
        this.#builder.addLine(ownLine(item), timeOfLine(item));
      }
    }
    if (this.#builder?.isFull) this.#close();
  }

  #close(): void {
    if (this.#builder === undefined) return;
    this.#blocks.push({ ...this.#builder.summary, member: compressBlockNow(this.#builder) });
    this.#builder = undefined;
  }
}
