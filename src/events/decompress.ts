import { brotliDecompressSync, unzipSync } from 'node:zlib';

/** More than any event needs, and far less than a few bytes can be made to swell to. */
const maxOutputLength = 64 * 1024 * 1024;

/**
 * Undoes kombu's `compression` header, which only custom producers set on events. Mirrors kombu/compression.py, where
 * `application/x-gzip` is a zlib stream; real gzip is read too.
 * @throws Error when the codec is not known here or the bytes are not what it says.
 */
export function decompress(body: Uint8Array, codec: string): Uint8Array {
  switch (codec) {
    case 'application/x-gzip':
    case 'gzip':
    case 'zlib':
      return unzipSync(body, { maxOutputLength });
    case 'application/x-brotli':
    case 'brotli':
      return brotliDecompressSync(body, { maxOutputLength });
    default:
      throw new Error(`compression ${codec} is not read here`);
  }
}
