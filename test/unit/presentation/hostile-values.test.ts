import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLine, layoutColumns, rowLine } from '../../../src/presentation/column.ts';
import type { Context } from '../../../src/presentation/context.ts';
import { emptinessLines } from '../../../src/presentation/emptiness.ts';
import type { Line } from '../../../src/presentation/line.ts';
import { lineWidth } from '../../../src/presentation/line-layout.ts';
import { defaultTaskSort, taskColumns } from '../../../src/presentation/task-columns.ts';
import { taskArgs, taskHeader, taskRaw, taskResult } from '../../../src/presentation/task-details.ts';
import { taskInfo } from '../../../src/presentation/task-info.ts';
import type { TaskView } from '../../../src/presentation/task-view.ts';
import { parseTraceback } from '../../../src/presentation/traceback.ts';
import { tracebackRows } from '../../../src/presentation/traceback-lines.ts';
import { valueText } from '../../../src/presentation/value-text.ts';
import { workerColumns } from '../../../src/presentation/worker-columns.ts';
import { workerFooter, workerSummary } from '../../../src/presentation/worker-details.ts';
import { busy, contextWith, now, text, traceback } from './sample-cluster.ts';

const hostileText = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      fc.constantFrom(
        '\x1b[31m',
        '\x1b]52;c;AA\x07',
        '\x9b2J',
        '\n',
        '\r',
        '\t',
        '\0',
        '\u202e',
        '\ud800',
        '\ue000',
      ),
      fc.constantFrom(
        '日本語',
        '👩‍👩‍👧',
        'e\u0301\u0301\u0301\u0301\u0301\u0301',
        '─'.repeat(30),
        'x'.repeat(300),
      ),
      fc.constantFrom(
        "('",
        "', ",
        "{'a': ",
        '}',
        ')',
        '...',
        '<',
        'Traceback (most recent call last):\n',
        '  File "',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const hostileTime = fc.oneof(
  fc.double({ min: now - 1e6, max: now + 1e6, noNaN: true }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300, 0, -5, 253_402_300_799),
);

const anything = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileTime },
  fc.constantFrom(null, undefined, true, [], {}),
  fc.jsonValue({ maxDepth: 3 }),
);

const states = [
  'PENDING',
  'RECEIVED',
  'STARTED',
  'SUCCESS',
  'FAILURE',
  'RETRY',
  'REVOKED',
  'REJECTED',
  'PROGRESS',
];
const fields = [
  'name worker queue exchange routingKey client args kwargs result exception traceback runtime retries timestamp',
  'sent received started succeeded failed retried revoked rejected eta expires parentId rootId pid signum terminated',
]
  .join(' ')
  .split(' ');

const hostileTask: fc.Arbitrary<TaskView> = fc
  .record({
    uuid: hostileText,
    state: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...states) }, hostileText),
    values: fc.record(Object.fromEntries(fields.map((field) => [field, anything]))),
  })
  .map(({ uuid, state, values }) => ({ ...values, uuid, state }));

const hostileContext: fc.Arbitrary<Context> = fc
  .record({
    ascii: fc.boolean(),
    timeMode: fc.constantFrom('utc' as const, 'local' as const, 'relative' as const),
    fullUuid: fc.boolean(),
    now: fc.constantFrom(now, 0),
  })
  .map(contextWith);

const width = fc.integer({ min: 1, max: 220 });

function faults(lines: readonly Line[], most: number, context: Context): string[] {
  return lines.flatMap((line) => {
    const drawn = text(line);
    if (lineWidth(line) > most) return [`${lineWidth(line)} > ${most}: ${drawn}`];
    if (/[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff\ue000]/u.test(drawn)) return [`unsafe: ${drawn}`];
    return context.ascii && /[^\x20-\x7e]/.test(drawn) ? [`not ASCII: ${drawn}`] : [];
  });
}

describe('whatever a broker sends', () => {
  it('a row fills its line exactly', () => {
    fc.assert(
      fc.property(hostileTask, width, hostileContext, fc.boolean(), (task, columns, context, all) => {
        const layout = layoutColumns(taskColumns, columns, { ...context, all });
        const lines = [
          headerLine(layout, defaultTaskSort, context),
          rowLine(layout, task, context),
          rowLine(layout, task, context, { selected: true, marked: true }),
        ];

        expect(lines.map(lineWidth)).toEqual([columns, columns, columns]);
        expect(faults(lines, columns, context)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('details stay within their width and are safe to draw', () => {
    fc.assert(
      fc.property(hostileTask, width, hostileContext, fc.boolean(), (task, columns, context, flag) => {
        const parsed = parseTraceback(valueText(task.traceback) ?? '');
        const lines = [
          taskHeader(task, columns, context),
          ...taskInfo(task, columns, context, () => task),
          ...taskArgs(task, columns, context, { folded: flag }),
          ...taskResult(task, columns, context),
          ...taskRaw(task, columns, context),
          ...tracebackRows(parsed, columns, context, { wrap: flag, folded: !flag, left: 3, find: 'x' }).lines,
        ];

        expect(faults(lines, columns, context)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('a worker stays within its width', () => {
    fc.assert(
      fc.property(hostileText, width, hostileContext, hostileTime, (hostname, columns, context, number) => {
        const worker = {
          ...busy,
          hostname,
          queues: [hostname, 'q'],
          queueDetails: [{ name: hostname, exchangeType: hostname, durable: false, routingKey: hostname }],
          active: number,
          beatAge: number,
          drift: number,
          rss: number,
          loadavg: [number, number, number],
          broker: hostname,
          activeTasks: [{ uuid: hostname, name: hostname, args: hostname, startedAt: number, pid: number }],
        };
        const layout = layoutColumns(workerColumns, columns);
        const lines = [
          rowLine(layout, worker, context),
          ...workerFooter(worker, columns, context),
          ...workerSummary(worker, columns, context),
          ...emptinessLines(
            {
              brokerLabel: hostname,
              connection: { kind: 'refused', error: hostname },
              workersAnswered: [hostname],
              workersSending: 0,
              sentSeen: false,
              filtered: false,
              total: 0,
            },
            columns,
            context,
          ),
        ];

        expect(faults(lines, columns, context)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('ten megabytes cost no more than what is shown of them', () => {
    const huge = 'x'.repeat(10_000_000);
    const task = {
      uuid: huge,
      state: 'FAILURE',
      name: huge,
      worker: huge,
      args: huge,
      exception: huge,
      traceback: `${traceback}${huge}`,
    };
    const context = contextWith();

    const lines = [
      rowLine(layoutColumns(taskColumns, 139), task, context),
      taskHeader(task, 139, context),
      ...taskInfo(task, 139, context),
      ...taskArgs(task, 139, context),
      ...taskRaw(task, 139, context),
    ];

    expect(faults(lines, 139, context)).toEqual([]);
    expect(lines.length).toBeLessThan(10_000);
  });
});
