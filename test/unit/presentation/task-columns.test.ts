import { describe, expect, it } from 'vitest';
import { headerLine, layoutColumns, rowLine } from '../../../src/presentation/column.ts';
import type { Context } from '../../../src/presentation/context.ts';
import {
  compareTasks,
  defaultTaskSort,
  stateCell,
  taskColumns,
} from '../../../src/presentation/task-columns.ts';
import type { TaskView } from '../../../src/presentation/task-view.ts';
import {
  contextWith,
  failed,
  now,
  pending,
  progressing,
  revoked,
  running,
  succeeded,
  tasks,
  text,
} from './sample-cluster.ts';

function table(width: number, parts: Partial<Context> = {}): string[] {
  const context = contextWith(parts);
  const layout = layoutColumns(taskColumns, width, context);
  const rows = tasks.map((task, index) =>
    rowLine(layout, task, context, { selected: index === 0, marked: index === 1 }),
  );
  return [headerLine(layout, defaultTaskSort, context), ...rows].map(text);
}

function ids(width: number): string[] {
  return layoutColumns(taskColumns, width).columns.map(({ column }) => column.id);
}

function cell(id: string, task: TaskView, parts: Partial<Context> = {}, width: number = 20): string {
  const column = taskColumns.find((candidate) => candidate.id === id)!;
  return column.cell(task, contextWith(parts), width).text;
}

describe('the rows of tasks', () => {
  it('fill a terminal of 40 columns', () => {
    expect(table(39)).toEqual([
      '   STATE  NAME                    TIME▼',
      '>  ✗ FAIL app.mail.send_email  14:03:25',
      ' * ✓ OK   app.billing.charge   14:03:25',
      '   ▸ RUN  a.r.build_…verything 14:03:24',
      '   ⊘ RVKD app.reports.build    14:03:23',
      '   · PEND app.billing.charge   14:03:23',
      '   ◆ PROG app.video.transcode  14:03:20',
    ]);
  });

  it('fill a terminal of 60 columns', () => {
    expect(table(59)).toEqual([
      '   STATE  NAME                             RUNTIME    TIME▼',
      '>  ✗ FAIL app.mail.send_email               1.204s 14:03:25',
      ' * ✓ OK   app.billing.charge                0.312s 14:03:25',
      '   ▸ RUN  a.r.build_quarte…w_of_everything   2.1s+ 14:03:24',
      '   ⊘ RVKD app.reports.build                        14:03:23',
      '   · PEND app.billing.charge                       14:03:23',
      '   ◆ PROG app.video.transcode               12.4s+ 14:03:20',
    ]);
  });

  it('fill a terminal of 80 columns', () => {
    expect(table(79)).toEqual([
      '   STATE  UUID     NAME                          WORKER     RUNTIME RT    TIME▼',
      '>  ✗ FAIL 3f2a91c4 app.mail.send_email           celery@w2   1.204s  3 14:03:25',
      ' * ✓ OK   b81e0d77 app.billing.charge            celery@w1   0.312s    14:03:25',
      '   ▸ RUN  ab12cd34 a.r.build_quar…_of_everything repor….com   2.1s+    14:03:24',
      '   ⊘ RVKD c0ffee12 app.reports.build             celery@w3             14:03:23',
      '   · PEND 4417ac9e app.billing.charge            –                     14:03:23',
      '   ◆ PROG deadbeef app.video.transcode           celery@w4   12.4s+    14:03:20',
    ]);
  });

  it('fill a terminal of 140 columns', () => {
    expect(table(139)).toEqual([
      '   STATE      UUID     NAME                           WORKER      QUEUE        WAIT  RUNTIME RT RESULT / EXCEPTION / ARGS             TIME▼',
      '>  ✗ FAILURE  3f2a91c4 app.mail.send_email            celery@w2   email      0.021s   1.204s  3 SMTPServerDisconnected: Connectio… 14:03:25',
      " * ✓ SUCCESS  b81e0d77 app.billing.charge             celery@w1   celery     0.004s   0.312s    {'id': 'ch_19', 'ok': True}        14:03:25",
      "   ▸ STARTED  ab12cd34 a.r.build_quart…_of_everything repor…e.com reports    2.300s    2.1s+    args=(2026, 'Q2')                  14:03:24",
      '   ⊘ REVOKED  c0ffee12 app.reports.build              celery@w3   reports                       terminated SIGTERM                 14:03:23',
      '   · PENDING  4417ac9e app.billing.charge             –           celery      4.0s+             args=(9120, 1999)                  14:03:23',
      '   ◆ PROGRESS deadbeef app.video.transcode            celery@w4   video      0.010s   12.4s+                                       14:03:20',
    ]);
  });

  it('fill a terminal of 200 columns', () => {
    expect(table(199)).toEqual([
      '   STATE      UUID                                 NAME              WORKER      QUEUE        WAIT  RUNTIME RT RESULT / EXCEP… ARGS      RECEIVED  STARTED      ETA PARENT   ROOT     CLIENT      TIME▼',
      '>  ✗ FAILURE  3f2a91c4-77be-4c1d-9a35-0c5b6f1e2d10 a.mail.send_email celery@w2   email      0.021s   1.204s  3 SMTPServerDisc… (4411,) … 14:03:24 14:03:24          b81e0d77 55f0c2aa gen3…b-3 14:03:25',
      " * ✓ SUCCESS  b81e0d77-0000-4000-8000-000000000001 a.billing.charge  celery@w1   celery     0.004s   0.312s    {'id': 'ch_19'… () {}     14:03:25 14:03:25                                     14:03:25",
      "   ▸ STARTED  ab12cd34-0000-4000-8000-000000000001 a.r.buil…erything repor…e.com reports    2.300s    2.1s+                    (2026, '… 14:03:22 14:03:24                                     14:03:24",
      '   ⊘ REVOKED  c0ffee12-0000-4000-8000-000000000001 app.reports.build celery@w3   reports                       terminated SIG…                                                                 14:03:23',
      '   · PENDING  4417ac9e-0000-4000-8000-000000000001 a.billing.charge  –           celery      4.0s+                             (9120, 1…                                                       14:03:23',
      '   ◆ PROGRESS deadbeef-0000-4000-8000-000000000001 a.video.transcode celery@w4   video      0.010s   12.4s+                    ()        14:03:14 14:03:14                                     14:03:20',
    ]);
  });

  it('are ASCII where the terminal is', () => {
    expect(table(79, { ascii: true })).toEqual([
      '   STATE  UUID     NAME                          WORKER     RUNTIME RT    TIMEv',
      '>  X FAIL 3f2a91c4 app.mail.send_email           celery@w2   1.204s  3 14:03:25',
      ' * + OK   b81e0d77 app.billing.charge            celery@w1   0.312s    14:03:25',
      '   = RUN  ab12cd34 a.r.build_quar~_of_everything repor~.com   2.1s+    14:03:24',
      '   / RVKD c0ffee12 app.reports.build             celery@w3             14:03:23',
      '   . PEND 4417ac9e app.billing.charge            -                     14:03:23',
      '   & PROG deadbeef app.video.transcode           celery@w4   12.4s+    14:03:20',
    ]);
  });
});

describe('the columns of tasks', () => {
  it.each([
    [39, 'state name time'],
    [58, 'state name time'],
    [59, 'state name runtime time'],
    [79, 'state uuid name worker runtime retries time'],
    [99, 'state uuid name worker queue runtime retries time'],
    [119, 'state uuid name worker queue runtime retries telling time'],
    [139, 'state uuid name worker queue wait runtime retries telling time'],
    [159, 'state uuid name worker queue wait runtime retries result args time'],
    [
      199,
      'state uuid name worker queue wait runtime retries result args received started eta parent root client time',
    ],
  ])('on a line of %d are %s', (width, expected) => {
    expect(ids(width).join(' ')).toBe(expected);
  });

  it('have different letters to sort by', () => {
    const letters = taskColumns.flatMap((column) => column.sortKey ?? []);

    expect(new Set(letters).size).toBe(letters.length);
  });

  it('make room for whole uuids', () => {
    expect(table(139, { fullUuid: true })[1]).toContain('3f2a91c4-77be-4c1d-9a35-0c5b6f1e2d10');
    expect(table(79, { uuidLength: 13 })[1]).toContain('3f2a91c4-77be app');
  });
});

describe('the state of a task', () => {
  it('keeps its word while a revoke is not confirmed', () => {
    const done: TaskView = { uuid: 'd0', state: 'SUCCESS' };
    const revoking = new Set([running.uuid, revoked.uuid, done.uuid]);

    expect(cell('state', running, { revoking }, 6)).toBe('⊘?RUN');
    expect(cell('state', running, { revoking, ascii: true }, 10)).toBe('/?STARTED');
    expect(cell('state', revoked, { revoking }, 6)).toBe('⊘ RVKD');
    expect(cell('state', done, { revoking }, 6)).toBe('✓ OK');
  });

  it('is in doubt after a gap, and then no run time is claimed', () => {
    const unknown = new Set([running.uuid]);

    expect(cell('state', running, { unknown }, 6)).toBe('▸?RUN');
    expect(cell('runtime', running, { unknown })).toBe('');
    expect(cell('runtime', running)).toBe('2.1s+');
  });

  it('is evicted once the task left the memory', () => {
    const evicted = new Set([failed.uuid]);

    expect(cell('state', failed, { evicted }, 10)).toBe('– evicted');
    expect(cell('state', failed, { evicted }, 6)).toBe('– EVCT');
  });

  it('loses its colour on the selected row, not its glyph and word', () => {
    const context = contextWith();
    const layout = layoutColumns(taskColumns, 79);

    const line = rowLine(layout, failed, context, { selected: true });

    expect(line).toEqual([{ text: expect.stringMatching(/^> {2}✗ FAIL /), tone: 'selected' }]);
    expect(stateCell(failed, context, 6).tone).toBe('fail');
  });
});

describe('the telling value', () => {
  it.each([
    [failed, 'SMTPServerDisconnected: Connection unexpectedly closed'],
    [succeeded, "{'id': 'ch_19', 'ok': True}"],
    [running, "args=(2026, 'Q2')"],
    [revoked, 'terminated SIGTERM'],
    [{ ...revoked, extra: new Map([['expired', true]]) }, 'expired'],
    [{ ...revoked, extra: new Map() }, 'revoked'],
    [
      {
        ...revoked,
        extra: new Map<string, unknown>([
          ['terminated', true],
          ['signum', 'SIGUSR2'],
        ]),
      },
      'terminated SIGUSR2',
    ],
    [{ uuid: 'u', state: 'REJECTED', requeue: true }, 'requeued'],
    [{ uuid: 'u', state: 'REJECTED', requeue: false }, 'dead-lettered'],
    [
      { uuid: 'u', state: 'RETRY', exception: "Retry(Retry(...), RuntimeError('x'), 0.5)" },
      "Retry(Retry(...), RuntimeError('x'), 0.5)",
    ],
    [
      {
        uuid: 'u',
        state: 'FAILURE',
        exception: 'ExceptionWithTraceback()',
        traceback:
          'Traceback (most recent call last):\nbilliard.exceptions.TimeLimitExceeded: TimeLimitExceeded(2,)\n',
      },
      'TimeLimitExceeded: TimeLimitExceeded(2,)',
    ],
  ])('of %j is %s', (task, expected) => {
    expect(cell('telling', task as TaskView)).toBe(expected);
  });
});

describe('times', () => {
  it('wait from receipt to start, and go on while nothing has started', () => {
    expect(cell('wait', failed)).toBe('0.021s');
    expect(cell('wait', pending)).toBe('4.0s+');
    expect(cell('wait', { uuid: 'u', state: 'RECEIVED', received: now - 3.1, started: now - 60 })).toBe(
      '3.1s+',
    );
    expect(cell('wait', { ...failed, started: (failed.received as number) - 2 })).toBe('~0');
  });

  it('are what the worker measured, else from start to end', () => {
    expect(cell('runtime', succeeded)).toBe('0.312s');
    expect(cell('runtime', failed)).toBe('1.204s');
    expect(cell('runtime', progressing)).toBe('12.4s+');
    expect(cell('runtime', pending)).toBe('');
  });
});

it('shows only the retries there were', () => {
  expect(cell('retries', failed)).toBe('3');
  expect(cell('retries', { ...failed, retries: 0 })).toBe('');
  expect(cell('retries', { ...failed, retries: 12345 })).toBe('99');
  expect(cell('retries', { ...failed, retries: { not: 'a number' } })).toBe('');
});

it('orders tasks newest first, equal times by uuid', () => {
  const older = { ...failed, timestamp: 1 };
  const twin = { ...failed, uuid: '0' };

  expect([older, failed, twin].sort(compareTasks)).toEqual([twin, failed, older]);
});
