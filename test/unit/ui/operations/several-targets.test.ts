import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../src/presentation/line.ts';
import type { Facts, Target, TargetTask, WorkerFacts } from '../../../../src/ui/operations/operation.ts';
import { operations } from '../../../../src/ui/operations/operations.ts';
import { worker } from '../../../support/view-context.ts';

function factsOf(workers: Readonly<Record<string, WorkerFacts>>): Facts {
  return {
    now: 100,
    online: Object.keys(workers),
    worker: (hostname) => workers[hostname],
    task: () => undefined,
    rateLimit: () => undefined,
    measuredRate: () => 0,
  };
}

function onWorkers(...hostnames: readonly string[]): Target {
  return { tasks: [], hostnames };
}

function onTasks(...tasks: readonly Partial<TargetTask>[]): Target {
  return {
    tasks: tasks.map((task, index) => ({ uuid: `t${index}`, state: 'STARTED', ready: false, ...task })),
    hostnames: [],
  };
}

function textOf(lines: readonly Line[]): string {
  return lines.map((line) => line.map((span) => span.text).join('')).join('\n');
}

describe('a pool operation on several workers', () => {
  const range = { min: 1, max: 4 };

  it.each(['grow', 'shrink'] as const)('is refused for any that cannot: %s', (id) => {
    const autoscaling = factsOf({ 'w1@x': worker, 'w2@x': { ...worker, autoscale: range } });
    const solo = factsOf({ 'w1@x': worker, 'w2@x': { ...worker, poolImplementation: 'solo' } });

    expect(operations[id].disabled(onWorkers('w1@x', 'w2@x'), autoscaling)).toContain('w2@x autoscales');
    expect(operations[id].disabled(onWorkers('w1@x', 'w2@x'), solo)).toContain('w2@x runs a solo pool');
    expect(operations[id].disabled(onWorkers('w1@x'), solo)).toBeUndefined();
  });

  it('is refused for any that does not autoscale', () => {
    const facts = factsOf({ 'w1@x': { ...worker, autoscale: range }, 'w2@x': worker });

    expect(operations.autoscale.disabled(onWorkers('w1@x', 'w2@x'), facts)).toContain('w2@x does not');
  });

  it('asks twice when any of the pools is emptied, and names it', () => {
    const facts = factsOf({ 'w1@x': worker, 'w2@x': { ...worker, poolSize: 2 } });
    const target = onWorkers('w1@x', 'w2@x');

    expect(operations.shrink.level(target, { n: '1' }, facts)).toBe(1);
    expect(operations.shrink.level(target, { n: '2' }, facts)).toBe(2);
    expect(textOf(operations.shrink.explain(target, { n: '2' }, facts))).toBe(
      [
        'Workers     w1@x  4 now, 2 afterwards',
        '            w2@x  2 now, 0 afterwards',
        'Will send   pool_shrink(2) to 2 workers',
        'No process is left on w2@x: the worker takes tasks but runs none.',
      ].join('\n'),
    );
  });

  it.each(['grow', 'autoscale', 'add-consumer', 'cancel-consumer'] as const)(
    'names five of them and counts the rest: %s',
    (id) => {
      const names = Array.from({ length: 7 }, (_, index) => `w${index}@x`);
      const facts = factsOf(Object.fromEntries(names.map((name) => [name, worker])));

      const text = textOf(operations[id].explain(onWorkers(...names), { n: '1' }, facts));

      expect(text).toContain('w4@x');
      expect(text).not.toContain('w5@x');
      expect(text).toContain('… and 2 more');
      expect(text).toContain('to 7 workers');
    },
  );

  it('proposes no range when theirs differ', () => {
    const facts = factsOf({
      'w1@x': { ...worker, autoscale: range },
      'w2@x': { ...worker, autoscale: { min: 2, max: 9 } },
    });
    const initial = (target: Target): readonly string[] =>
      operations.autoscale.fields(target, facts).map((field) => field.initial);

    expect(initial(onWorkers('w2@x'))).toEqual(['9', '2']);
    expect(initial(onWorkers('w1@x', 'w2@x'))).toEqual(['', '']);
  });
});

describe('a limit on marked tasks', () => {
  it.each(['rate-limit', 'time-limit'] as const)('is refused when they are of several types: %s', (id) => {
    const facts = factsOf({});

    expect(operations[id].disabled(onTasks({ name: 'a' }, { name: 'b' }), facts)).toBe(
      'the marked tasks are of several types',
    );
    expect(operations[id].disabled(onTasks({ name: 'a' }, {}), facts)).toBeDefined();
    expect(operations[id].disabled(onTasks({ name: 'a' }, { name: 'a' }), facts)).toBeUndefined();
  });

  it('offers one worker alone only when they are all on it', () => {
    const choices = (target: Target): number | undefined =>
      operations['rate-limit'].fields(target, factsOf({})).find((field) => field.id === 'to')?.choices
        ?.length;

    expect(choices(onTasks({ worker: 'w1@x' }, { worker: 'w1@x' }))).toBe(2);
    expect(choices(onTasks({ worker: 'w1@x' }, { worker: 'w2@x' }))).toBe(1);
  });
});

describe('terminate', () => {
  const { terminate } = operations;
  const facts = factsOf({});

  it('kills a running task that reports a state of its own', () => {
    const target = onTasks({ state: 'PROGRESS', started: 50 });

    expect(terminate.disabled(target, facts)).toBeUndefined();
    expect(terminate.request(target, {}, facts).args).toMatchObject({ task_id: ['t0'] });
  });

  it('kills a task that was never seen, with a warning', () => {
    const target = onTasks({ state: 'not seen' });

    expect(terminate.disabled(target, facts)).toBeUndefined();
    expect(textOf(terminate.explain(target, {}, facts))).toContain('This one is not known here');
    expect(terminate.request(target, {}, facts).args).toMatchObject({ task_id: ['t0'] });
  });

  it.each(['RECEIVED', 'RETRY', 'SUCCESS', 'REVOKED', 'PENDING'])('refuses a task that is %s', (state) => {
    expect(terminate.disabled(onTasks({ state, started: 50 }), facts)).toContain(`the task is ${state}`);
  });

  it('skips those that do not run', () => {
    const target = onTasks({}, { state: 'RECEIVED' }, { state: 'RETRY', started: 1 });

    expect(textOf(terminate.explain(target, {}, facts))).toContain(
      '2 of 3 are not running: they are skipped.',
    );
    expect(terminate.request(target, {}, facts).args).toMatchObject({ task_id: ['t0'] });
  });
});

describe('revoke', () => {
  it('counts in whole sentences', () => {
    const explain = (target: Target): string => textOf(operations.revoke.explain(target, {}, factsOf({})));
    const waiting = { state: 'RECEIVED' };

    expect(explain(onTasks({}))).toContain('This one is running: revoke will not stop it.');
    expect(explain(onTasks({}, waiting))).toContain('1 of 2 is running');
    expect(explain(onTasks({}, {}, waiting))).toContain('2 of 3 are running: revoke will not stop them.');
  });
});
