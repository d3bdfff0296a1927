import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/state/task.ts';
import { TaskFamily } from '../../../src/state/task-family.ts';
import { TaskTable } from '../../../src/state/task-table.ts';
import { uuids } from './celery-dump.ts';

function familyOf(limit: number): { family: TaskFamily; report: (uuid: string, parentId?: string) => Task } {
  const tasks: TaskTable = new TaskTable(limit, (task) => family.forget(task));
  const family = new TaskFamily(tasks);
  const report = (uuid: string, parentId?: string): Task => {
    const task = tasks.get(uuid) ?? tasks.add(uuid);
    if (parentId !== undefined) task.writeParent(parentId);
    family.update(task);
    return task;
  };
  return { family, report };
}

describe('TaskFamily', () => {
  it('does not remember children beyond their eviction, though their parents never appear', () => {
    const { family, report } = familyOf(3);

    for (let i = 0; i < 100; i += 1) report(`child ${i}`, `unseen ${i}`);

    expect(family.waitingCount).toBe(3);
  });

  it('hands over to a parent the children that are still in memory', () => {
    const { family, report } = familyOf(3);
    report('first', 'parent');
    report('second', 'parent');
    report('third', 'parent');

    const parent = report('parent');

    expect(uuids(parent.children)).toEqual(['second', 'third']);
    expect(family.waitingCount).toBe(0);
  });

  it('moves a task that names another parent', () => {
    const { report } = familyOf(10);
    const before = report('before');
    const after = report('after');
    report('task', 'before');

    report('task', 'after');

    expect([uuids(before.children), uuids(after.children)]).toEqual([[], ['task']]);
  });
});
