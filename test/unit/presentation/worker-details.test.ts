import { describe, expect, it } from 'vitest';
import { workerFooter, workerSummary } from '../../../src/presentation/worker-details.ts';
import { busy, contextWith, offline, textOf, unheard } from './sample-cluster.ts';

const context = contextWith();

describe('workerFooter', () => {
  it('is three lines on a terminal of 80', () => {
    expect(textOf(workerFooter(busy, 79, context))).toEqual([
      '── celery@w1 ──────────── prefork 8 processes, pid 4100, up 3d04h, celery 5.6.0',
      ' queues celery, video   prefetch 32   autoscale off   events on   drift 0.1s',
      ' active img.resize_thumbnail ×2, reports.build_quarterly ×1',
    ]);
  });

  it('has all facts and the running tasks on a wide one', () => {
    expect(
      textOf(workerFooter(busy, 139, context)).map((line) => line.replace(/─{8,}/, '──').trimEnd()),
    ).toEqual([
      '── celery@w1 ── inspect 2s ago   Ctrl-r refresh',
      ' pool      prefork, 8 processes: 4121 4122 4123 4125 4126 4127 4130 4131    max-tasks-per-child –    time limits soft 25s hard 30s',
      ' queues    celery (direct, durable, rk celery)   video (direct, durable, rk video)    prefetch 32    autoscale off    events on',
      ' runtime   pid 4100    up 3d04h    celery py-celery 5.6.0 Linux    broker amqp://rabbit-1:5672//orders    clock 8812231    drift 0.1s',
      ' load      3.91 3.70 3.55    processed 201,113    rss 412M    beat 1s ago',
      '── Active on celery@w1 ── 3 of 8 slots',
      '  UUID     NAME                                      RUNNING      PID ARGS',
      "  90c4f1aa app.reports.build_quarterly                 4m29s     4121 (2026, 'Q2')",
      "  e5511b02 app.img.resize_thumbnail                     0.3s     4122 ('s3://raw/e551.jpg',)",
      '  e5511b03 app.img.resize_thumbnail',
    ]);
  });

  it('says that a worker was not inspected, or gave no answer', () => {
    expect(textOf(workerFooter(unheard, 79, context))[0]).toMatch(/not inspected yet$/);
    expect(textOf(workerFooter({ ...busy, failure: 'no reply in 1.0s' }, 79, context))[2]).toBe(
      ' ! no reply in 1.0s',
    );
    expect(textOf(workerFooter({ ...busy, failure: 'no reply in 1.0s' }, 139, context))[0]).toMatch(
      /no reply in 1\.0s$/,
    );
  });

  it('leaves the rest of many running tasks to the summary', () => {
    const activeTasks = Array.from({ length: 9 }, () => busy.activeTasks![0]!);

    expect(textOf(workerFooter({ ...busy, activeTasks }, 139, context)).at(-1)).toBe('  … 5 more');
    expect(textOf(workerSummary({ ...busy, activeTasks }, 139, context)).join('\n')).not.toContain('more');
  });
});

describe('workerSummary', () => {
  it('begins with the state of the worker', () => {
    expect(textOf(workerSummary(busy, 79, context))[0]).toBe(
      ' ! BUSY   prefork 8/8 busy   load 3.91 3.70 3.55   up 3d04h   pid 4100',
    );
    expect(textOf(workerSummary(offline, 79, context))[0]).toBe(' ✗ OFFLINE for 3m12s   load –');
  });

  it('breaks facts into lines that fit', () => {
    expect(textOf(workerSummary(busy, 49, context)).slice(2, 7)).toEqual([
      ' pool      prefork, 8 processes: 4121 4122 4123',
      '           4125 4126 4127 4130 4131',
      '           max-tasks-per-child –',
      '           time limits soft 25s hard 30s',
      ' queues    celery (direct, durable, rk celery)',
    ]);
  });

  it('shows a dash for everything that is not known', () => {
    const lines = textOf(workerSummary(unheard, 79, context)).join('\n');

    expect(lines).toContain('up –');
    expect(lines).not.toMatch(/undefined|NaN/);
  });

  it('names the range of an autoscaling pool', () => {
    expect(
      textOf(workerSummary({ ...busy, autoscale: { min: 2, max: 10 } }, 139, context)).join('\n'),
    ).toContain('autoscale 2 to 10');
  });
});
