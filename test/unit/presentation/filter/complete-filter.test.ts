import { describe, expect, it } from 'vitest';
import { completeFilter, quotedIfNeeded } from '../../../../src/presentation/filter/complete-filter.ts';
import type { FilterVocabulary } from '../../../../src/presentation/filter/filter-fields.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import { workerFilterFields } from '../../../../src/presentation/filter/worker-filter-fields.ts';

const seen: Readonly<Record<string, readonly string[]>> = {
  state: ['SUCCESS', 'PROGRESS'],
  name: ['app.mail.send', 'app.reports.build', 'celery.chord'],
  queue: ['celery', 'low prio'],
};

/** The texts as they are after each completion at the `|`. */
function completed(text: string, fields: FilterVocabulary = taskFilterFields): readonly string[] {
  const cursor = text.indexOf('|');
  const typed = text.replace('|', '');
  const { start, end, options } = completeFilter(typed, cursor, fields, (field) => seen[field] ?? []);
  return options.map((option) => typed.slice(0, start) + option.text + typed.slice(end));
}

describe('Tab in a filter', () => {
  it.each([
    ['sta|', ['state:']],
    ['re|', ['result:', 'retries:']],
    ['a (-na|', ['a (-name:']],
    ['!i|', ['!is:']],
    ['s|', ['state:']],
    ['rt|', ['runtime:']],
    ['state:fa|', ['state:FAILURE']],
    ['state:pro|', ['state:PROGRESS']],
    ['state:fail,su| x', ['state:fail,SUCCESS x']],
    ['n:app.|', ['n:app.mail.send', 'n:app.reports.build']],
    ['name=CH|', ['name=celery.chord']],
    ['q:low|', ['q:"low prio"']],
    ['q:"low p|', ['q:"low prio"']],
    ['is:r|', ['is:ready', 'is:root', 'is:retried', 'is:revoking']],
    ['has:slow,p|', ['has:slow,parent']],
    ['colour:r|', []],
    ['"sta|', []],
    ['"a b" sta|', ['"a b" state:']],
    ['14:0|', []],
  ])('completes %s', (text, expected) => {
    expect(completed(text)).toEqual(expected);
  });

  it('offers every field of the view where nothing is typed', () => {
    expect(completed('|', workerFilterFields)).toEqual(
      workerFilterFields.fields.map((field) => `${field.name}:`),
    );
    expect(completed('|')).toContain('has:');
  });

  it('offers the states that Celery knows before any was seen', () => {
    expect(completed('state:|')).toContain('state:REJECTED');
  });

  it('offers no more than fifty values', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `task${index}`);

    expect(completeFilter('name:t', 6, taskFilterFields, () => names).options).toHaveLength(50);
  });

  it('explains the fields', () => {
    const { options } = completeFilter('qw', 2, taskFilterFields, () => []);

    expect(options).toEqual([{ text: 'qwait:', help: 'wait in the queue, from sending to receipt' }]);
  });

  it.each(['low prio', 'a,b', 'a"b', 'a\\"b', '*', 'f(x)', 'a|b', '1..2', 'w1', ''])(
    'writes %j so that it is taken for itself',
    (value) => {
      const parsed = parseFilter(`name=${quotedIfNeeded(value)}`, taskFilterFields);

      expect(parsed).toMatchObject({ ok: true, node: { operands: [{ kind: 'text', text: value }] } });
    },
  );
});
