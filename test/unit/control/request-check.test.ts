import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Addressing, checkedRequest } from '../../../src/control/request-check.ts';
import { UsageError } from '../../../src/errors.ts';

function sent(args: unknown, addressing: Addressing = {}): ReturnType<typeof checkedRequest> {
  return checkedRequest('custom', args as Record<string, unknown>, addressing);
}

function nested(levels: number): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
}

describe('the envelope of a request', () => {
  it('is for every worker when nobody is named', () => {
    expect(sent({ x: 1 })).toEqual({
      method: 'custom',
      arguments: { x: 1 },
      destination: null,
      pattern: null,
      matcher: null,
    });
  });

  it('names each worker once', () => {
    expect(sent({}, { destination: ['w1@x', 'w2@x', 'w1@x'] }).destination).toEqual(['w1@x', 'w2@x']);
  });

  it('gives a pattern a matcher, because workers ignore one without the other', () => {
    expect(sent({}, { pattern: 'w*@x' })).toMatchObject({ pattern: 'w*@x', matcher: 'glob' });
    expect(sent({}, { pattern: 'w**@x' })).toMatchObject({ pattern: 'w*@x' });
    expect(sent({}, { pattern: 'w.@x', matcher: 'pcre' })).toMatchObject({ matcher: 'pcre' });
  });

  it.each([
    [{ destination: [] }, /its destination is empty, which Celery takes for every worker/],
    [{ destination: 'w1@x' }, /its destination/],
    [{ destination: [''] }, /must be a list of node names/],
    [{ destination: [5] }, /must be a list of node names/],
    [{ destination: ['w\ud800'] }, /must be a list of node names/],
    [{ matcher: 'glob' }, /a matcher but no pattern/],
    [{ pattern: '' }, /every worker/],
    [{ pattern: 5 }, /its pattern must be text/],
    [{ pattern: 'w*', matcher: 'regex' }, /its matcher must be glob or pcre/],
    [{ pattern: '(', matcher: 'pcre' }, /its pattern cannot be used/],
  ])('refuses %j', (addressing, reason) => {
    expect(() => sent({}, addressing as Addressing)).toThrow(UsageError);
    expect(() => sent({}, addressing as Addressing)).toThrow(reason);
  });

  it.each([null, undefined, [], 'x', 5, new Map(), new Date()])('refuses %j for arguments', (args) => {
    expect(() => sent(args)).toThrow('The request was not sent: its arguments must be an object.');
  });

  it.each([
    [{ x: Number.NaN }, /not finite/],
    [{ x: [Number.POSITIVE_INFINITY] }, /not finite/],
    [{ x: undefined }, /plain JSON/],
    [{ x: 5n }, /plain JSON/],
    [{ x: new Date() }, /plain JSON/],
    [{ x: () => 1 }, /plain JSON/],
    [{ x: 'a\udfff' }, /half a character/],
    [{ 'k\ud800': 1 }, /half a character/],
    [{ x: { __type__: 'bytes', __value__: 'x' } }, /means something else to Celery/],
    [{ __type__: 'uuid', __value__: 'zz' }, /means something else to Celery/],
    [nested(40), /nested deeper than 32 levels/],
    [{ x: 'x'.repeat(5_000_000) }, /too large/],
    [{ x: Array.from({ length: 500_000 }, () => 'ten chars.') }, /too large/],
  ])('refuses arguments that are no plain JSON or too much of it (%#)', (args, reason) => {
    expect(() => sent(args)).toThrow(reason);
  });

  it('refuses arguments that contain themselves', () => {
    const args: Record<string, unknown> = {};
    args['self'] = args;

    expect(() => sent(args)).toThrow(/nested deeper/);
  });

  it.each(['', 5, null, 'p\ud800', 'x'.repeat(300)])('refuses the method %j', (method) => {
    expect(() => checkedRequest(method as string, {}, {})).toThrow('needs the name of a remote command');
  });

  it('takes any plain JSON for a custom command', () => {
    const json = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }),
    );
    fc.assert(
      fc.property(json, (args) => {
        expect(sent(args).arguments).toBe(args);
      }),
    );
  });

  it('either refuses or sends what a worker can take apart', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.anything(),
        fc.anything(),
        fc.anything(),
        (method, args, destination, pattern) => {
          const addressing = {
            ...(destination === undefined ? {} : { destination }),
            ...(pattern === undefined ? {} : { pattern }),
          };
          try {
            const request = checkedRequest(
              method as string,
              args as Record<string, unknown>,
              addressing as Addressing,
            );
            expect(request.method).toBeTypeOf('string');
            expect(request.destination?.length).not.toBe(0);
            expect((request.pattern === null) === (request.matcher === null)).toBe(true);
            expect(JSON.parse(JSON.stringify(request.arguments))).toEqual(request.arguments);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });
});
