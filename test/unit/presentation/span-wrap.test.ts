import { describe, expect, it } from 'vitest';
import { dropColumns, wrapSpans } from '../../../src/presentation/span-wrap.ts';
import { textOf } from './sample-cluster.ts';

describe('wrapSpans', () => {
  it('breaks between words and moves the rest in', () => {
    const rows = wrapSpans(
      [{ text: 'return self.sendmail(from_addr, ' }, { text: 'to_addrs)', tone: 'fail' }],
      34,
      4,
    );

    expect(textOf(rows)).toEqual(['return self.sendmail(from_addr, ', '    to_addrs)']);
    expect(rows[1]?.at(-1)).toEqual({ text: 'to_addrs)', tone: 'fail' });
  });

  it('breaks anywhere when there is no better place', () => {
    expect(textOf(wrapSpans([{ text: 'a'.repeat(25) }], 12, 2))).toEqual([
      'aaaaaaaaaaaa',
      '  aaaaaaaaaa',
      '  aaa',
    ]);
  });

  it('counts wide characters as two columns', () => {
    expect(textOf(wrapSpans([{ text: '日本語日本語' }], 5, 0))).toEqual(['日本', '語日', '本語']);
  });

  it('goes on even where not a single character fits', () => {
    expect(textOf(wrapSpans([{ text: '日本' }], 1, 0))).toEqual(['日', '本']);
  });
});

it('moves columns out of view without changing tones', () => {
  expect(dropColumns([{ text: 'abc' }, { text: 'def', tone: 'fail' }], 4)).toEqual([
    { text: 'ef', tone: 'fail' },
  ]);
  expect(dropColumns([{ text: '日本' }], 1)).toEqual([{ text: '本' }]);
});
