import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../../src/events/decompress.ts';

const plain = Buffer.from('{"type": "task-sent"}');

describe('decompress', () => {
  it.each([
    ['application/x-gzip', deflateSync(plain)],
    ['application/x-gzip', gzipSync(plain)],
    ['application/x-brotli', brotliCompressSync(plain)],
  ])('undoes %s', (codec, body) => {
    expect(Buffer.from(decompress(body, codec))).toEqual(plain);
  });

  it.each(['application/x-bz2', 'application/x-lzma', ''])('does not know %s', (codec) => {
    expect(() => decompress(plain, codec)).toThrow(/is not read here/);
  });

  it('refuses bytes that swell beyond all measure', () => {
    const bomb = deflateSync(Buffer.alloc(65 * 1024 * 1024));

    expect(() => decompress(bomb, 'application/x-gzip')).toThrow(RangeError);
  });
});
