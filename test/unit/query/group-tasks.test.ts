import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { groupTasks, type TaskGrouping } from '../../../src/query/group-tasks.ts';
import { taskFilter } from '../../../src/query/task-filter.ts';
import { TaskQuery } from '../../../src/query/task-query.ts';
import { ManualSlices } from '../../support/manual-slices.ts';
import { start, stateWith } from '../../support/view-context.ts';
import { context } from '../presentation/filter/sample-tasks.ts';

const state = stateWith(['succeeded', 'failed', 'succeeded', 'started']);
state.event({
  type: 'task-sent',
  uuid: 'sent',
  name: 'app.add',
  hostname: 'gen@web',
  timestamp: start + 9,
  local_received: start + 9,
  clock: 99,
} as Event);

function groups(filter: string, by: TaskGrouping): unknown {
  const { slices } = new ManualSlices();
  const query = new TaskQuery({ state, slices, filter: taskFilter([filter], context()), nowMs: () => 0 });
  const work = groupTasks(query.newest(100), by);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value.map(({ key, count }) => [key, count]);
  }
}

describe('counting tasks by what they share', () => {
  it.each([
    [
      '',
      'state',
      [
        ['SUCCESS', 2],
        ['FAILURE', 1],
        ['PENDING', 1],
        ['STARTED', 1],
      ],
    ],
    ['', 'type', [['app.add', 5]]],
    [
      '',
      'worker',
      [
        ['celery@w1', 4],
        [undefined, 1],
      ],
    ],
    ['', 'root', [[undefined, 5]]],
    [
      'state:success,fail',
      'state',
      [
        ['SUCCESS', 2],
        ['FAILURE', 1],
      ],
    ],
    ['name:nothing', 'type', []],
  ] as const)('of the filter %j by %s: %j', (filter, by, expected) => {
    expect(groups(filter, by)).toEqual(expected);
  });

  it('gives the largest groups of many', () => {
    const many = stateWith(Array.from({ length: 3_000 }, () => 'received'));
    for (let index = 0; index < 500; index += 1) {
      const stamp = {
        hostname: `w${index % 7}`,
        timestamp: start,
        local_received: start,
        clock: 20_000 + index,
      };
      many.event({
        type: 'task-started',
        uuid: `t${index}`,
        root_id: `root-${index % 250}`,
        ...stamp,
      } as Event);
    }
    const work = groupTasks(many.tasksByTime(), 'root', 3);
    let steps = 0;
    for (let step = work.next(); ; step = work.next(), steps += 1) {
      if (step.done !== true) continue;
      expect(step.value).toEqual([
        { key: undefined, count: 2_500 },
        { key: 'root-0', count: 2 },
        { key: 'root-1', count: 2 },
      ]);
      break;
    }
    expect(steps).toBeGreaterThan(10);
  });
});
