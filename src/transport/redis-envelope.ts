import { Buffer } from 'node:buffer';
import { type Delivery, decodeEnvelope, rawMessage } from '../protocol/kombu-envelope.ts';
import type { Message } from '../protocol/message.ts';

/** Larger ones are not taken apart: text and object would cost several times their size. */
const maxEnvelopeBytes = 64 * 1024 * 1024;

/** Whatever a client published, as a message: opened if it is an envelope, else as it is. */
export function openBytes(bytes: Uint8Array, fallback: Delivery): Message {
  if (bytes.length > maxEnvelopeBytes) return rawMessage(bytes, fallback);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return decodeEnvelope(text, fallback) ?? rawMessage(bytes, fallback);
}
