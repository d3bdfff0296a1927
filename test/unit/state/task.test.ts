import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { maxExtraFields } from '../../../src/state/extra-fields.ts';
import { State } from '../../../src/state/state.ts';
import type { Task } from '../../../src/state/task.ts';
import { uuids } from './celery-dump.ts';
import { taskEvent } from './sample-events.ts';

function taskAfter(...events: Event[]): Task {
  const state = new State();
  for (const event of events) state.event(event);
  return state.tasks.get('a')!;
}

describe('Task', () => {
  it('keeps its parent when a retry names the task itself as parent', () => {
    const state = new State();
    state.event(taskEvent('received', 'p'));
    state.event(taskEvent('received', 'a', { parent_id: 'p', root_id: 'p' }));
    state.event(taskEvent('retried', 'a'));
    state.event(taskEvent('received', 'a', { parent_id: 'a', root_id: 'p' }));

    const task = state.tasks.get('a');
    expect(task?.parentId).toBe('a');
    expect(task?.parent?.uuid).toBe('p');
    expect(task?.root?.uuid).toBe('p');
    expect(task?.children).toEqual([]);
    expect(uuids(state.tasks.get('p')?.children ?? [])).toEqual(['a']);
  });

  it('finds a parent that appears only later', () => {
    const state = new State();
    state.event(taskEvent('received', 'a', { parent_id: 'p' }));
    const task = state.tasks.get('a');
    expect(task?.parent).toBeUndefined();

    state.event(taskEvent('received', 'p'));

    expect(task?.parent?.uuid).toBe('p');
    expect(uuids(state.tasks.get('p')?.children ?? [])).toEqual(['a']);
  });

  it('keeps every field of its events, also those it has no property for', () => {
    const task = taskAfter(
      taskEvent('received', 'a', { name: 'p.add', queue: 'celery' }),
      taskEvent('progress', 'a', { done: 3, total: 10 }),
      taskEvent('revoked', 'a', { terminated: true, signum: 'SIGKILL', expired: false }),
    );

    expect(task.state).toBe('PROGRESS');
    expect(Object.fromEntries(task.extra)).toEqual({
      done: 3,
      total: 10,
      terminated: true,
      signum: 'SIGKILL',
      expired: false,
    });
    expect([task.terminated, task.signum, task.expired, task.requeue]).toEqual([
      true,
      'SIGKILL',
      false,
      undefined,
    ]);
    expect(task.fields()).toMatchObject({
      uuid: 'a',
      name: 'p.add',
      done: 3,
      worker: 'w1@example',
      state: 'PROGRESS',
    });
    expect(JSON.parse(JSON.stringify(task))).toMatchObject({ uuid: 'a', total: 10 });
  });

  it('keeps a value of another type than Celery sends apart, so that properties can be trusted', () => {
    const task = taskAfter(
      taskEvent('received', 'a', { name: ['p'], args: [1, 2], retries: '3', clock: '9' }),
    );

    expect([task.name, task.args, task.retries, task.clock]).toEqual([null, null, null, null]);
    expect(task.fields()).toMatchObject({ name: ['p'], args: [1, 2], retries: '3', clock: '9' });
    expect(task.info()).toMatchObject({ args: [1, 2], retries: '3' });
  });

  it('forgets a value of another type when a proper one arrives', () => {
    const task = taskAfter(
      taskEvent('received', 'a', { args: [1, 2] }),
      taskEvent('sent', 'a', { args: '(1, 2)' }),
    );

    expect(task.args).toBe('(1, 2)');
    expect(task.extra.has('args')).toBe(false);
  });

  it('is not overwritten by wire fields that bear the names of its own', () => {
    const task = taskAfter(
      taskEvent('received', 'a', {
        state: 'SUCCESS',
        worker: 'evil',
        client: 'evil',
        children: 1,
        links: 1,
        ready: 1,
      }),
    );

    expect([task.state, task.worker, task.client, task.children, task.ready]).toEqual([
      'RECEIVED',
      'w1@example',
      undefined,
      [],
      false,
    ]);
    expect(task.fields()).toMatchObject({ state: 'RECEIVED', worker: 'w1@example', children: 1 });
  });

  it('keeps a bounded number of fields it has no property for', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i]));

    const task = taskAfter(taskEvent('progress', 'a', many), taskEvent('progress', 'a', { field1: 'new' }));

    expect(task.extra.size).toBe(maxExtraFields);
    expect(task.extra.get('field1')).toBe('new');
  });

  it('tells by info what is known, of the fields asked for', () => {
    const task = taskAfter(
      taskEvent('sent', 'a', { name: 'p.add', args: '(1,)', eta: null, exchange: '', routing_key: 'celery' }),
      taskEvent('succeeded', 'a', { result: '3', runtime: 0 }),
    );

    expect(task.info()).toEqual({
      args: '(1,)',
      result: '3',
      runtime: 0,
      exchange: '',
      routingKey: 'celery',
    });
    expect(task.info(['name', 'eta'], ['worker', 'routing_key', 'unheard_of'])).toEqual({
      name: 'p.add',
      worker: 'w1@example',
      routing_key: 'celery',
    });
  });
});

describe('an evicted task', () => {
  it('can be read as it was, although others have its place', () => {
    const state = new State({ maxTasksInMemory: 2 });
    state.event(taskEvent('sent', 'a', { name: 'p.add', queue: 'q', eta: null, retries: null }));
    state.event(taskEvent('started', 'a', { parent_id: 'p', root_id: 'r' }));
    state.event(taskEvent('failed', 'a', { exception: 'Boom()', runtime: 1.5 }));
    const task = state.tasks.get('a')!;
    const before = { ...task.fields(), info: task.info(), revision: task.revision };

    for (const uuid of 'bcdef') state.event(taskEvent('succeeded', uuid, { name: 'p.other', runtime: 7 }));

    expect(task.evicted).toBe(true);
    expect({ ...task.fields(), info: task.info(), revision: task.revision }).toEqual(before);
    expect([task.state, task.worker, task.eta, task.retries]).toEqual(['FAILURE', 'w1@example', null, null]);
    expect(state.countByState().get('FAILURE')).toBeUndefined();
  });

  it('comes back as another one that knows only what was told since', () => {
    const state = new State({ maxTasksInMemory: 1 });
    state.event(taskEvent('received', 'a', { name: 'p.add', args: '(1,)' }));
    const before = state.tasks.get('a')!;
    state.event(taskEvent('received', 'b'));
    state.event(taskEvent('started', 'a'));

    const after = state.tasks.get('a')!;
    expect([before.name, before.state, before.started]).toEqual(['p.add', 'RECEIVED', undefined]);
    expect([after.name, after.args, after.state, after.received]).toEqual([
      undefined,
      undefined,
      'STARTED',
      undefined,
    ]);
  });
});

describe('a field of a task', () => {
  const rare = ['exception', 'traceback', 'eta', 'expires', 'queue', 'exchange', 'routing_key'];
  const texts = ['name', 'args', 'kwargs', 'result', 'root_id', 'parent_id', ...rare];
  const numbers = ['retries', 'runtime', 'pid', 'utcoffset', 'local_received', 'clock', 'failed', 'revoked'];

  it.each<[string, string | number]>([
    ...texts.map((field): [string, string] => [field, 'text']),
    ...numbers.map((field): [string, number] => [field, 1.25]),
  ])('is unknown, null or what an event said last: %s', (field, value) => {
    const { [field]: _, ...bare } = taskEvent('progress', 'a', { local_received: 1 });
    const read = (...values: unknown[]): unknown => {
      const events = values.map((each) => ({ ...taskEvent('progress', 'a'), [field]: each }) as Event);
      return taskAfter(...events).fields()[field];
    };

    if (!['clock', 'local_received'].includes(field))
      expect(taskAfter(bare as Event).fields()[field]).toBeUndefined();
    expect(read(null)).toBeNull();
    expect(read(value)).toBe(value);
    expect(read(null, value)).toBe(value);
    expect(read(value, null)).toBeNull();
  });
});

describe('a rejected task', () => {
  const base = { uuid: 'r', hostname: 'w1@x', pid: 1, utcoffset: 0 };

  function fold(...subjects: readonly (readonly [subject: string, at: number])[]): string | undefined {
    const state = new State();
    for (const [index, [subject, at]] of subjects.entries()) {
      state.event({ ...base, type: `task-${subject}`, timestamp: at, local_received: at, clock: index + 1 });
    }
    return state.tasks.get('r')?.state;
  }

  it('is REJECTED although it had started, which Celery itself hides', () => {
    expect(fold(['received', 1], ['started', 2], ['rejected', 3])).toBe('REJECTED');
  });

  it('is on its way again once it was received anew', () => {
    expect(fold(['received', 1], ['started', 2], ['rejected', 3], ['received', 4])).toBe('RECEIVED');
    expect(fold(['received', 1], ['started', 2], ['rejected', 3], ['received', 4], ['started', 5])).toBe(
      'STARTED',
    );
  });

  it('stays what it became, when the rejection is told late', () => {
    expect(fold(['started', 5], ['rejected', 3])).toBe('STARTED');
    expect(fold(['succeeded', 5], ['rejected', 6])).toBe('SUCCESS');
  });
});
