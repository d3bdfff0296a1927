import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventLines } from '../../../src/presentation/event-line.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { seeded } from '../../support/seeded.ts';
import { PlainEventLines } from './plain-event-line.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
}

/** What Celery's Receiver does to an event before the dumper sees it: its own clock on task-sent, local_received. */
function received(event: Event, at: number, clock: { value: number }): Event {
  if (event.type === 'task-sent') {
    const sent = (clock.value || 1) - 1;
    clock.value = Math.max(clock.value, sent) + 1;
    return { ...event, clock: sent, local_received: at };
  }
  if (typeof event.clock === 'number') {
    clock.value = Math.max(clock.value, event.clock) + 1;
    return { ...event, local_received: at };
  }
  clock.value += 1;
  return { ...event, clock: clock.value, local_received: at };
}

/** Events of few tasks, with some fields missing, some of the wrong sort, and keys in any order. */
function randomEvent(random: () => number, uuids: number): Event {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const value = (): unknown =>
    pick<unknown>([
      null,
      true,
      0,
      -0,
      7,
      2 ** 60,
      1e-7,
      random(),
      'plain',
      "it's",
      'é\n"',
      ['a', "b'", 1.5, '\u200b'],
      { k: [1, 'x'] },
      [],
    ]);
  const type = pick([
    'task-sent',
    'task-received',
    'task-started',
    'Task-Succeeded',
    'worker-heartbeat',
    'worker-online',
    'mine',
    'a-b-c',
  ]);
  const fields: [string, unknown][] = [
    ['hostname', pick<unknown>(['w1@a', 'w2@b', 3])],
    [
      'timestamp',
      pick<unknown>([1, 1.5, 1.9999999, 1_795_326_205.953_488_3, random() * 2e9, 'no time', -3.25]),
    ],
    ['uuid', `u${Math.floor(random() * uuids)}`],
    ['name', pick<unknown>(['proj.add', null])],
    ['args', "(1, 'x')"],
    ['kwargs', value()],
    ['runtime', pick<unknown>([2, 0.25, 'x'])],
    ['local_received', pick<unknown>([5, 5.5, 6])],
    ['freq', 2],
    ['active', value()],
    ['loadavg', pick<unknown>([[1, 2.5, 3], value()])],
    ['clock', Math.floor(random() * 1e6)],
    ['10', value()],
    ['result', value()],
  ];
  const kept = fields.filter(() => random() < 0.85);
  if (random() < 0.3) kept.reverse();
  return Object.fromEntries([...kept, ['type', type]]) as unknown as Event;
}

function linesOf(captureFile: string): string {
  const lines = new EventLines();
  const clock = { value: 0 };
  return fixture(captureFile)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: Event | null; received: number })
    .filter((record) => record.event !== null)
    .map((record) => `${lines.line(received(record.event as Event, record.received, clock))}\n`)
    .join('');
}

describe('EventLines', () => {
  it("prints the captured stream exactly as Celery's dumper does", () => {
    const printed = linesOf('amqp-events.ndjson');

    expect(printed).toBe(fixture('dump-golden-amqp.txt'));
  });

  it('prints whatever comes as the plain implementation does', () => {
    const random = seeded(5);
    const [fast, plain] = [new EventLines(), new PlainEventLines()];

    const events = Array.from({ length: 20_000 }, (_, index) =>
      randomEvent(random, index % 2 === 0 ? 50 : 9000),
    );
    expect(events.map((event) => fast.line(event))).toEqual(events.map((event) => plain.line(event)));
  });

  it('leaves the colon out when no field is left, and two spaces where the task is not known', () => {
    const lines = new EventLines();

    expect(lines.line({ type: 'Custom-Thing', hostname: 'a@b', timestamp: 1 })).toBe(
      'a@b [1970-01-01 00:00:01+00:00] custom thing ',
    );
    expect(lines.line({ type: 'task-started', hostname: 'a@b', timestamp: 1.5, uuid: 'x', pid: 7 })).toBe(
      'a@b [1970-01-01 00:00:01.500000+00:00] task started:  pid=7',
    );
  });

  it('survives events that Celery itself would fail on', () => {
    const lines = new EventLines();

    expect(lines.line({ type: 'task-sent', timestamp: Number.NaN })).toBe(
      '? [?] task sent ?(?) args=? kwargs=? ',
    );
  });
});
