import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import type { Task } from '../../../../src/state/task.ts';
import { reduce } from '../../../../src/ui/model/reduce.ts';
import { settleView } from '../../../../src/ui/model/settle.ts';
import { TaskRows } from '../../../../src/ui/model/task-rows.ts';
import type { ViewContext } from '../../../../src/ui/model/view-context.ts';
import { frameOf, type TasksFrame, topFrame, type ViewState } from '../../../../src/ui/model/view-state.ts';
import { ManualSlices } from '../../../support/manual-slices.ts';
import { addTask, contextOf, start, view, type World, world } from '../../../support/view-context.ts';
import { context as filterContext } from '../../presentation/filter/sample-tasks.ts';

const drawing = createContext({ now: start + 100_000 });
const following = topFrame('tasks') as TasksFrame;

/** As many tasks as take several slices; every tenth failed. */
function manyTasks(count = 6_000): World {
  return world(Array.from({ length: count }, (_, index) => (index % 10 === 3 ? 'failed' : 'succeeded')));
}

class Screen {
  readonly manual = new ManualSlices();
  readonly world: World;
  readonly rows: TaskRows;
  view: ViewState = view();
  ready = 0;
  marks: ReadonlySet<string> | undefined;

  constructor(there: World) {
    this.world = there;
    this.rows = new TaskRows({
      state: there.state,
      slices: this.manual.slices,
      nowMs: () => this.manual.nowMs,
      filterContext: (asked) =>
        filterContext({ marked: (uuid) => asked()?.frame.list.marks.has(uuid) ?? false }),
      onReady: () => {
        this.ready += 1;
        this.view = settleView(this.view, this.context());
      },
    });
  }

  get frame(): TasksFrame {
    return frameOf(this.view) as TasksFrame;
  }

  context(): ViewContext {
    return {
      ...contextOf(this.world),
      tasks: (frame) => this.rows.all(frame, drawing),
      reordered: (tasks, sort) => this.rows.reordered(tasks, sort, drawing),
      shown: () => this.painted,
    };
  }

  painted: readonly Task[] = [];

  paint(): string[] {
    const tasks = this.rows.first(this.frame, 5, drawing).slice(0, 5);
    if (this.frame.held === undefined) this.painted = tasks;
    return uuids(tasks);
  }

  press(id: Parameters<typeof reduce>[1]): void {
    this.view = reduce(this.view, id, this.context()).view;
  }

  ask(frame: Partial<TasksFrame>): void {
    this.view = { ...this.view, stack: [{ ...this.frame, ...frame }] };
  }
}

function uuids(tasks: readonly Task[]): string[] {
  return tasks.map((task) => task.uuid);
}

describe('the rows of a list that follows', () => {
  it('are there at once where there are few tasks, whatever is asked', () => {
    const screen = new Screen(world());

    expect(screen.paint()).toEqual(['t3', 't2', 't1', 't0']);
    screen.ask({ filter: 'state:fail,started', sort: { column: 'state', descending: true } });
    expect(screen.paint()).toEqual(['t1', 't2']);
    expect(screen.rows.count(screen.frame, drawing)).toEqual({ count: 2, isPartial: false });
    expect(screen.ready).toBe(0);
  });

  it('are the last ones until those of a new filter are found, and then it is told', () => {
    const screen = new Screen(manyTasks());
    const before = screen.paint();

    screen.ask({ filter: 'id=t7 OR id=t8' });
    expect(screen.paint()).toEqual(before);
    expect(screen.rows.showsLast).toBe(true);
    expect(screen.rows.count(screen.frame, drawing)).toEqual({ count: 0, isPartial: true });
    screen.manual.finish();

    expect(screen.ready).toBe(1);
    expect(screen.paint()).toEqual(['t8', 't7']);
    expect(screen.rows.count(screen.frame, drawing)).toEqual({ count: 2, isPartial: false });
  });

  it('are the new ones as soon as there are enough of them for the screen', () => {
    const screen = new Screen(manyTasks());
    screen.paint();

    screen.ask({ filter: 'state:fail' });

    expect(screen.paint()).toEqual(['t5993', 't5983', 't5973', 't5963', 't5953']);
    expect(screen.rows.count(screen.frame, drawing).isPartial).toBe(true);
  });

  it('belong to the filter typed last', () => {
    const screen = new Screen(manyTasks());
    screen.ask({ filter: 'id=t7 OR id=t8' });
    screen.paint();
    screen.ask({ filter: 'id=t9' });
    screen.paint();
    screen.manual.finish();

    expect(screen.paint()).toEqual(['t9']);
  });

  it('in another order are found in slices, and at most once a second', () => {
    const screen = new Screen(manyTasks(9_900));
    const newest = screen.paint();
    screen.ask({ sort: { column: 'time', descending: false } });

    expect(screen.paint()).toEqual(newest);
    screen.manual.finish();
    expect(screen.paint()).toEqual(['t0', 't1', 't2', 't3', 't4']);

    addTask(screen.world.state, 'oldest', 'succeeded', -5);
    expect(screen.paint()[0]).toBe('t0');
    screen.manual.nowMs += 1_000;
    expect(screen.paint()[0]).toBe('t0');
    screen.manual.finish();
    expect(screen.paint()[0]).toBe('oldest');
  });

  it('heed the marks of the list as they are', () => {
    const screen = new Screen(world());
    screen.ask({ filter: 'is:marked', list: { ...following.list, marks: new Set(['t1']) } });
    expect(screen.paint()).toEqual(['t1']);

    screen.ask({ list: { ...following.list, marks: new Set(['t1', 't2']) } });
    screen.manual.nowMs += 1_000;
    expect(screen.paint()).toEqual(['t2', 't1']);
  });
});

describe('the rows of a list that is held', () => {
  it('are those on screen at once, and the others when they are known', () => {
    const screen = new Screen(manyTasks(9_900));
    const shown = screen.paint();
    screen.press('move-down');

    expect(uuids(screen.frame.held?.tasks ?? [])).toEqual(shown);
    expect(screen.frame.held?.awaits).toBe('rest');
    addTask(screen.world.state, 't4', 'retried', 40_000);
    screen.manual.finish();

    expect(screen.frame.held?.awaits).toBeUndefined();
    expect(screen.frame.held?.tasks).toHaveLength(9_900);
    expect(uuids(screen.frame.held?.tasks.slice(0, 5) ?? [])).toEqual(shown);
    expect(screen.frame.held?.tasks.at(-1)?.uuid).toBe('t0');
    expect(screen.frame.list.selected).toBe('t9898');
  });

  it('stay until those of another filter are found, which the cursor then goes to', () => {
    const screen = new Screen(manyTasks());
    screen.paint();
    screen.press('move-down');
    screen.manual.finish();
    screen.ask({ filter: 'id=t7 OR id=t8' });
    screen.view = settleView(
      { ...screen.view, stack: [{ ...screen.frame, held: { ...screen.frame.held!, awaits: 'rows' } }] },
      screen.context(),
    );

    expect(screen.frame.held?.tasks).toHaveLength(6_000);
    screen.manual.finish();

    expect(uuids(screen.frame.held?.tasks ?? [])).toEqual(['t8', 't7']);
    expect(screen.frame.list.selected).toBe('t8');
  });

  it('stay in their order until they are sorted, and stay the same rows', () => {
    const screen = new Screen(manyTasks());
    screen.paint();
    screen.press('move-last');
    screen.manual.finish();
    const before = screen.frame.held?.tasks;
    addTask(screen.world.state, 'newer', 'received', 40_000);
    screen.press('sort-reverse');

    expect(screen.frame.held?.tasks).toBe(before);
    screen.manual.finish();
    expect(uuids(screen.frame.held?.tasks ?? []).slice(0, 2)).toEqual(['t0', 't1']);
    expect(screen.frame.held?.tasks).toHaveLength(6_000);

    screen.press('sort-reverse');
    screen.manual.finish();
    expect(screen.frame.held?.tasks).toEqual(before);
  });

  it('reach a task that was opened before all of them were known', () => {
    const screen = new Screen(manyTasks(9_900));
    screen.paint();
    screen.press('open');
    expect(frameOf(screen.view)).toMatchObject({ screen: 'task', siblings: { length: 5 } });
    screen.manual.finish();

    expect(frameOf(screen.view)).toMatchObject({ screen: 'task', siblings: { length: 9_900 } });
  });
});

describe('tasks that are newer than a held list', () => {
  it.each([
    ['', 3],
    ['state:received,fail', 2],
  ])('are counted under the filter %j', (filter, expected) => {
    const there = world(['succeeded', 'failed', 'received']);
    const screen = new Screen(there);
    screen.ask({ filter });
    screen.paint();
    screen.press('move-down');
    expect(screen.rows.newer(screen.frame, drawing)).toBe(0);

    addTask(there.state, 'one', 'received', 10);
    addTask(there.state, 'two', 'succeeded', 11);
    addTask(there.state, 'three', 'failed', 12);

    expect(screen.rows.newer(screen.frame, drawing)).toBe(expected);
  });

  it('are none of those that changed in the list, and each once', () => {
    const there = world(['succeeded', 'failed', 'received']);
    const screen = new Screen(there);
    screen.ask({ filter: 'state:received,fail,retry' });
    screen.paint();
    screen.press('move-down');
    screen.rows.newer(screen.frame, drawing);

    addTask(there.state, 't2', 'failed', 20);
    addTask(there.state, 't0', 'retried', 21);
    addTask(there.state, 't0', 'retried', 22);

    expect(screen.rows.newer(screen.frame, drawing)).toBe(1);
  });

  it('are counted anew for a list that was held again', () => {
    const there = world();
    const screen = new Screen(there);
    screen.paint();
    screen.press('move-down');
    screen.rows.newer(screen.frame, drawing);
    addTask(there.state, 'one', 'received', 10);
    screen.press('follow');
    screen.paint();
    there.nowMs += 1_000;
    screen.press('move-down');

    expect(screen.rows.newer(screen.frame, drawing)).toBe(0);
  });
});
