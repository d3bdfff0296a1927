import { describe, expect, it } from 'vitest';
import type { IntakeReport, WorkerIntake } from '../../../src/monitor/intake/intake-report.ts';
import { createContext } from '../../../src/presentation/context.ts';
import { intakePanel, sortedIntake } from '../../../src/presentation/intake-panel.ts';
import { intakeWords } from '../../../src/presentation/intake-words.ts';
import { lineWidth } from '../../../src/presentation/line-layout.ts';

const now = Date.UTC(2026, 7, 22, 14, 3, 25) / 1000;
const context = createContext({ now });

const quiet: WorkerIntake = {
  hostname: 'celery@w1',
  knowledge: 'compared',
  events: 3000,
  eventsPerSecond: 41.2,
  starts: 1000,
  confirmedStarts: 0,
  provisionalStarts: 0,
  unexplainedStarts: 0,
  silentTasks: 0,
  silentTypes: [],
  ratio: 3,
  lostEvents: 0,
  lastBeat: now - 1,
  drift: 0.04,
  processes: 1,
};

const report: IntakeReport = {
  since: now - 8000,
  share: 1,
  recentShare: 1,
  events: 3000,
  lostEvents: 0,
  confirmedStarts: 0,
  provisionalStarts: 0,
  sentEvents: 12,
  unreadable: 0,
  gaps: [],
  gapCount: 0,
  gapSeconds: 0,
  workers: [quiet],
};

function text(change: Partial<IntakeReport> = {}, row = 0, width = 119, rows = 18): string[] {
  return intakePanel({ ...report, ...change }, row, width, rows, context).map((line) =>
    line.map((span) => span.text).join(''),
  );
}

describe('the intake panel', () => {
  it('says that nothing is known to be missing', () => {
    const lines = text();

    expect(lines[0]).toMatch(/^── Intake ─+ 100 % in the last 5m, 100 % since 11:50:05$/);
    expect(lines[1]).toBe(' task events   3,000 seen   none known to be lost');
    expect(lines[2]).toContain('0 unreadable   none dropped here   task-sent 12 seen');
    expect(lines[3]).toBe(' deaf          never');
    expect(lines[4]).toMatch(
      /^ +NODE +EVENTS +EV\/S +STARTS +EXPECTED +LOST +SEEMS +EV\/START +BEAT +DRIFT KNOWN/,
    );
    expect(lines[5]).toMatch(/^> +w1|^> +celery@w1/);
    expect(lines[5]).toMatch(/3,000 +41 +1,000 +1,000 +0 +0 +3\.0 +1s +0\.0s all/);
    expect(lines.at(-1)).toBe(' All tasks that its heartbeats count were seen to start.');
    expect(lines).toHaveLength(18);
  });

  it('says what is missing, from whom, and when we were deaf', () => {
    const worker = { ...quiet, confirmedStarts: 500, provisionalStarts: 20, lostEvents: 1560 };
    const lines = text({
      share: 0.98765,
      recentShare: 0.9,
      lostEvents: 1560,
      confirmedStarts: 500,
      provisionalStarts: 20,
      unreadable: 3,
      gaps: [
        { fromMs: (now - 75) * 1000, toMs: (now - 52) * 1000, connected: false },
        { fromMs: (now - 30) * 1000, toMs: (now - 20) * 1000, connected: true },
      ],
      gapCount: 2,
      gapSeconds: 33,
      workers: [quiet, { ...worker, hostname: 'celery@w2' }],
    });

    expect(lines[0]).toContain('90.0 % in the last 5m, 98.7 % since');
    expect(lines[1]).toContain('about 1,560 lost (500 starts for certain and 20 as it seems)');
    expect(lines[2]).toContain('3 unreadable');
    expect(lines[3]).toBe(
      ' deaf          2 times, 33s in all: 14:02:10-14:02:33 not connected  14:02:55-14:03:05 nothing came',
    );
    expect(lines[5]).toMatch(/w2 .* 1,000 +1,520 +500 +20/);
    expect(lines.slice(-2).join('')).toContain(
      'Starts that were lost: 500 for certain, 20 as it seems so far. With 3.0 events to a start that is about 1,560 events.',
    );
  });

  it('has a line for before anything came', () => {
    expect(text({ share: undefined, recentShare: undefined, workers: [] })).toEqual([
      expect.stringMatching(/^── Intake ─+ nothing yet$/),
      ...[expect.anything(), expect.anything(), expect.anything()],
      ' No worker has been heard of yet.',
    ]);
  });

  it.each([38, 59, 79, 119, 199])('fits %i columns and any height', (width) => {
    const workers = Array.from({ length: 30 }, (_, n) => ({ ...quiet, hostname: `celery@worker-${n}` }));
    for (const rows of [6, 10, 30]) {
      for (const row of [0, 17, 29, 1000]) {
        for (const line of intakePanel({ ...report, workers }, row, width, rows, context)) {
          expect(lineWidth(line)).toBeLessThanOrEqual(width);
        }
      }
    }
    expect(text({ workers }, 17, width).some((line) => line.startsWith('>'))).toBe(true);
  });

  it('spells hostile names out', () => {
    const hostile = { ...quiet, hostname: '\x1b[31mw\x07', silentTasks: 1, silentTypes: ['\x1b]0;x\x07'] };

    expect(text({ workers: [hostile] }).join('')).not.toMatch(/[\x00-\x1f]/);
  });
});

describe('the workers of the panel', () => {
  it('stand in order of what was lost of them, then of their names', () => {
    const workers = [
      { ...quiet, hostname: 'b' },
      { ...quiet, hostname: 'c', lostEvents: 5 },
      { ...quiet, hostname: 'a' },
    ];

    expect(sortedIntake(workers).map(({ hostname }) => hostname)).toEqual(['c', 'a', 'b']);
  });
});

describe('the words on a worker', () => {
  it.each([
    [{ knowledge: 'off' }, 'sends no task events'],
    [{ knowledge: 'not-yet' }, 'from its first heartbeat after'],
    [{ knowledge: 'no-heartbeats' }, 'not of all of them'],
    [{ knowledge: 'no-clock' }, 'carry no clock'],
    [{ knowledge: 'shared-name' }, 'two workers had one name'],
    [{ unexplainedStarts: 7 }, '7 more are missing: lost, or of tasks that send no events'],
    [{ silentTasks: 9, silentTypes: ['app.a', 'app.b'] }, '9 tasks that send no events (send_events=False)'],
    [{ silentTasks: 9, silentTypes: [...'abcdefgh'] }, 'a, b, c, d, e and 3 more types'],
    [{ processes: 3 }, '3 processes have had this name'],
  ] as readonly [Partial<WorkerIntake>, string][])('say of %j what can be known', (change, words) => {
    expect(intakeWords({ ...quiet, ...change }).join(' ')).toContain(words);
  });

  it('never say that all was seen where that cannot be known', () => {
    for (const knowledge of ['off', 'not-yet', 'no-heartbeats', 'no-clock', 'shared-name'] as const) {
      expect(intakeWords({ ...quiet, knowledge }).join(' ')).not.toContain('were seen to start');
    }
  });
});
