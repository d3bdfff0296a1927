import { crc32 } from 'node:zlib';
import { isTime } from './possible-time.ts';

/** What the header of a block says of it. Times are seconds since the epoch, of the first and the last thing in it. */
export interface BlockSummary {
  readonly events: number;
  /** How many of the events are task-failed. */
  readonly failures: number;
  readonly from: number;
  readonly to: number;
}

export interface BlockHeader extends BlockSummary {
  /** Bytes of the whole member of the gzip file, this header and the checksum at its end included. */
  readonly length: number;
}

/** The version that is written, and the newest that is read. */
export const formatVersion = 1;

/** First and second byte of a gzip member, deflate, and the flag of a header with an extra field. */
const start: Buffer = Buffer.from([0x1f, 0x8b, 0x08, 0x04]);
const fixedLength = 10;
const subfieldId = 'St';
/** Version, length, events, failures, from, to; and over all of them a CRC-32, which ends this field in every version. */
const fieldLength = 2 + 4 + 4 + 4 + 8 + 8 + 4;
const extraLength = 4 + fieldLength;

/** Bytes before the compressed data. */
export const headerLength: number = fixedLength + 2 + extraLength;

/** After the data: its CRC-32 and how long it is uncompressed. */
const trailerLength = 8;

/** The header of a gzip member (RFC 1952) with a subfield of ours. `length` must be below 2^32. */
export function encodeBlockHeader({ length, events, failures, from, to }: BlockHeader): Buffer {
  const bytes = Buffer.alloc(headerLength);
  start.copy(bytes);
  bytes.writeUInt8(255, 9); // Operating system: unknown. The time of the file stays 0, so that equal blocks are equal.
  bytes.writeUInt16LE(extraLength, fixedLength);
  let at = fixedLength + 2;
  at += bytes.write(subfieldId, at, 'latin1');
  at = bytes.writeUInt16LE(fieldLength, at);
  const field = at;
  at = bytes.writeUInt16LE(formatVersion, at);
  at = bytes.writeUInt32LE(length, at);
  at = bytes.writeUInt32LE(events, at);
  at = bytes.writeUInt32LE(failures, at);
  at = bytes.writeDoubleLE(from, at);
  at = bytes.writeDoubleLE(to, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(field, at)), at);
  return bytes;
}

/** Undefined where no whole header of this version begins; its checksum makes a mistake as good as impossible. */
export function decodeBlockHeader(bytes: Uint8Array, offset: number): BlockHeader | undefined {
  const field = checkedField(bytes, offset);
  if (field === undefined || field.length !== fieldLength || field.readUInt16LE(0) !== formatVersion)
    return undefined;
  const header = {
    length: field.readUInt32LE(2),
    events: field.readUInt32LE(6),
    failures: field.readUInt32LE(10),
    from: field.readDoubleLE(14),
    to: field.readDoubleLE(22),
  };
  return isPossible(header) ? header : undefined;
}

/** The version of a block that a newer program wrote. */
export function newerVersion(bytes: Uint8Array): number | undefined {
  const version = checkedField(bytes, 0)?.readUInt16LE(0);
  return version !== undefined && version > formatVersion ? version : undefined;
}

/** Where the next header of a block begins; -1 when there is none. */
export function findBlockHeader(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(start, from); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (decodeBlockHeader(bytes, at) !== undefined) return at;
  }
  return -1;
}

/** Our subfield, if it is the first one and its checksum holds. */
function checkedField(bytes: Uint8Array, offset: number): Buffer | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset + offset, Math.max(0, bytes.byteLength - offset));
  const fieldStart = fixedLength + 6;
  if (header.length < fieldStart || !header.subarray(0, start.length).equals(start)) return undefined;
  if (header.toString('latin1', fixedLength + 2, fixedLength + 4) !== subfieldId) return undefined;
  const length = header.readUInt16LE(fixedLength + 4);
  const field = header.subarray(fieldStart, fieldStart + length);
  if (length < 6 || field.length < length) return undefined;
  return field.readUInt32LE(length - 4) === crc32(field.subarray(0, length - 4)) ? field : undefined;
}

/** The longest line, if nothing of it can be compressed, is shorter; a longer block is never taken into memory. */
const longestBlock = 64 * 1024 * 1024;

function isPossible({ length, events, failures, from, to }: BlockHeader): boolean {
  if (length < headerLength + trailerLength || length > longestBlock || failures > events) return false;
  return isTime(from) && isTime(to) && from <= to;
}
