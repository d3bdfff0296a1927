import { describe, expect, it } from 'vitest';
import { overallSummary, type TypeDetails, typeFooter } from '../../../src/presentation/task-type-footer.ts';
import { sampleType } from '../../support/sample-types.ts';
import { contextWith, textOf } from './sample-cluster.ts';
import { cleanup, email, others, waiting } from './sample-task-types.ts';

const spread = { shortest: 0.2, longest: 3, parts: [2, 2, 3, 5, 0, 10, 7, 5, 3, 1] };

function footer(type = email, width = 79, details: Partial<TypeDetails> = {}, ascii = false): string[] {
  const all = { spread, sentSeen: true, ...details };
  return textOf(typeFooter(type, all, width, contextWith({ ascii })));
}

describe('what is known of the selected type', () => {
  it('is how its runs end, how long they take and wait, and its limits', () => {
    expect(footer()).toEqual([
      '── app.mail.send_email ───────────────────── rate limit 10/s (set 14:01 by you)',
      ' run ▂▂▃▄ █▆▄▃▁ 0.20s–3.00s   ✓2,578 ✗214 ↻22 ⊘3   running 9   started 2,823',
      ' wait in worker 12ms p95 0.10s   in queue 0.21s p95 2.50s',
    ]);
  });

  it('fits in a terminal of 140 columns', () => {
    expect(footer(cleanup, 139)).toEqual([
      '── celery.backend_cleanup ───────────────────────────────────────────────────────────────────────────────────────────── no rate limit known',
      ' run ▂▂▃▄ █▆▄▃▁ 0.20s–3.00s   ✓1 ✗0 ↻0 ⊘0   running 0   started 0',
      ' wait in worker –   in queue –   time limit 25s/30s (set 14:02 by you)',
    ]);
  });

  it('tells run times without their spread where that was not kept', () => {
    expect(footer(email, 79, { spread: undefined })[1]).toMatch(/^ run 0\.95s p95 1\.80s {3}✓/);
  });

  it('says how waits in the queue become known where no sender tells, and only there', () => {
    expect(footer(waiting, 79, { sentSeen: false, spread: undefined })).toEqual([
      '── app.reports.build_quarterly_overview_of_everything ───── no rate limit known',
      ' run –   ✓0 ✗0 ↻0 ⊘0   running 0   started 0',
      ' wait in worker –   in queue – needs task_send_sent_event',
    ]);
    expect(footer(waiting).join()).not.toContain('task_send_sent_event');
    expect(footer(email, 79, { sentSeen: false }).join()).not.toContain('task_send_sent_event');
  });

  it('names the row of all that belongs to no type', () => {
    expect(footer(others)[0]).toMatch(/^── \(others\) ─+ no rate limit known$/);
  });

  it('is ASCII where that is wanted, and holds no control characters of a broker', () => {
    const lines = footer(sampleType('evil\u001b[31m\u202e', { rateLimit: '\u0007' }), 79, {}, true);

    expect(lines.join('')).toMatch(/^[ -~]*$/);
    expect(lines[0]).toContain(String.raw`evil\x1b[31m`);
  });
});

describe('the summary of all types', () => {
  it('tells their rate, failures and run time', () => {
    expect(overallSummary(email)).toBe('all types 3.1/s  7.6% fail  p95 1.80s');
  });

  it('claims nothing before anything has ended, and no percentile of too few', () => {
    expect(overallSummary(waiting)).toBe('');
    expect(overallSummary(others)).toBe('all types 0.11/s  3.0% fail');
  });
});
