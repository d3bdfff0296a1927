import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import { type StatusFacts, statusLine } from '../../../../src/ui/chrome/status-line.ts';

const nowMs = Date.UTC(2026, 7, 22, 14, 3, 25);
const context = createContext({ now: nowMs / 1000 });

const facts: StatusFacts = {
  name: 'prod-orders',
  transport: 'amqp',
  brokerLabel: 'amqp://rabbit-1/orders',
  demo: false,
  connection: { kind: 'ready', sinceMs: 0 },
  pausedEvents: undefined,
  eventsPerSecond: 412,
  lag: 0.2,
  completeness: 1,
  quiet: undefined,
  alive: 4,
  workers: 5,
  tasks: 48_210,
  failures: 312,
  undecodable: 0,
  shed: { texts: 0, tasks: 0 },
  readonly: false,
  recording: 'off',
  slowLink: undefined,
  nowMs,
};

function text(change: Partial<StatusFacts> = {}, columns = 80): string {
  return statusLine({ ...facts, ...change }, columns - 1, context)
    .map((span) => span.text)
    .join('');
}

describe('the status line', () => {
  it('says who, how, how much, how late, and what time it is', () => {
    expect(text().trimEnd()).toBe(
      ' celery  prod-orders  amqp  ● LIVE  410 ev/s  lag 0.2s  wk 4/5 ✗1    14:03 UTC',
    );
  });

  it('has room for the broker and the counts from 120 columns on', () => {
    const wide = text({}, 140);

    expect(wide).toContain('amqp://rabbit-1/orders');
    expect(wide).toContain('workers 4/5 ✗1   tasks 48,210 ✗312');
  });

  it.each([
    [70, ['lag 0.2s', '410 ev/s', 'amqp'], ['14:03']],
    [62, ['410 ev/s', 'amqp'], ['14:03', 'lag']],
    [52, ['amqp'], ['14:03', 'lag', 'ev/s']],
    [46, ['prod-orders'], ['lag', 'ev/s', 'amqp']],
    [40, [], ['lag', 'ev/s', 'amqp', 'prod-orders']],
  ])('at %i columns keeps %j and drops %j', (columns, kept, dropped) => {
    const line = text({}, columns);

    expect(line).toHaveLength(columns - 1);
    for (const word of [...kept, '● LIVE', 'wk 4/5 ✗1']) expect(line).toContain(word);
    for (const word of dropped) expect(line).not.toContain(word);
  });

  it('marks a lag of two seconds and keeps it', () => {
    expect(text({ lag: 3.4 }, 60)).toContain('!lag 3.4s');
  });

  it.each([
    [0.98765, 0.4, '98.7 % complete, 0.4 s behind'],
    [0.98765, undefined, '98.7 % complete'],
    [0.99999, 0.1, '>99.9 % complete, 0.1 s behind'],
    [0.5, 12.4, '!50.0 % complete, 12 s behind'],
    [0, 0.4, '0.0 % complete, 0.4 s behind'],
  ])('says that a share of %d arrived, %d s late', (completeness, lag, words) => {
    expect(text({ completeness, lag }, 140)).toContain(`   ${words}   `);
  });

  it.each([1, undefined])(
    'says nothing of completeness when nothing is known to be missing',
    (completeness) => {
      expect(text({ completeness }, 140)).not.toContain('%');
      expect(text({ completeness }, 140)).toContain('lag 0.2s');
    },
  );

  it.each([
    [96, 0.4, '98.7 % complete, 0.4 s behind', ['prod-orders', '410 ev/s']],
    [80, 0.4, '98.7 % complete  ', ['prod-orders', '410 ev/s']],
    [68, 0.4, '98.7 %  ', ['410 ev/s']],
    [58, 0.4, '98.7 %  ', ['amqp']],
    [40, 0.4, '98.7 %  ', []],
    [84, 3.4, '!98.7 %, 3.4 s behind', ['410 ev/s']],
    [76, 3.4, '!98.7 % lag 3.4s', ['410 ev/s']],
    [50, 3.4, '!98.7 % lag 3.4s', []],
  ])('at %i columns says in fewer words what is missing, and keeps it', (columns, lag, words, kept) => {
    const line = text({ completeness: 0.987, lag }, columns);

    expect(line).toHaveLength(columns - 1);
    for (const word of [words, ...kept, '● LIVE', 'wk 4/5 ✗1']) expect(line).toContain(word);
  });

  it('keeps still about the lag while it stands still, but not about what is missing', () => {
    const line = text({ completeness: 0.9, lag: 0.3, pausedEvents: 7 }, 140);

    expect(line).toContain('90.0 % complete   ');
    expect(text({ completeness: 0.9, lag: 4, pausedEvents: 7 }, 140)).toContain(
      '!90.0 % complete, 4.0 s behind',
    );
  });

  it.each([
    [{ pausedEvents: 1204 }, '‖ PAUSED +1,204'],
    [{ connection: { kind: 'connecting', attempt: 1 } }, '… CONNECTING attempt 1'],
    [{ readonly: true }, 'RO'],
    [{ recording: 'on' }, 'REC'],
    [{ recording: 'failing' }, 'REC!'],
    [{ undecodable: 12 }, '!12 unreadable'],
    [{ shed: { texts: 1_234, tasks: 0 } }, '!shed 1,234 texts'],
    [{ shed: { texts: 1_234, tasks: 7 } }, '!shed 7 tasks'],
    [{ slowLink: 1 }, 'slow link 1/s'],
    [{ quiet: 130 }, '!quiet 2m'],
    [{ demo: true }, 'DEMO'],
  ] as readonly [Partial<StatusFacts>, string][])('says %j', (change, words) => {
    expect(text(change, 140)).toContain(words);
  });

  it('says that it is recorded where hardly anything has room, and nothing where it is not', () => {
    expect(text({ recording: 'on', eventsPerSecond: 41_200, lag: 3 }, 40)).toContain('REC');
    expect(text({ recording: 'failing', readonly: true }, 40)).toContain('RO  REC!');
    expect(text()).not.toContain('REC');
  });

  it('counts how long the broker has been gone and when it is tried next', () => {
    const connection = {
      kind: 'retrying',
      attempt: 3,
      lostAtMs: nowMs - 12_000,
      retryAtMs: nowMs + 4_000,
      error: 'ECONNREFUSED',
    } as const;

    expect(text({ connection })).toContain('✗ DISCONNECTED 12s  retry 3 in 4s');
    expect(text({ connection: { ...connection, kind: 'refused' } }, 40)).toContain('✗ REFUSED');
  });

  it('spells hostile names out', () => {
    const line = text({ name: '\x1b[31mred\x07' });

    expect(line).not.toMatch(/[\x00-\x1f]/);
    expect(line).toContain('\\x1b[31mred');
  });
});

describe('the status line of the past', () => {
  const past: NonNullable<StatusFacts['playback']> = {
    ...{ kind: 'replay', label: 'night.jsonl.gz', playing: true, speed: 4, seeking: false, age: 135 },
  };
  const rewound = { ...past, kind: 'rewind' as const };
  const long = { ...past, label: 'incident-of-last-night-0822.jsonl.gz' };

  it('says what is played, how fast, and when it was', () => {
    expect(text({ playback: past })).toBe(
      '  REPLAY night.jsonl.gz   ▸ ×4  410 ev/s then  wk 4/5 ✗1          14:03:25 UTC ',
    );
    expect(text({ playback: past }, 140).trimEnd()).toMatch(
      /^ {2}REPLAY night\.jsonl\.gz {4}▸ ×4 {3}410 ev\/s then {3}workers 4\/5 ✗1 {3}tasks 48,210 ✗312 +14:03:25 UTC \(2m15s ago\)$/,
    );
  });

  it('says how far back it went', () => {
    expect(text({ playback: rewound }).trimEnd()).toMatch(
      /^ {2}○ REWIND \(-2m15s\) {3}▸ ×4 {2}410 ev\/s then {2}wk 4\/5 ✗1 +14:03:25 UTC$/,
    );
  });

  it.each([
    [{ playing: false }, '‖'],
    [{ speed: 0.25 }, '▸ ×¼'],
    [{ speed: 0.5 }, '▸ ×½'],
    [{ speed: 1 }, '▸ ×1 '],
    [{ speed: Number.POSITIVE_INFINITY }, '▸ max'],
    [{ seeking: true }, '… seeking'],
    [{ seeking: true, playing: false }, '… seeking'],
  ])('tells %j as %s', (change, words) => {
    expect(text({ playback: { ...past, ...change } })).toContain(words);
  });

  it('names neither a broker nor that it is connected', () => {
    expect(text({ playback: past, demo: true }, 140)).not.toMatch(/LIVE|DEMO|amqp|celery|lag/);
  });

  it.each([
    [40, [' REPLAY ', 'wk 4/5']],
    [46, [' REPLAY ', 'wk 4/5', '14:03:25 UTC']],
    [70, [' REPLAY incident-of-…22.jsonl.gz ', 'wk 4/5', '14:03:25 UTC']],
    [80, [' REPLAY incident-of-…22.jsonl.gz ', 'wk 4/5', '14:03:25 UTC']],
    [100, [' REPLAY incident-of-last-night-0822.jsonl.gz ', '410 ev/s then', '14:03:25 UTC']],
  ])('keeps the clock longer than a long name at %i columns', (columns, kept) => {
    const line = text({ playback: long }, columns);

    expect(line).toHaveLength(columns - 1);
    for (const words of kept) expect(line).toContain(words);
  });

  it.each([40, 46, 52, 60, 70, 80, 100, 119, 120, 140, 200])(
    'fills %i columns with all that it may say',
    (columns) => {
      for (const playback of [past, long, rewound, { ...rewound, seeking: true, age: 1e6 }]) {
        const line = text({ playback, recording: 'failing', shed: { texts: 12_345, tasks: 0 } }, columns);
        expect(line).toHaveLength(columns - 1);
        expect(line).toMatch(/REPLAY|REWIND/);
      }
    },
  );

  it('says in the past too that the present is recorded', () => {
    expect(text({ playback: rewound, recording: 'on' })).toMatch(/ REC /);
    expect(text({ playback: rewound, recording: 'failing' })).toMatch(/ REC! /);
    expect(text({ playback: rewound })).not.toContain('REC');
    expect(text({ playback: rewound, recording: 'on' }, 40)).toMatch(/ REC /);
  });
});
