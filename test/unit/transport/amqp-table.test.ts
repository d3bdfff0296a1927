import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { amqpTable } from '../../../src/transport/amqp-table.ts';
import { toPublish } from '../../../src/transport/amqp-wire.ts';

/** amqplib's own encoder, which its `exports` keep to itself. */
const codec: {
  encodeTable(buffer: Buffer, table: object, offset: number): number;
  decodeFields(bytes: Buffer): Record<string, unknown>;
} = createRequire(import.meta.url)('../../../node_modules/amqplib/lib/codec.js');

function encoded(headers: Record<string, unknown>): Buffer {
  const buffer = Buffer.alloc(4096);
  return buffer.subarray(4, codec.encodeTable(buffer, amqpTable(headers), 0));
}

/** The letter after the name of the only key. */
function typeOf(value: unknown): string {
  return String.fromCharCode(encoded({ k: value })[2] ?? 0);
}

describe('the headers of a message on AMQP', () => {
  it.each([
    [0, 'I'],
    [5, 'I'],
    [200, 'I'],
    [-200, 'I'],
    [2_147_483_647, 'I'],
    [-2_147_483_647, 'I'],
    [2_147_483_648, 'l'],
    [-2_147_483_648, 'l'],
    [1_795_325_411_500, 'l'],
    [1.5, 'd'],
    [1e300, 'd'],
  ])('hold %d as the type that py-amqp itself would write', (value, letter) => {
    expect(typeOf(value)).toBe(letter);
    expect(codec.decodeFields(encoded({ k: value }))).toEqual({ k: value });
  });

  it('keep everything else, at any depth', () => {
    const headers = {
      lang: 'py',
      eta: null,
      ignore_result: false,
      timelimit: [300, null],
      stamps: { tier: ['gold', { since: 1_795_325_411_500 }] },
    };

    expect(codec.decodeFields(encoded(headers))).toEqual(headers);
  });

  it('may hold a key that amqplib would take for a mark of its own', () => {
    const headers = { '!': 'decimal', inner: { '!': 'int', value: 'x' } };

    expect(codec.decodeFields(encoded(headers))).toEqual(headers);
  });

  it('are made so for control requests', () => {
    const { options } = toPublish({ body: {}, headers: { clock: 341, expires: 1.5 }, deliveryMode: 2 });
    const buffer = Buffer.alloc(256);
    const bytes = buffer.subarray(4, codec.encodeTable(buffer, options.headers, 0));

    expect(bytes.toString('latin1')).toContain('\x05clockI\0\0\x01\x55');
  });
});
