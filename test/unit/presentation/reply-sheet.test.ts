import { describe, expect, it } from 'vitest';
import { ansiLine } from '../../../src/presentation/ansi.ts';
import { replySheet } from '../../../src/presentation/reply-sheet.ts';
import { parseExactJson } from '../../../src/protocol/exact-json.ts';

/** What a person sees of replies in JSON, by node. */
function sheet(replies: Record<string, string>, showReply = true): string {
  const given = Object.entries(replies).map(([hostname, json]) => ({
    hostname,
    value: parseExactJson(json),
  }));
  return replySheet(given, { now: 1000, showReply })
    .map((line) => ansiLine(line, false))
    .join('\n');
}

const task = (id: string, more = ''): string =>
  `{"id": "${id}", "name": "proj.sleep", "args": [240], "kwargs": {}, "type": "proj.sleep", "time_start": 987.5, "delivery_info": {}, "worker_pid": 17${more}}`;

describe('replies for a person', () => {
  it('are a row each, aligned and by name, where they are short', () => {
    expect(
      sheet({ 'worker-2@x': '{"ok": "pong"}', 'w1@x': '{"error": "unknown task"}', 'w3@x': 'null' }),
    ).toBe(
      ['w1@x        ERROR  unknown task', 'worker-2@x  OK     pong', 'w3@x        OK'].sort().join('\n'),
    );
  });

  it('are only who is there, where that was the question', () => {
    expect(sheet({ 'w1@x': '{"ok": "pong"}', 'w2@x': '[]' }, false)).toBe('w1@x  OK\nw2@x  OK');
  });

  it('show tasks as a table without empty columns', () => {
    expect(sheet({ 'w1@x': `[${task('a')}, ${task('bbb')}]`, 'w2@x': '[]' })).toBe(
      [
        'w1@x  OK',
        '  ID   TASK        ARGS   RUNS FOR  PID',
        '  a    proj.sleep  [240]  12.5s     17',
        '  bbb  proj.sleep  [240]  12.5s     17',
        '',
        'w2@x  OK',
        '  none',
      ].join('\n'),
    );
  });

  it('show tasks that wait for their ETA, and those that were asked for', () => {
    const scheduled = `[{"eta": "2026-11-22T05:38:23+00:00", "priority": 6, "request": ${task('a')}}]`;
    const queried = `{"a": ["active", ${task('a')}]}`;

    expect(sheet({ 'w1@x': scheduled })).toContain('ETA                        ID  TASK');
    expect(sheet({ 'w1@x': queried })).toContain(
      '  STATE   ID  TASK        ARGS   RUNS FOR\n  active  a   proj.sleep',
    );
  });

  it('show queues with what is special about them', () => {
    const queue =
      '[{"name": "q", "exchange": {"name": "ex", "type": "topic"}, "routing_key": "a.#", "durable": false, "auto_delete": true, "queue_arguments": {"x-max-priority": 5}}]';

    expect(sheet({ 'w1@x': queue })).toBe(
      [
        'w1@x  OK',
        '  QUEUE  EXCHANGE  TYPE   ROUTING KEY  TRAITS',
        '  q      ex        topic  a.#          transient auto_delete x-max-priority=5',
      ].join('\n'),
    );
  });

  it('show an object as an outline in the order of its keys, numbers as they were sent', () => {
    const stats =
      '{"uptime": 34, "pool": {"max-concurrency": 2, "processes": [1, 2]}, "broker": {"heartbeat": 120.0}, "big": 12345678901234567890}';

    expect(sheet({ 'w1@x': stats })).toBe(
      [
        'w1@x  OK',
        '  big  12345678901234567890',
        '  broker',
        '    heartbeat  120.0',
        '  pool',
        '    max-concurrency  2',
        '    processes        [1, 2]',
        '  uptime  34',
      ].join('\n'),
    );
  });

  it('show a text of several lines below its worker', () => {
    expect(sheet({ 'w1@x': '{"ok": "\\nsoftware -> celery\\n\\n  settings\\n"}' })).toBe(
      'w1@x  OK\n  software -> celery\n  \n    settings',
    );
  });

  it('never send the terminal what a worker sent to it', () => {
    const hostile = '"a\\u001b[31m\\u009bb\\u202e"';
    for (const value of [
      hostile,
      `{"error": ${hostile}}`,
      `[${hostile}]`,
      `{${hostile}: ${hostile}}`,
      `{"ok": "x\\n\\u001b]0;t\\u0007"}`,
    ]) {
      expect(sheet({ 'w\x1b[1m@x': value })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  });
});

describe('a line for the output of a command', () => {
  it('has the look of its tones, or none', () => {
    const line = [{ text: 'w1@x', tone: 'accent' }, { text: '  ' }, { text: 'ERROR', tone: 'fail' }] as const;

    expect(ansiLine(line, true)).toBe('\x1b[36mw1@x\x1b[0m  \x1b[31;1mERROR\x1b[0m');
    expect(ansiLine(line, false)).toBe('w1@x  ERROR');
  });
});
