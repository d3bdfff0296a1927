import { describe, expect, it } from 'vitest';
import { frame, frameType, method, shortText, table, u8 } from '../../bench/amqp-encoding.ts';

describe('the AMQP of the bench', () => {
  it('is framed as RabbitMQ reads it', () => {
    expect(frame(frameType.method, 1, method(20, 10, shortText(''))).toString('hex')).toBe(
      '01000100000005' + '0014000a' + '00' + 'ce',
    );
  });

  it('has tables of texts and numbers', () => {
    expect(table({ a: 'xy', n: 5_000 }).toString('latin1')).toBe(
      '\0\0\0\x10\x01aS\0\0\0\x02xy\x01nI\0\0\x13\x88',
    );
    expect(u8(255).toString('hex')).toBe('ff');
  });
});
