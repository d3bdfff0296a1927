import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LongIntegerRewriter } from '../../../src/transport/amqp-long-integers.ts';

function frame(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}

function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

function field(name: string, letter: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name + letter), value]);
}

/** A header frame as py-amqp writes one, with content type and encoding before the table. */
function header(letter: string): Buffer {
  const long = Buffer.alloc(8, 7);
  const list = Buffer.concat([Buffer.from(`t\x01I\0\0\0\x05${letter}`, 'latin1'), long]);
  const table = Buffer.concat([
    field('text', 'S', sized(Buffer.from('Long L text'))),
    field('at', letter, long),
    field('none', 'V', Buffer.alloc(0)),
    field('deep', 'F', sized(field('list', 'A', sized(list)))),
    field('float', 'd', Buffer.alloc(8, 'L')),
  ]);
  const before = Buffer.alloc(12);
  const properties = Buffer.concat([
    Buffer.from([0xe0, 0x00]),
    Buffer.from('\x10application/json\x05utf-8', 'latin1'),
    sized(table),
  ]);
  return frame(2, Buffer.concat([before, properties]));
}

const body = frame(3, Buffer.from('\x02LLLL the body L'.repeat(9)));
const method = frame(1, Buffer.from('LLLLLLLLLLLLLL'));
const written = Buffer.concat([method, header('L'), body, frame(8, Buffer.alloc(0)), header('L'), body]);
const readable = Buffer.concat([method, header('l'), body, frame(8, Buffer.alloc(0)), header('l'), body]);

describe('the bytes from RabbitMQ', () => {
  it('have the letter that amqplib knows, in headers and nowhere else, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(written.length)), (cuts) => {
        const rewriter = new LongIntegerRewriter();
        const places = [0, ...cuts.sort((a, b) => a - b), written.length];
        const parts = places.slice(1).map((to, index) => Buffer.from(written.subarray(places[index], to)));

        expect(Buffer.concat(parts.map((part) => rewriter.rewrite(part)))).toEqual(readable);
      }),
    );
  });

  it('pass whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const payload = Buffer.from(bytes);

        expect(new LongIntegerRewriter().rewrite(frame(2, payload))).toHaveLength(payload.length + 8);
      }),
    );
  });

  it('are not held for a header that would be longer than any', () => {
    const head = Buffer.from([2, 0, 1, 0x7f, 0xff, 0xff, 0xff]);

    expect(new LongIntegerRewriter().rewrite(Buffer.concat([head, Buffer.from('L')]))).toHaveLength(8);
  });
});
