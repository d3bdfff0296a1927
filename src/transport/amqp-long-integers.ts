import { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';

/** A frame of this type holds the properties of a message. */
const headerFrame = 2;
const frameHeaderBytes = 7;
/** A frame ends with one byte of its own. */
const frameEndBytes = 1;
/** No broker sends a longer one (frame_max). */
const longestHeader = 1024 * 1024;

const hasContentType = 0x8000;
const hasContentEncoding = 0x4000;
const hasHeaders = 0x2000;
const hasMoreFlags = 0x0001;
/** Class, weight and size of the body stand before the flags. */
const bytesBeforeFlags = 12;

const deepest = 100;

/** Bytes of a value by the letter of its type; what has a length of its own is not here. */
const valueBytes: ReadonlyMap<string, number> = new Map([
  ...[...'tbB'].map((letter) => [letter, 1] as const),
  ...[...'sUu'].map((letter) => [letter, 2] as const),
  ...[...'Iif'].map((letter) => [letter, 4] as const),
  ['D', 5],
  ...[...'lLdT'].map((letter) => [letter, 8] as const),
  ['V', 0],
]);

/**
 * Makes amqplib read whole numbers above 32 bits in headers. py-amqp writes them with the letter `L`, RabbitMQ hands them
 * on, and amqplib, which knows them by `l` only, ends the connection. So the letter is changed on the way from the socket
 * to amqplib, which reads from it and shows it to nobody.
 */
export function readLongIntegers({ connection }: ChannelModel): void {
  const stream: unknown = Reflect.get(connection, 'stream');
  const rest: unknown = Reflect.get(connection, 'rest');
  // Where amqplib is not as it was, or in the middle of a frame, the letter stays.
  if (!(stream instanceof Socket) || !Buffer.isBuffer(rest) || rest.length > 0) return;
  const rewriter = new LongIntegerRewriter();
  const read = stream.read.bind(stream);
  stream.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    return Buffer.isBuffer(chunk) ? rewriter.rewrite(chunk) : chunk;
  };
}

/** Changes the letters in a stream of frames. A header frame is held back until it is whole. */
export class LongIntegerRewriter {
  #held: Buffer = Buffer.alloc(0);
  /** Bytes to come of a frame that is not a header. */
  #passing = 0;

  /** The bytes that may be read now; they are changed in place. */
  rewrite(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (at < bytes.length) {
      if (this.#passing > 0) {
        const passed = Math.min(this.#passing, bytes.length - at);
        this.#passing -= passed;
        at += passed;
        continue;
      }
      if (bytes.length - at < frameHeaderBytes) break;
      const length = frameHeaderBytes + bytes.readUInt32BE(at + 3) + frameEndBytes;
      if (bytes[at] !== headerFrame || length > longestHeader) {
        this.#passing = length;
        continue;
      }
      if (bytes.length - at < length) break;
      rewriteProperties(bytes.subarray(at + frameHeaderBytes, at + length - frameEndBytes));
      at += length;
    }
    this.#held = bytes.subarray(at);
    return bytes.subarray(0, at);
  }
}

function rewriteProperties(payload: Buffer): void {
  try {
    const flags = payload.readUInt16BE(bytesBeforeFlags);
    if ((flags & hasHeaders) === 0 || (flags & hasMoreFlags) !== 0) return;
    let at = bytesBeforeFlags + 2;
    if ((flags & hasContentType) !== 0) at += 1 + payload.readUInt8(at);
    if ((flags & hasContentEncoding) !== 0) at += 1 + payload.readUInt8(at);
    const end = at + 4 + payload.readUInt32BE(at);
    rewriteFields(payload, at + 4, Math.min(end, payload.length), { areNamed: true, depth: 0 });
  } catch {
    // Shorter than it says: amqplib will say so.
  }
}

interface Fields {
  /** In a table each value has a name, in an array none. */
  readonly areNamed: boolean;
  readonly depth: number;
}

function rewriteFields(payload: Buffer, from: number, to: number, { areNamed, depth }: Fields): void {
  let at = from;
  while (at < to && depth < deepest) {
    if (areNamed) at += 1 + payload.readUInt8(at);
    const letter = String.fromCharCode(payload.readUInt8(at));
    if (letter === 'L') payload.write('l', at, 'latin1');
    at += 1;
    const bytes = valueBytes.get(letter);
    if (bytes !== undefined) {
      at += bytes;
      continue;
    }
    if (!'SxFA'.includes(letter)) return;
    const length = payload.readUInt32BE(at);
    at += 4;
    const nested = { areNamed: letter === 'F', depth: depth + 1 };
    if (letter === 'F' || letter === 'A') rewriteFields(payload, at, Math.min(at + length, to), nested);
    at += length;
  }
}
