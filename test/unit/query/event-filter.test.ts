import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { EventFilter, type EventFilterOptions } from '../../../src/query/event-filter.ts';

function filterOf(options: Partial<EventFilterOptions>): EventFilter {
  return new EventFilter({ maxTasks: 100, maxWorkers: 10, now: () => 1000, ...options });
}

function taskEvent(type: string, uuid: string, fields: object = {}): Event {
  return { type, uuid, hostname: 'w1@a', timestamp: 990, local_received: 990, clock: 1, ...fields };
}

const stream: readonly Event[] = [
  taskEvent('task-sent', 'a', { name: 'proj.mail.send', hostname: 'gen1@b', queue: 'mail' }),
  taskEvent('task-received', 'a', { name: 'proj.mail.send', kwargs: "{'to': 'ops'}", clock: 2 }),
  taskEvent('task-received', 'b', { name: 'proj.add', clock: 3 }),
  taskEvent('task-started', 'a', { clock: 4 }),
  taskEvent('task-failed', 'a', { exception: "ValueError('x')", clock: 5, timestamp: 995 }),
  taskEvent('task-succeeded', 'b', { runtime: 2.5, clock: 6 }),
  { type: 'worker-heartbeat', hostname: 'w1@a', timestamp: 990, pid: 7 },
  { type: 'worker-offline', hostname: 'w2@a', timestamp: 990, pid: 8 },
  { type: 'mine', hostname: 'w2@a', timestamp: 990 },
];

function wanted(options: Partial<EventFilterOptions>): readonly string[] {
  const filter = filterOf(options);
  return stream
    .filter((event) => filter.wants(event))
    .map(({ type, uuid, hostname }) => `${type} ${uuid ?? hostname}`);
}

const all = stream.map(({ type, uuid, hostname }) => `${type} ${uuid ?? hostname}`);

describe('EventFilter', () => {
  it('wants everything when nothing is asked', () => {
    expect(wanted({})).toEqual(all);
    expect(wanted({ filter: ' ' })).toEqual(all);
  });

  it.each([
    ['name:proj.mail.*', ['task-sent a', 'task-received a', 'task-started a', 'task-failed a']],
    ['state:failure', ['task-failed a']],
    ['kwargs:to=ops state:started', ['task-started a']],
    ['runtime:2s..3s', ['task-succeeded b']],
    ['mail', ['task-sent a', 'task-received a', 'task-started a', 'task-failed a']],
    ['time:-7s', ['task-failed a']],
    ['worker:w2', ['worker-offline w2@a', 'mine w2@a']],
    ['worker:w2 OR state:failure', ['task-failed a']],
    ['pid:7', ['worker-heartbeat w1@a']],
  ])('asks %s of the task as the event leaves it, of a worker only what it has', (filter, found) => {
    expect(wanted({ filter })).toEqual(found);
  });

  it.each([
    [
      { types: ['task-failed,task-s*'] },
      ['task-sent a', 'task-started a', 'task-failed a', 'task-succeeded b'],
    ],
    [{ types: ['worker-*', 'mine'] }, ['worker-heartbeat w1@a', 'worker-offline w2@a', 'mine w2@a']],
    [{ tasks: ['PROJ.A?D'] }, ['task-received b', 'task-succeeded b']],
    [{ workers: ['gen*, w2@a'] }, ['task-sent a', 'worker-offline w2@a', 'mine w2@a']],
    [
      { types: ['task-*'], tasks: ['proj.mail.*'], filter: '-state:pending', workers: ['w1@*'] },
      ['task-received a', 'task-started a', 'task-failed a'],
    ],
  ])('takes lists of globs: %j', (options, found) => {
    expect(wanted(options)).toEqual(found);
  });

  it('asks anew, with the time that has gone by, what counts from now', () => {
    let now = 1000;
    const filter = filterOf({ filter: 'time:-7s', now: () => now });
    const event = (timestamp: number): Event => taskEvent('task-started', `t${timestamp}`, { timestamp });

    expect(filter.wants(event(994))).toBe(true);
    now = 1010;
    expect(filter.wants(event(994.5))).toBe(false);
    expect(filter.wants(event(1004))).toBe(true);
  });

  it('remembers no more tasks than it may, and names where they are asked for', () => {
    const filter = filterOf({ keepsNames: true, maxTasks: 2 });
    for (const event of stream) filter.wants(event);

    expect(filter.nameOf(taskEvent('task-failed', 'b'))).toBe('proj.add');
    for (const uuid of ['c', 'd']) filter.wants(taskEvent('task-received', uuid, { name: 'proj.c' }));
    expect(filter.nameOf(taskEvent('task-failed', 'b'))).toBeUndefined();
    expect(filter.nameOf({ type: 'task-failed', uuid: 3 } as unknown as Event)).toBeUndefined();
  });

  it.each([
    [{ filter: 'runtime:>2x' }, /^--filter, column \d+: unknown unit/],
    [{ types: [' , '] }, /^--type is empty/],
    [{ tasks: ['a?'.repeat(20_000)] }, /^--task: the pattern "a\?a/],
  ])('refuses what cannot be read', (options, message) => {
    expect(() => filterOf(options)).toThrow(UsageError);
    expect(() => filterOf(options)).toThrow(message);
  });
});
