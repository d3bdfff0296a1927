import { describe, expect, it } from 'vitest';
import { isProblem } from '../../../src/presentation/problem.ts';
import { textFilter } from '../../../src/presentation/text-filter.ts';
import { failed, pending, running, succeeded, tasks } from './sample-cluster.ts';

describe('textFilter', () => {
  it.each([
    ['send_email', failed],
    ['3F2A91C4'.toLowerCase(), failed],
    ['reports-3', running],
    ['9120', pending],
    ['locale', failed],
    ['ch_19', succeeded],
    ['connection unexpectedly', failed],
  ])('finds %s in any of the searched fields', (filter, expected) => {
    expect(tasks.filter(textFilter(filter))).toEqual([expected]);
  });

  it('ignores case until there is a capital letter', () => {
    expect(tasks.filter(textFilter('smtpserver'))).toEqual([failed]);
    expect(tasks.filter(textFilter('SMTPServer'))).toEqual([failed]);
    expect(tasks.filter(textFilter('Smtpserver'))).toEqual([]);
  });

  it('wants every word, wherever it stands, and a quoted phrase as it is', () => {
    expect(tasks.filter(textFilter('w2 send_email'))).toEqual([failed]);
    expect(tasks.filter(textFilter('w1 send_email'))).toEqual([]);
    expect(tasks.filter(textFilter('"unexpectedly closed"'))).toEqual([failed]);
    expect(tasks.filter(textFilter('"closed unexpectedly"'))).toEqual([]);
    expect(tasks.filter(textFilter('"unexpectedly clo'))).toEqual([failed]);
  });

  it('keeps everything when it is empty', () => {
    expect(tasks.filter(textFilter('  '))).toHaveLength(tasks.length);
    expect(tasks.filter(textFilter('"'))).toHaveLength(tasks.length);
  });

  it('takes the signs of a pattern literally', () => {
    expect(tasks.filter(textFilter('(4411,)'))).toEqual([failed]);
    expect(tasks.filter(textFilter('.*'))).toEqual([]);
    expect(tasks.filter(textFilter('[('))).toEqual([]);
  });

  it('reads fields of any type', () => {
    const odd = { uuid: 'u', state: 'SENT', name: { deep: ['needle'] }, args: null, result: 42 };

    expect(textFilter('needle')(odd)).toBe(true);
    expect(textFilter('42')(odd)).toBe(true);
    expect(textFilter('null')(odd)).toBe(false);
  });
});

describe('isProblem', () => {
  it.each([
    ['FAILURE', true],
    ['RETRY', true],
    ['REVOKED', true],
    ['REJECTED', true],
    ['SUCCESS', false],
    ['STARTED', false],
    ['PROGRESS', false],
  ])('of %s is %s', (state, expected) => {
    expect(isProblem({ state })).toBe(expected);
  });
});
