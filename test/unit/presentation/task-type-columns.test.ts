import { describe, expect, it } from 'vitest';
import { headerLine, layoutColumns, rowLine } from '../../../src/presentation/column.ts';
import { sortRows } from '../../../src/presentation/sort.ts';
import { compareTypes, defaultTypeSort, typeColumns } from '../../../src/presentation/task-type-columns.ts';
import { contextWith, text } from './sample-cluster.ts';
import { charge, cleanup, email, others, taskTypes, thumbnail, waiting } from './sample-task-types.ts';

function table(width: number, context = contextWith()): string[] {
  const layout = layoutColumns(typeColumns, width);
  const rows = taskTypes.map((type, index) =>
    rowLine(layout, type, context, { selected: index === 0, marked: index === 1 }),
  );
  return [headerLine(layout, defaultTypeSort, context), ...rows].map(text);
}

describe('the rows of types', () => {
  it('fill a terminal of 40 columns', () => {
    expect(table(39)).toEqual([
      '   TYPE             RATE FAIL%▼     P95',
      '>  a.m.se…_email   3.1/s  ✗ 7.6   1.80s',
      ' * a.b.charge      4.6/s  ! 1.5   0.90s',
      '   a.i.re…mbnail    29/s    0.0   0.15s',
      '   c.back…leanup <0.01/s    0.0       –',
      '   a.r.bu…ything       –      –       –',
      '   (others)       0.11/s  ! 3.0       –',
    ]);
  });

  it('fill a terminal of 60 columns', () => {
    expect(table(59)).toEqual([
      '   TYPE                COUNT    RATE FAIL%▼     P50     P95',
      '>  a.mail.send_email   2,814   3.1/s  ✗ 7.6   0.95s   1.80s',
      ' * a.billing.charge    4,110   4.6/s  ! 1.5   0.31s   0.90s',
      '   a.i.resi…humbnail  26,001    29/s    0.0    88ms   0.15s',
      '   c.backend_cleanup       1 <0.01/s    0.0     4ms       –',
      '   a.r.buil…erything       0       –      –       –       –',
      '   (others)              100  0.11/s  ! 3.0       –       –',
    ]);
  });

  it('fill a terminal of 80 columns', () => {
    expect(table(79)).toEqual([
      '   TYPE                            COUNT    RATE FAIL%▼     P50     P95     P99',
      '>  app.mail.send_email             2,814   3.1/s  ✗ 7.6   0.95s   1.80s   2.40s',
      ' * app.billing.charge              4,110   4.6/s  ! 1.5   0.31s   0.90s   2.01s',
      '   app.img.resize_thumbnail       26,001    29/s    0.0    88ms   0.15s   0.40s',
      '   celery.backend_cleanup              1 <0.01/s    0.0     4ms       –       –',
      '   a.r.build_quar…_of_everything       0       –      –       –       –       –',
      '   (others)                          100  0.11/s  ! 3.0       –       –       –',
    ]);
  });

  it('fill a terminal of 100 columns', () => {
    expect(table(99)).toEqual([
      '   TYPE                      RUNNING   COUNT    RATE FAIL%▼ RETRY%     P50     P95     P99 WAIT P95',
      '>  app.mail.send_email             9   2,814   3.1/s  ✗ 7.6    0.8   0.95s   1.80s   2.40s    0.10s',
      ' * app.billing.charge              0   4,110   4.6/s  ! 1.5    0.0   0.31s   0.90s   2.01s      4ms',
      '   app.img.resize_thumbnail        0  26,001    29/s    0.0    0.0    88ms   0.15s   0.40s        –',
      '   celery.backend_cleanup          0       1 <0.01/s    0.0    0.0     4ms       –       –        –',
      '   a.r.build_qu…f_everything       0       0       –      –      –       –       –       –        –',
      '   (others)                        0     100  0.11/s  ! 3.0    0.0       –       –       –        –',
    ]);
  });

  it('fill a terminal of 140 columns', () => {
    expect(table(139)).toEqual([
      '   TYPE                                           RUNNING   COUNT    RATE FAIL%▼ RETRY%     P50     P95     P99 WAIT P95 QUEUE P95    LIMIT',
      '>  app.mail.send_email                                  9   2,814   3.1/s  ✗ 7.6    0.8   0.95s   1.80s   2.40s    0.10s     2.50s     10/s',
      ' * app.billing.charge                                   0   4,110   4.6/s  ! 1.5    0.0   0.31s   0.90s   2.01s      4ms         –        –',
      '   app.img.resize_thumbnail                             0  26,001    29/s    0.0    0.0    88ms   0.15s   0.40s        –         –        –',
      '   celery.backend_cleanup                               0       1 <0.01/s    0.0    0.0     4ms       –       –        –         –        –',
      '   a.r.build_quarterly_overview_of_everything           0       0       –      –      –       –       –       –        –         –        –',
      '   (others)                                             0     100  0.11/s  ! 3.0    0.0       –       –       –        –         –        –',
    ]);
  });

  it('fill a terminal of 200 columns', () => {
    expect(table(199)).toEqual([
      '   TYPE                                                                                              RUNNING   COUNT    RATE FAIL%▼ RETRY%     P50     P95     P99 WAIT P95 QUEUE P95    LIMIT     LAST',
      '>  app.mail.send_email                                                                                     9   2,814   3.1/s  ✗ 7.6    0.8   0.95s   1.80s   2.40s    0.10s     2.50s     10/s 14:03:25',
      ' * app.billing.charge                                                                                      0   4,110   4.6/s  ! 1.5    0.0   0.31s   0.90s   2.01s      4ms         –        – 14:03:24',
      '   app.img.resize_thumbnail                                                                                0  26,001    29/s    0.0    0.0    88ms   0.15s   0.40s        –         –        – 14:03:25',
      '   celery.backend_cleanup                                                                                  0       1 <0.01/s    0.0    0.0     4ms       –       –        –         –        –        –',
      '   app.reports.build_quarterly_overview_of_everything                                                      0       0       –      –      –       –       –       –        –         –        –        –',
      '   (others)                                                                                                0     100  0.11/s  ! 3.0    0.0       –       –       –        –         –        –        –',
    ]);
  });

  it('have the same width in ASCII, and nothing else', () => {
    const lines = table(139, contextWith({ ascii: true }));

    expect(lines.map((line) => line.length)).toEqual(table(139).map((line) => line.length));
    expect(lines.join('')).toMatch(/^[ -~]*$/);
    expect(lines[1]).toContain('X 7.6');
  });

  it('show everything there is on the widest terminal', () => {
    const shown = layoutColumns(typeColumns, 199).columns.map(({ column }) => column.id);

    expect(shown).toEqual(typeColumns.map((column) => column.id));
  });

  it('mark the shares of failures that are worrying and bad', () => {
    const fail = typeColumns.find((column) => column.id === 'fail')!;
    const shown = [0.99, 1, 4.99, 5, 99.96].map((failPercent) =>
      fail.cell({ ...charge, failPercent }, contextWith(), 6),
    );

    expect(shown).toEqual([
      { text: '1.0' },
      { text: '! 1.0', tone: 'warn' },
      { text: '! 5.0', tone: 'warn' },
      { text: '✗ 5.0', tone: 'fail' },
      { text: '✗ 100', tone: 'fail' },
    ]);
  });
});

describe('the order of types', () => {
  function sorted(column: string, descending: boolean): (string | undefined)[] {
    const sort = { column, descending };
    return sortRows(taskTypes, typeColumns, sort, compareTypes, contextWith()).map(({ name }) => name);
  }

  it('puts what fails most first, and what nothing is known of last', () => {
    expect(sorted('fail', true)).toEqual(
      [email, others, charge, thumbnail, cleanup, waiting].map(({ name }) => name),
    );
  });

  it('puts what belongs to no type after every name, in both directions', () => {
    expect(sorted('type', false).at(-1)).toBeUndefined();
    expect(sorted('type', true).at(-1)).toBeUndefined();
    expect(compareTypes(others, others)).toBe(0);
  });

  it.each(['wait', 'qwait', 'p95', 'limit'])('does not take an unknown %s for a small one', (column) => {
    expect(sorted(column, false).at(0)).not.toBe(waiting.name);
    expect(sorted(column, false).at(-1)).not.toBe(email.name);
  });
});
