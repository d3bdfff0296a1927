import { expect, it, onTestFinished } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import type { FilterFields } from '../../../../src/presentation/filter/filter-fields.ts';
import { planFilter } from '../../../../src/presentation/filter/filter-plan.ts';
import { filterTraits } from '../../../../src/presentation/filter/filter-traits.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import { workerFilterFields } from '../../../../src/presentation/filter/worker-filter-fields.ts';
import { seeded } from '../../../support/seeded.ts';
import { context, sampleTasks, stateOf } from './sample-tasks.ts';

const inputs = 1_000_000;
/** Every so many of the filters that parse are also asked about tasks. */
const askedEach = 97;

const examples = [
  'state:failure name:*.email worker:w1 runtime:>2s text',
  'state:fail,retry -name:celery.*',
  '(state:FAILURE OR state:RETRY) kwargs:queue=priority',
  'time:14:00..14:05 exc:Timeout',
  'is:stuck',
  'retries:>=2',
  'args~"^\\(44"',
  'a | b AND NOT (c !d) "two words" http://x id=t3 eta:now..+2h wait:1m30s..',
];
const words = [
  ...[...taskFilterFields.fields, ...workerFilterFields.fields].flatMap(({ name, short }) => [
    name,
    short ?? name,
  ]),
  ...['is', 'has', 'AND', 'OR', 'NOT', 'fail', 'celery@w1', 'stuck', 'problem', 'marked', 'traceback'],
  ...[
    '14:03',
    '2026-08-22T14:03',
    '-15m',
    'now',
    '2s',
    '1.5k',
    '5%',
    '250ms',
    '1s..5s',
    '..',
    '*',
    '?',
    'a,b',
  ],
  ...[':', ':', ':', '=', '!=', '~', '>', '>=', '<', '(', ')', '|', '-', '!', '"', '\\', ',', ' ', ' ', ' '],
  ...['[a-z]', '(x+)+', '{2,3}', '^', '$', '\\d', '\\b', '日本', '\u0000', '\ud800', '🎉', '\n'],
];

/** Texts from nothing but noise to filters in which one character is wrong. */
function inventor(seed: number): () => string {
  const random = seeded(seed);
  const pick = (list: readonly string[] | string): string => list[Math.floor(random() * list.length)] ?? '';
  const joined = (): string => {
    let text = '';
    for (let count = random() * 10; count > 0; count -= 1) text += pick(words);
    return text;
  };
  const noise = (): string => {
    let text = '';
    for (let count = random() * 12; count > 0; count -= 1)
      text += String.fromCharCode(random() ** 6 * 0xffff);
    return text;
  };
  const mutated = (): string => {
    const text = pick(examples);
    const at = Math.floor(random() * (text.length + 1));
    const removed = Math.floor(random() * 4);
    return text.slice(0, at) + (random() < 0.5 ? pick(words) : pick(text)) + text.slice(at + removed);
  };
  const crossed = (): string => {
    const [one, other] = [pick(examples), pick(examples)];
    return one.slice(0, random() * one.length) + other.slice(random() * other.length);
  };
  const kinds = [joined, mutated, crossed, noise];
  return () => (kinds[Math.floor(random() * kinds.length)] ?? joined)();
}

it('a million inputs, from noise to slips of the finger, are read or refused with a place, and what is read answers', () => {
  const { stackTraceLimit } = Error;
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  // Half of the time would go into describing where the parser was when it refused.
  Error.stackTraceLimit = 0;
  const invent = inventor(20_260_822);
  const tasks = [...stateOf(sampleTasks(3)).tasks.values()];
  const workers = [{ hostname: 'celery@w1', status: 'online', active: 2, queues: ['mail'] }] as const;
  let read = 0;
  let refused = 0;
  const misplaced: string[] = [];
  function feed<Row>(
    text: string,
    fields: FilterFields<Row, ReturnType<typeof context>>,
    rows: readonly Row[],
  ): void {
    const parsed = parseFilter(text, fields);
    if (!parsed.ok) {
      refused += 1;
      const { start, end, message } = parsed.error;
      if (!(start >= 0 && start <= end && end <= text.length) || message === '') misplaced.push(text);
      return;
    }
    read += 1;
    const test = compileFilter(parsed.node, fields, context());
    if (read % askedEach !== 0) return;
    planFilter(parsed.node, fields);
    filterTraits(parsed.node, fields);
    for (const row of rows) test(row);
  }

  for (let count = 0; count < inputs; count += 1) {
    const text = invent();
    if (count % 5 === 0) feed(text, workerFilterFields, workers);
    else feed(text, taskFilterFields, tasks);
  }

  expect(misplaced.slice(0, 5)).toEqual([]);
  expect(read + refused).toBe(inputs);
  // The test would prove little if nearly all of it were noise, or none.
  expect(read).toBeGreaterThan(inputs / 5);
  expect(refused).toBeGreaterThan(inputs / 5);
}, 120_000);
