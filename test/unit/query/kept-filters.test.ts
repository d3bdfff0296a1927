import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FilterChange,
  isFilterName,
  type KeptFilters,
  noFilters,
  readKept,
  withChange,
} from '../../../src/query/kept-filters.ts';

function keptAfter(...changes: readonly FilterChange[]): KeptFilters {
  return changes.reduce(withChange, noFilters);
}

function used(text: string, view = 'tasks'): FilterChange {
  return { kind: 'used', view, text };
}

describe('what is kept of filters', () => {
  it('has those that were used of each view, the newest last and each once', () => {
    const kept = keptAfter(used('a'), used('b'), used('name:w1', 'workers'), used('a'));

    expect(kept.history).toEqual({ tasks: ['b', 'a'], workers: ['name:w1'] });
  });

  it('forgets the oldest of them', () => {
    const kept = keptAfter(...Array.from({ length: 80 }, (_, index) => used(`f${index}`)));

    expect(kept.history['tasks']).toHaveLength(50);
    expect(kept.history['tasks']?.[0]).toBe('f30');
  });

  it('has those that were saved by name, until they are dropped', () => {
    const saved = keptAfter(
      { kind: 'saved', view: 'tasks', name: 'failing', text: 'state:fail' },
      { kind: 'saved', view: 'tasks', name: 'slow', text: 'is:slow' },
      { kind: 'saved', view: 'tasks', name: 'failing', text: 'state:fail,retry' },
    );
    expect(saved.saved).toEqual({ tasks: { failing: 'state:fail,retry', slow: 'is:slow' } });

    expect(withChange(saved, { kind: 'dropped', view: 'tasks', name: 'failing' }).saved).toEqual({
      tasks: { slow: 'is:slow' },
    });
  });

  it.each([
    ['failing', true],
    ['a.b-c_1', true],
    ['', false],
    ['two words', false],
    ['save', false],
    ['drop', false],
    ['__proto__', false],
    ['x'.repeat(41), false],
  ])('takes %j for a name: %j', (name, expected) => {
    expect(isFilterName(name)).toBe(expected);
  });
});

describe('reading what is kept', () => {
  it('gives back what was written', () => {
    const kept = keptAfter(used('a'), { kind: 'saved', view: 'tasks', name: 'failing', text: 'state:fail' });

    expect(readKept(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  it('takes of anything else only what is right, and no more than there may be', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`n${index}`, 'x']));
    const kept = readKept({
      saved: { tasks: { ...many, 'two words': 'x' }, workers: [1], other: { ok: 7, fine: 'y', empty: ' ' } },
      history: { tasks: ['a', 5, null, 'x'.repeat(5_000), 'b'], workers: 'abc' },
      more: true,
    });

    expect(Object.keys(kept.saved['tasks'] ?? {})).toHaveLength(200);
    expect(kept.saved['other']).toEqual({ fine: 'y' });
    expect(kept.history).toEqual({ tasks: ['a', 'b'], workers: [] });
    expect(Object.keys(kept)).toEqual(['saved', 'history']);
  });

  it('never fails, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const kept = readKept(value);
        expect(readKept(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
      }),
    );
    expect(readKept(JSON.parse('{"saved":{"__proto__":{"x":"y"},"tasks":{"__proto__":"z"}}}'))).toEqual({
      saved: { tasks: {} },
      history: {},
    });
  });
});
