import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputEvent } from '../../../../src/ui/input/key.ts';
import { KeyDecoder } from '../../../../src/ui/input/key-decoder.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';

function decoder() {
  const timers = new ManualTimers();
  const events: InputEvent[] = [];
  const keys = new KeyDecoder((event) => events.push(event), timers);
  return { timers, events, push: (text: string) => keys.push(Buffer.from(text)), keys };
}

/** Events without chunk numbers, once everything that waits has been settled. */
function decode(...chunks: (string | Uint8Array)[]): string[] {
  const { timers, events, keys } = decoder();
  for (const chunk of chunks) keys.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  timers.advance(5_000);
  return events.map(nameOf);
}

function nameOf(event: InputEvent): string {
  if (event.type === 'key') return event.key;
  return event.type === 'paste' ? `paste ${JSON.stringify(event.text)}` : event.type;
}

describe('KeyDecoder', () => {
  it('makes one event of every key in a burst', () => {
    expect(decode('jjj')).toEqual(['j', 'j', 'j']);
    expect(decode('/a B\r')).toEqual(['/', 'a', 'space', 'B', 'enter']);
  });

  it.each([
    ['\r', 'enter'],
    ['\n', 'enter'],
    ['\t', 'tab'],
    ['\x7f', 'backspace'],
    ['\b', 'backspace'],
    ['\x03', 'ctrl-c'],
    ['\x1a', 'ctrl-z'],
    ['\x1f', 'ctrl-_'],
    ['\0', 'ctrl-space'],
    ['日', '日'],
    ['é', 'é'],
    ['😀', '😀'],
    ['\x1b', 'escape'],
    ['\x1b[A', 'up'],
    ['\x1bOB', 'down'],
    ['\x1b[1;5C', 'ctrl-right'],
    ['\x1b[1;2D', 'shift-left'],
    ['\x1b[1;6A', 'ctrl-shift-up'],
    ['\x1b[Z', 'shift-tab'],
    ['\x1b[H', 'home'],
    ['\x1b[1~', 'home'],
    ['\x1b[7~', 'home'],
    ['\x1bOF', 'end'],
    ['\x1b[4~', 'end'],
    ['\x1b[3~', 'delete'],
    ['\x1b[5~', 'pageup'],
    ['\x1b[6~', 'pagedown'],
    ['\x1b[6;5~', 'ctrl-pagedown'],
    ['\x1bOP', 'f1'],
    ['\x1b[15~', 'f5'],
    ['\x1b[0n', 'acknowledgement'],
  ])('decodes %j as %s', (bytes, name) => {
    expect(decode(bytes)).toEqual([name]);
  });

  it.each([
    ['F13', '\x1b[25~'],
    ['a mouse click', '\x1b[<0;10;20M\x1b[<0;10;20m'],
    ['an X10 mouse click', '\x1b[M !!'],
    ['focus reports', '\x1b[I\x1b[O'],
    ['a cursor report', '\x1b[24;80R'],
    ['a device report', '\x1b[?62;22c'],
    ['SGR', '\x1b[31m'],
    ['a keypad key', '\x1bOI'],
    ['Alt with an arrow', '\x1b[1;3A'],
    ['a Linux console function key', '\x1b[[A'],
    ['a colour reply', '\x1b]11;rgb:1e1e/1e1e/1e1e\x07'],
    ['a DCS reply', '\x1bP1$r0m\x1b\\'],
    ['an endless parameter', `\x1b[${'1;'.repeat(5_000)}A`],
    ['a stray end of a paste', '\x1b[201~'],
    ['bytes that are not UTF-8', new Uint8Array([0x80, 0xff, 0xc0, 0xe2, 0x82])],
    ['a bidi override', '\u202e'],
    ['a C1 control', '\x9b'],
    ['a private character', '\ue000'],
  ])('drops %s and goes on', (_what, bytes) => {
    expect(decode(Buffer.concat([Buffer.from(bytes), Buffer.from('j')]))).toEqual(['j']);
  });

  it('takes ESC and a key in one read as Escape and that key', () => {
    expect(decode('\x1bj')).toEqual(['escape', 'j']);
    expect(decode('\x1b\x1b')).toEqual(['escape', 'escape']);
    expect(decode('\x1b\r')).toEqual(['escape', 'enter']);
    expect(decode('\x1b/x')).toEqual(['escape', '/', 'x']);
    expect(decode('\x1bX')).toEqual(['escape', 'X']);
    expect(decode('\x1b[')).toEqual(['escape', '[']);
    expect(decode('\x1bO')).toEqual(['escape', 'O']);
    expect(decode('\x1b\x1b[A')).toEqual(['escape', 'up']);
  });

  it('waits 50 ms for what may follow ESC', () => {
    const { timers, events, push } = decoder();

    push('\x1b');
    timers.advance(49);
    expect(events).toEqual([]);
    timers.advance(1);
    expect(events.map(nameOf)).toEqual(['escape']);
    expect(timers.pendingCount).toBe(0);
  });

  it('puts an arrow together that a slow link took apart', () => {
    const { timers, events, push } = decoder();

    push('\x1b');
    timers.advance(40);
    push('[');
    timers.advance(300);
    push('A');

    expect(events.map(nameOf)).toEqual(['up']);
  });

  it('is not deafened by a sequence that never ends', () => {
    const { timers, events, push } = decoder();

    push('\x1b]11;');
    for (let count = 0; count < 20; count++) {
      timers.advance(100);
      push('j');
    }

    expect(events.length).toBeGreaterThan(10);
  });

  it('numbers the reads, so that keys of one burst can be told', () => {
    const { timers, events, push } = decoder();

    push('cy');
    push('y');
    push('\x1b');
    timers.advance(50);

    expect(events).toEqual([
      { type: 'key', key: 'c', chunk: 1 },
      { type: 'key', key: 'y', chunk: 1 },
      { type: 'key', key: 'y', chunk: 2 },
      { type: 'key', key: 'escape', chunk: 3 },
    ]);
  });

  it('makes one event of a paste and keys of none of it', () => {
    expect(decode('\x1b[200~cy\rq\x1b[31m\tü\x1b[201~j')).toEqual(['paste "cy\\nq[31m\\tü"', 'j']);
  });

  it('bounds a paste without cutting a character in two', () => {
    const { events, push } = decoder();

    push(`\x1b[200~${'日'.repeat(1_000_000)}\x1b[201~`);

    const [event] = events;
    expect(event?.type === 'paste' && event.text.length).toBe(Math.floor(65_536 / 3));
    expect(event?.type === 'paste' && event.text).toMatch(/^日+$/);
  });

  it('recovers from a paste whose end was lost', () => {
    const { timers, events, push } = decoder();

    push('\x1b[200~lost');
    timers.advance(1_000);
    push('j');
    push('\x1b[200~lost again');
    push('\x03');

    expect(events.map(nameOf)).toEqual(['paste "lost"', 'j', 'paste "lost again"', 'ctrl-c']);
  });

  it('forgets what is incomplete when reset', () => {
    const { timers, events, push, keys } = decoder();

    push('\x1b[200~half');
    keys.reset();
    push('j');
    timers.advance(2_000);

    expect(events.map(nameOf)).toEqual(['j']);
  });
});

const token = fc.constantFrom(
  ...[
    'j',
    ' ',
    '\r',
    '\x1b',
    '\x1b[A',
    '\x1b[1;5B',
    '\x1bOP',
    '\x1b[5~',
    '\x1b[0n',
    '\x1b[<0;1;2M',
    '\x1b[M !!',
  ],
  ...[
    '日',
    '😀',
    'é',
    '\x1b[200~two\rlines\x1b[201~',
    '\x1b[200~\x1b[31m 日\x1b[201~',
    '\x1b]0;x\x07',
    '\x1bP1\x1b\\',
  ],
);

describe('decoding', () => {
  it('does not depend on where the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const bytes = Buffer.from(tokens.join(''));
        const whole = decode(bytes);

        for (let cut = 0; cut <= bytes.length; cut++) {
          expect(decode(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(whole);
        }
        expect(decode(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
    );
  });

  it('never throws, never hands on a control character and always comes back, whatever arrives', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      token.map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 20 }), (chunks) => {
        const { timers, events, keys } = decoder();
        for (const chunk of chunks) keys.push(chunk);
        timers.advance(5_000);
        keys.push(Buffer.from('\x18\x18\x18'));
        timers.advance(5_000);
        keys.push(Buffer.from('j'));

        expect(nameOf(events.at(-1)!)).toBe('j');
        for (const event of events) if (event.type === 'key') expect(event.key).not.toMatch(/\p{C}/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
