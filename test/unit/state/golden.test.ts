import { describe, expect, it } from 'vitest';
import { State } from '../../../src/state/state.ts';
import {
  type CeleryDump,
  capturedEvents,
  dumpState,
  groupedBy,
  readJson,
  uuids,
  withoutSelfChildren,
  withReceiverClocks,
  withRejections,
} from './celery-dump.ts';

interface Golden {
  events: number;
  errors: { n: number; type: string; error: string }[];
  expect: CeleryDump;
}

function fold(transport: 'amqp' | 'redis', maxTasksInMemory = 10_000): State {
  const state = new State({ maxTasksInMemory });
  for (const event of withReceiverClocks(capturedEvents(transport))) state.event(event);
  return state;
}

describe.each(['amqp', 'redis'] as const)('a captured stream of %s', (transport) => {
  const golden = readJson<Golden>(`state-golden-${transport}.json`);

  it('makes the tasks that Celery makes of it, its faults mended', () => {
    const ours = dumpState(fold(transport));

    expect(ours.tasks).toEqual(withRejections(withoutSelfChildren(golden.expect.tasks)));
    expect(ours.task_order_lru).toEqual(golden.expect.task_order_lru);
  });

  it('makes the same workers, though worker-elect does not crash ours', () => {
    const ours = dumpState(fold(transport));

    expect(golden.errors.every(({ type }) => type.startsWith('worker-elect'))).toBe(true);
    expect(Object.entries(ours.workers)).toEqual(Object.entries(golden.expect.workers));
  });

  it('gives the same order and counters', () => {
    const ours = dumpState(fold(transport));

    expect(ours.tasks_by_time).toEqual(golden.expect.tasks_by_time);
    expect(ours.tasks_by_time_forward).toEqual(golden.expect.tasks_by_time_forward);
    expect(ours.event_count).toBe(golden.events);
    expect(ours.task_count).toBe(golden.expect.task_count);
    expect(ours.task_types).toEqual(golden.expect.task_types);
  });

  it('files every task under its type and its worker', () => {
    const state = fold(transport);

    const { tasks } = golden.expect;
    for (const [name, found] of Object.entries(groupedBy(tasks, 'name'))) {
      expect(uuids(state.tasksByType(name)).sort()).toEqual(found);
    }
    for (const [hostname, found] of Object.entries(groupedBy(tasks, 'worker'))) {
      expect(uuids(state.tasksByWorker(hostname)).sort()).toEqual(found);
    }
  });
});

describe('a captured stream in a State of 20 tasks', () => {
  const golden = readJson<Golden>('state-golden-amqp-limit20.json');

  it('keeps the same 20 tasks, with the same fields', () => {
    const ours = dumpState(fold('amqp', 20));

    expect(ours.task_order_lru).toEqual(golden.expect.task_order_lru);
    expect(ours.tasks).toEqual(withRejections(withoutSelfChildren(golden.expect.tasks)));
    expect(Object.entries(ours.workers)).toEqual(Object.entries(golden.expect.workers));
    expect(ours.task_count).toBe(golden.expect.task_count);
    expect(ours.task_types).toEqual(golden.expect.task_types);
  });

  it('lists all 20 in the order of Celery, which has lost the place of one', () => {
    const ours = dumpState(fold('amqp', 20));

    expect(golden.expect.tasks_by_time).toHaveLength(19);
    expect(ours.tasks_by_time).toHaveLength(20);
    expect(ours.tasks_by_time.filter((uuid) => golden.expect.tasks_by_time.includes(uuid))).toEqual(
      golden.expect.tasks_by_time,
    );
  });
});
