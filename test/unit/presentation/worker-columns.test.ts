import { describe, expect, it } from 'vitest';
import { headerLine, layoutColumns, rowLine } from '../../../src/presentation/column.ts';
import { sortRows } from '../../../src/presentation/sort.ts';
import {
  compareWorkers,
  defaultWorkerSort,
  driftText,
  poolBar,
  workerColumns,
} from '../../../src/presentation/worker-columns.ts';
import { busy, contextWith, offline, online, text, unheard, workers } from './sample-cluster.ts';

function table(width: number): string[] {
  const context = contextWith();
  const layout = layoutColumns(workerColumns, width);
  const rows = workers.map((worker, index) =>
    rowLine(layout, worker, context, { selected: index === 0, marked: index === 1 }),
  );
  return [headerLine(layout, defaultWorkerSort, context), ...rows].map(text);
}

describe('the rows of workers', () => {
  it('fill a terminal of 60 columns', () => {
    expect(table(59)).toEqual([
      '   STATUS▲   NODE             ACTIVE POOL       LOAD       ',
      '>  ✗ OFFLINE celery@w5             – 2 lost        –       ',
      ' * ! BUSY    celery@w1           8/8 ████████   3.91       ',
      '   ✓ online  celery@w2           5/8 █████···   2.02       ',
      '   – no evts celery@w9             – –             –       ',
    ]);
  });

  it('fill a terminal of 80 columns', () => {
    expect(table(79)).toEqual([
      '   STATUS▲   NODE             ACTIVE POOL       LOAD  DONE/M FAIL% QUEUES  BEAT',
      '>  ✗ OFFLINE celery@w5             – 2 lost        –       0     –      1 3m12s',
      ' * ! BUSY    celery@w1           8/8 ████████   3.91     612   0.7      2    1s',
      '   ✓ online  celery@w2           5/8 █████···   2.02       –     –      –    0s',
      '   – no evts celery@w9             – –             –       –     –      –     –',
    ]);
  });

  it('fill a terminal of 140 columns', () => {
    expect(table(139)).toEqual([
      '   STATUS▲   NODE                 ACTIVE POOL               LOAD  DONE/M  FAIL% PROCESSED PREFETCH    RSS QUEUES               DRIFT   BEAT',
      '>  ✗ OFFLINE celery@w5                 – 2 were active         –       0      –     9,102        –      – celery                   –  3m12s',
      ' * ! BUSY    celery@w1               8/8 ████████████████   3.91     612    0.7   201,113       32   412M celery,video          0.1s     1s',
      '   ✓ online  celery@w2               5/8 ██████████······   2.02       –      –         –        –      – –                        –     0s',
      '   – no evts celery@w9                 – –                     –       –      –         –        –      – –                        –      –',
    ]);
  });

  it('fill a terminal of 200 columns', () => {
    expect(table(199)).toEqual([
      '   STATUS▲     NODE                             ACTIVE POOL                               LOAD  DONE/M FAIL/M  FAIL% PROCESSED PREFETCH    RSS QUEUES   DRIFT     PID     UP VERSION  RSVD SCHED   BEAT',
      '>  ✗ OFFLINE   celery@w5                             – 2 were active                         –       0      –      –     9,102        –      – celery       –       –      – –           –     –  3m12s',
      ' * ! BUSY      celery@w1                           8/8 ████████████████████████ 3.91 3.70 3.55     612      4    0.7   201,113       32   412M celery,…  0.1s    4100  3d04h 5.6.0      24     3     1s',
      '   ✓ online    celery@w2                           5/8 ███████████████········· 2.02 2.00 2.00       –      –      –         –        –      – –            –       –      – –           –     –     0s',
      '   – no events celery@w9                             – –                                     –       –      –      –         –        –      – –            –       –      – –           –     –      –',
    ]);
  });

  it('show everything there is on the widest terminal', () => {
    const shown = layoutColumns(workerColumns, 199).columns.map(({ column }) => column.id);

    expect(workerColumns.map((column) => column.id).filter((id) => !shown.includes(id))).toEqual([
      'queueCount',
    ]);
  });
});

describe('the order of workers', () => {
  it('puts problems first and does not move a worker that gets busy', () => {
    const late = { hostname: 'celery@w3', status: 'late' } as const;

    const sorted = sortRows(
      [busy, online, unheard, late, offline],
      workerColumns,
      defaultWorkerSort,
      compareWorkers,
      contextWith(),
    );

    expect(sorted).toEqual([offline, late, unheard, busy, online]);
  });
});

it('draws a bar of the slots in use, never longer than its place', () => {
  const context = contextWith();

  expect(poolBar(5, 8, 8, context)).toBe('█████···');
  expect(poolBar(12, 8, 8, context)).toBe('████████');
  expect(poolBar(0, 0, 4, context)).toBe('····');
  expect(poolBar(1, 2, 4, contextWith({ ascii: true }))).toBe('##..');
});

it('tells how far a clock is off, whichever way', () => {
  expect(driftText(-0.42, contextWith())).toBe('0.4s');
  expect(driftText(3600, contextWith())).toBe('1h00m');
  expect(driftText(undefined, contextWith())).toBe('–');
});
