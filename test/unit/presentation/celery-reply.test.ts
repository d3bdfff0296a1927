import { describe, expect, it } from 'vitest';
import { celeryFooter, celeryReply, celeryTitle } from '../../../src/presentation/celery-reply.ts';
import { type ExactObject, parseExactJson } from '../../../src/protocol/exact-json.ts';
import { pythonDumps } from '../../../src/protocol/python-dumps.ts';
import { type CliCall, cliTranscript } from '../../support/cli-transcript.ts';

const plain = { quiet: false, colour: false };

const calls = [...cliTranscript('amqp'), ...cliTranscript('redis')].filter(
  ({ argv, replies }) =>
    // Without -C and with pygments installed a dict gets one line more, which nobody can want.
    replies !== undefined && replies.length > 0 && argv.join(' ') !== 'inspect stats -d w3@example',
);

function repliesOf({ replies = [] }: CliCall): (readonly [string, unknown])[] {
  return replies.flatMap((body) => [...(parseExactJson(body) as ExactObject)]);
}

/** What we print for the replies of a call. */
function printed(call: CliCall): string {
  const replies = repliesOf(call);
  const [command] = call.argv.filter((word) => !word.startsWith('-'));
  const layout = { quiet: call.argv.includes('-q'), colour: false };
  if (call.argv.includes('-j')) {
    const value = command === 'control' ? replies.map((each) => new Map([each])) : new Map(replies);
    return `${pythonDumps(value)}\n${command === 'status' ? celeryFooter(replies.length) : ''}`;
  }
  const text = replies
    .map(([node, value]) => (command === 'status' ? celeryTitle : celeryReply)(node, value, layout))
    .join('');
  const hasFooter = command === 'status' || (command === 'inspect' && !layout.quiet);
  return text + (hasFooter ? celeryFooter(replies.length) : '');
}

describe("the layout of Celery's command line", () => {
  it('is printed byte for byte for every captured call', () => {
    expect(calls.length).toBeGreaterThan(160);
    for (const call of calls) expect(printed(call), call.argv.join(' ')).toBe(call.stdout);
  });

  it('indents every line of a text, also the empty ones', () => {
    expect(celeryReply('w1@x', new Map([['ok', 'a\n\nb']]), plain)).toBe(
      '->  w1@x: OK\n        a\n        \n        b\n',
    );
  });

  it('takes the first of ok and error that is there, among whatever else', () => {
    const value = new Map<string, unknown>([
      ['error', 'e'],
      ['ok', []],
    ]);

    expect(celeryReply('w1@x', value, plain)).toBe('->  w1@x: OK\n        - empty -\n');
  });

  it('has the colours of click where they are asked for', () => {
    const value = new Map([['error', 'no']]);

    expect(celeryTitle('w1@x', value, { quiet: false, colour: true })).toBe(
      '\x1b[37m\x1b[1m->\x1b[0m  \x1b[36m\x1b[1mw1@x: \x1b[0m\x1b[31m\x1b[1mERROR\x1b[0m\n',
    );
  });
});

describe('pythonDumps', () => {
  it.each([
    [
      '{"b": 1, "a": [1.0, 2e5, 12345678901234567890]}',
      '{"b": 1, "a": [1.0, 200000.0, 12345678901234567890]}',
    ],
    [
      '"\\u00fc \\ud83d\\ude42 \\u007f \\n \\u0001 \\" \\\\"',
      '"\\u00fc \\ud83d\\ude42 \\u007f \\n \\u0001 \\" \\\\"',
    ],
    ['[null, true, false, {}, []]', '[null, true, false, {}, []]'],
    ['{"2": 1, "1": 2}', '{"2": 1, "1": 2}'],
  ])('writes %s', (text, written) => {
    expect(pythonDumps(parseExactJson(text))).toBe(written);
  });

  it('sorts keys by code points and indents as Python does', () => {
    const value = parseExactJson('{"\\ud83d\\ude42": 1, "\\uff5e": 2, "a": {"c": [], "b": [1]}, "": 0}');

    expect(pythonDumps(value, { indent: 2, sortKeys: true }).split('\n')).toEqual([
      '{',
      '  "": 0,',
      '  "a": {',
      '    "b": [',
      '      1',
      '    ],',
      '    "c": []',
      '  },',
      '  "\\uff5e": 2,',
      '  "\\ud83d\\ude42": 1',
      '}',
    ]);
  });

  it('writes null for what is no JSON when it must be JSON', () => {
    const value = parseExactJson('[NaN, Infinity, -Infinity, 1]');

    expect(pythonDumps(value)).toBe('[NaN, Infinity, -Infinity, 1]');
    expect(pythonDumps(value, { strict: true })).toBe('[null, null, null, 1]');
    expect(pythonDumps([Number.NaN, -Infinity, 2], { strict: true })).toBe('[null, null, 2]');
  });

  it('takes plain values too', () => {
    expect(pythonDumps({ a: [1, 'x', null] })).toBe('{"a": [1, "x", null]}');
  });
});
