import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlockHeader,
  decodeBlockHeader,
  encodeBlockHeader,
  findBlockHeader,
  headerLength,
  newerVersion,
} from '../../../src/recording/block-header.ts';

const header: BlockHeader = { length: 0x01020304, events: 2000, failures: 3, from: 1000.5, to: 1001.25 };

/** A whole header again after something in its subfield was changed, as another version would write it. */
function resealed(change: (bytes: Buffer) => void): Buffer {
  const bytes = encodeBlockHeader(header);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(16, headerLength - 4)), headerLength - 4);
  return bytes;
}

describe('the header of a block', () => {
  it('is a header of gzip with one subfield, byte for byte', () => {
    expect(
      encodeBlockHeader(header)
        .toString('hex')
        .match(/.{1,8}/g)
        ?.join(' '),
    ).toBe(
      '1f8b0804 00000000 00ff2600 53742200 01000403 0201d007 00000300 00000000 00000044 8f400000 0000004a 8f40098c 3fec',
    );
  });

  it('is read as it was written, wherever it lies', () => {
    const any = fc.record({
      length: fc.integer({ min: headerLength + 8, max: 64 * 1024 * 1024 }),
      events: fc.integer({ min: 10, max: 0xffffffff }),
      failures: fc.nat(10),
      from: fc.double({ min: 0, max: 1e9, noNaN: true }),
      to: fc.double({ min: 1e9, max: 1e10, noNaN: true }),
    });
    fc.assert(
      fc.property(any, fc.uint8Array({ maxLength: 20 }), (written, before) => {
        const bytes = Buffer.concat([before, encodeBlockHeader(written), before]);

        expect(findBlockHeader(bytes, 0)).toBe(before.length);
        expect(decodeBlockHeader(bytes, before.length)).toEqual(written);
      }),
    );
  });

  it('is none with any bit changed that means something, and none when a byte is missing', () => {
    const bytes = encodeBlockHeader(header);
    // Bytes 4 to 9 are time, level and operating system, which nobody reads.
    for (const at of bytes.keys()) {
      if (at >= 4 && at < 12) continue;
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect([at, bit, decodeBlockHeader(changed, 0)]).toEqual([at, bit, undefined]);
      }
    }
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeBlockHeader(bytes.subarray(0, length), 0)).toBeUndefined();
  });

  it.each([
    ['is longer than memory should hold', (bytes: Buffer) => bytes.writeUInt32LE(64 * 1024 * 1024 + 1, 18)],
    ['is shorter than its own header', (bytes: Buffer) => bytes.writeUInt32LE(20, 18)],
    ['has more failures than events', (bytes: Buffer) => bytes.writeUInt32LE(2001, 26)],
    ['ends before it begins', (bytes: Buffer) => bytes.writeDoubleLE(1, 38)],
    ['has no time', (bytes: Buffer) => bytes.writeDoubleLE(Number.NaN, 30)],
  ])('is none where the block %s', (_what, change) => {
    expect(decodeBlockHeader(resealed(change), 0)).toBeUndefined();
  });

  it('of a newer version is known as such, and not read', () => {
    const newer = resealed((bytes) => bytes.writeUInt16LE(7, 16));

    expect(newerVersion(newer)).toBe(7);
    expect(decodeBlockHeader(newer, 0)).toBeUndefined();
    expect(newerVersion(encodeBlockHeader(header))).toBeUndefined();
    expect(newerVersion(Buffer.from('{"type": "x"}'))).toBeUndefined();
  });
});
