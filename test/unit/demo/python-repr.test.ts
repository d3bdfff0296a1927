import { describe, expect, it } from 'vitest';
import { reprString, saferepr, type Value } from '../../../src/demo/python-repr.ts';

describe('saferepr', () => {
  /** Expected texts are what celery.utils.saferepr of 5.6.3 gives. */
  const asCelery: readonly [Value, boolean, string][] = [
    [[1, "it's", null, { a: [1, [2, [3]]] }], true, "(1, 'it\\'s', None, {'a': [1, [...]]})"],
    [[], true, '()'],
    [['one'], true, "('one',)"],
    [{ a: true, b: 2.5 }, false, "{'a': True, 'b': 2.5}"],
    ['Grüße\n日本', false, "'Grüße\n日本'"],
    [['x'.repeat(1030)], true, `('${'x'.repeat(1023)}...', ...`],
  ];

  it.each(asCelery)('shows a value as Celery does (%#)', (value, tuple, text) => {
    expect(saferepr(value, { tuple })).toBe(text);
  });

  it('owes every bracket that is open where it cuts', () => {
    const rows = Array.from({ length: 100 }, () => ({ sku: 'SKU-12345', price: '19.90' }));
    const text = saferepr([rows], { tuple: true });
    expect(text.length).toBeLessThan(1060);
    expect(text.endsWith('...}],)') || text.endsWith('...],)')).toBe(true);
  });
});

describe('reprString', () => {
  it('takes the quote that the text does not use', () => {
    expect(reprString("can't")).toBe('"can\'t"');
    expect(reprString('say "can\'t"')).toBe("'say \"can\\'t\"'");
    expect(reprString('two\nlines')).toBe("'two\\nlines'");
  });
});
