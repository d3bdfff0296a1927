import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventLines, escapeControls } from '../../../src/presentation/event-line.ts';
import type { Event } from '../../../src/protocol/event.ts';

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

describe('escapeControls', () => {
  it('lets line feeds and tabs through and nothing else that a terminal obeys', () => {
    expect(escapeControls('a\n\tb\x1b[31m\x9b\x07\u202e')).toBe('a\n\tb\\x1b[31m\\x9b\\x07\\u202e');
  });
});
