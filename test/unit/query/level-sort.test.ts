import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByLevels } from '../../../src/query/level-sort.ts';
import { comparing, firstByLevels, type SortLevel } from '../../../src/query/sort-level.ts';

type Value = string | number | undefined;

interface Row {
  readonly first: Value;
  readonly second: Value;
  readonly id: number;
}

function levels(descending: boolean): readonly SortLevel<Row>[] {
  return [
    { value: (row) => row.first, descending },
    { value: (row) => row.second, descending: true },
    { value: (row) => row.id, descending: false },
  ];
}

function run<Result>(work: Generator<void, Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1e300, -1e-300, 1_700_000_000.123),
);
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 30 }),
  fc.string({ unit: fc.constantFrom('a', 'é', 'ÿ', 'Ā', '日', '\u0000', '\ud800', '\ufffe'), maxLength: 12 }),
  fc.constantFrom('', 'app.mail.send', 'app.mail.send_email', `${'x'.repeat(40)}1`, `${'x'.repeat(40)}2`),
);
const column = fc.oneof(
  fc.array(fc.option(number, { nil: undefined })),
  fc.array(fc.option(text, { nil: undefined })),
  fc.array(fc.oneof(number, text, fc.constant(undefined))),
);
/** More rows than are sorted one by one. */
const rows = fc.tuple(column, column, fc.integer({ min: 1, max: 90 })).map(([one, other, count]) =>
  Array.from(
    { length: count },
    (_, id): Row => ({
      first: one[id % Math.max(1, one.length)],
      second: other[(id * 7) % Math.max(1, other.length)],
      id: (id * 37) % count,
    }),
  ),
);

describe('sorting by levels', () => {
  it('puts rows in the order that comparing them gives, whatever their values are', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (given, descending) => {
        const by = levels(descending);

        expect(run(sortByLevels(given, by))).toEqual([...given].sort(comparing(by)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('puts many rows in order whose texts agree far, little or not at all, are wide, or end early', () => {
    const endings = ['', 'x', 'é', '日本', "', 'stored': ", '0'.repeat(12)];
    const beginnings = ['', '(', "{'ok': True, 'stored': ", 'TimeoutError: gateway ', '日'];
    const part = fc.constantFrom(...beginnings);
    const several = fc.array(part, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(several, fc.nat(), fc.boolean(), fc.boolean(), (common, seed, descending, isMixed) => {
        const given = Array.from({ length: 1_500 }, (_, id): Row => {
          const number = Math.imul(id + seed, 0x9e3779b1) >>> 12;
          const start = common[number % common.length] ?? '';
          const end = endings[(number >>> 3) % endings.length] ?? '';
          const text = `${start}${number % 3 === 0 ? '' : number}${isMixed || id > 1_480 ? end : ''}`;
          return { first: number % 97 === 0 ? number : text, second: number % 5, id };
        });
        const by = levels(descending);

        expect(run(sortByLevels(given, by))).toEqual([...given].sort(comparing(by)));
      }),
      { numRuns: 60 },
    );
  });

  it('puts so many rows in order that two bytes are taken at once', () => {
    const given = Array.from({ length: 33_000 }, (_, id): Row => {
      const number = Math.imul(id, 0x9e3779b1) >>> 8;
      return { first: (number % 20_011) * (number % 2 === 0 ? 1.5 : -1), second: `${number % 3}`, id };
    });
    for (const descending of [false, true]) {
      const by = levels(descending);

      expect(run(sortByLevels(given, by)).map((row) => row.id)).toEqual(
        [...given].sort(comparing(by)).map((row) => row.id),
      );
    }
  });

  it('finds the first rows without sorting the others', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), fc.integer({ min: 1, max: 40 }), (given, descending, limit) => {
        const by = levels(descending);

        expect(run(firstByLevels(given, by, limit))).toEqual([...given].sort(comparing(by)).slice(0, limit));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps rows without a value last in both directions', () => {
    const given = [undefined, 2, undefined, 1].map((first, id) => ({ first, second: undefined, id }));

    expect(run(sortByLevels(given, levels(false))).map((row) => row.id)).toEqual([3, 1, 0, 2]);
    expect(run(sortByLevels(given, levels(true))).map((row) => row.id)).toEqual([1, 3, 0, 2]);
  });

  it('leaves texts that are equal for longer than a screen is wide to the next level', () => {
    const same = 'x'.repeat(70_000);
    const given = Array.from({ length: 40 }, (_, id) => ({ first: `${same}${id}`, second: id, id }));

    expect(run(sortByLevels(given, levels(false))).map((row) => row.id)).toEqual(
      Array.from({ length: 40 }, (_, id) => 39 - id),
    );
  });

  it('can be interrupted often', () => {
    const given = Array.from({ length: 50_000 }, (_, id) => ({ first: (id * 7919) % 50_000, second: 0, id }));
    let steps = 0;
    const work = sortByLevels(given, levels(false));
    let step = work.next();
    for (; step.done !== true; step = work.next()) {
      steps += 1;
    }

    expect(steps).toBeGreaterThan(50);
    expect(step.value.map((row) => row.first).slice(0, 3)).toEqual([0, 1, 2]);
  });
});
