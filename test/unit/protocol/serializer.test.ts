import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../../src/protocol/serializer.ts';
import { messageOf } from '../../support/messages.ts';

function lists(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('decodeBody', () => {
  it('reads 200 levels', () => {
    expect(decodeBody(messageOf(lists(200)), 'event_serializer')).toHaveProperty('value');
  });

  it.each([
    ['lists', lists(201)],
    ['twenty thousand lists', lists(20_000)],
    ['objects', `${'{"a":'.repeat(201)}1${'}'.repeat(201)}`],
    ['lists and objects by turns', `${'[{"a":'.repeat(101)}1${'}]'.repeat(101)}`],
    ['lists in one field of many', `{"type": "task-failed", "a": [], "b": ${lists(20_000)}, "c": 1}`],
    ['lists with a number of Python beside them', `[NaN, ${lists(300)}]`],
  ])('refuses deeper %s with a reason', (_what, body) => {
    expect(decodeBody(messageOf(body), 'event_serializer')).toEqual({
      reason: 'The body is nested too deeply to be read here.',
    });
  });

  it('takes brackets side by side, and those in text, for no levels', () => {
    const value = [...Array.from({ length: 500 }, () => [{}]), '[{'.repeat(500)];

    expect(decodeBody(messageOf(JSON.stringify(value)), 'event_serializer')).toEqual({ value });
  });
});
