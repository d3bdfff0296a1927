import { createContext } from '../../src/presentation/context.ts';
import type { TaskFilterContext } from '../../src/presentation/filter/task-filter-facts.ts';
import { taskColumns } from '../../src/presentation/task-columns.ts';
import { allTasks } from '../../src/query/all-tasks.ts';
import { groupTasks, type TaskGroupCount, type TaskGrouping } from '../../src/query/group-tasks.ts';
import { sortByLevels } from '../../src/query/level-sort.ts';
import { Slices } from '../../src/query/slices.ts';
import { firstByLevels, type SortLevel } from '../../src/query/sort-level.ts';
import { taskFilter } from '../../src/query/task-filter.ts';
import { TaskQuery } from '../../src/query/task-query.ts';
import { taskLevels } from '../../src/query/task-sort.ts';
import { State } from '../../src/state/state.ts';
import type { Task } from '../../src/state/task.ts';
import type { QueryReport, QueryResult } from './query-options.ts';
import { answer, best, cpuMs, measured, middleOf, untilIdle } from './query-timing.ts';
import { firstSecond, TaskShapes } from './task-shapes.ts';

/** Every question to a State of as many tasks, one after the other; the report goes to stdout as JSON. */
const [tasks = 100_000, runs = 3] = process.argv.slice(2).map(Number);
/** Events between two frames, at 4,000 a second and two frames a second. */
const eventsPerFrame = 2_000;

const filters = [
  ...[
    'state:fail',
    'name:*.task_1*',
    'name=app.mod3.task_17',
    'worker:w1',
    'queue:mail',
    'is:ready',
    'is:root',
  ],
  ...[
    'user-77',
    'Gateway',
    'uuid:ab',
    'args:4411',
    'args~"^\\(44"',
    "args~'user-[0-9]+7'",
    'result:ok',
    'exc:Timeout',
  ],
  ...['tb:line', 'kwargs:queue=priority', 'kwargs:queue=p*', 'kwargs:n=77', 'has:traceback', 'has:children'],
  ...[
    'runtime:>2s',
    'wait:..100ms',
    'retries:>=2',
    'time:-15m',
    'age:>1m',
    'eta:>now',
    'is:stuck',
    'is:problem',
  ],
  ...[
    'is:late',
    '-name:celery.*',
    '(state:FAILURE OR state:RETRY) kwargs:queue=priority',
    'a | b | c | d -e',
  ],
];
const hostileFilters = [
  ...[
    'args~"(a|aa)+$"',
    'args~"a[ab]{480}c"',
    'args~"((a|b)*a){20}(a|b){60}c"',
    'args~"(\\w|.)*a(\\w|.){60}q(a|b){10}"',
  ],
  ...[`args:${'*a'.repeat(100)}*c`, `${'ab '.repeat(250)}`, 'kwargs:a=p*', 'zqx'],
];

const shapes = new TaskShapes(tasks);
const context: TaskFilterContext = {
  now: () => firstSecond + tasks / 100,
  zoneOffset: () => 0,
  marked: () => false,
  revoking: () => false,
  unknown: () => false,
  lateAfter: () => 10,
  p99: () => 2.9,
  offline: (hostname) => hostname === 'celery@w8',
};
const drawing = createContext({ now: firstSecond + tasks / 100 });

const state = new State({ maxTasksInMemory: tasks });
for (let index = 0; index < tasks; index += 1) for (const event of shapes.events(index)) state.event(event);
const results: QueryResult[] = [];
for (const question of filters) results.push(await best(runs, () => filterResult('filter', state, question)));
for (const { id, sortValue } of taskColumns) {
  if (sortValue === undefined) continue;
  results.push(await best(runs, () => sortResult('first rows', id)));
  results.push(await best(runs, () => sortResult('whole order', id)));
}
for (const by of ['state', 'type', 'worker', 'root'] as const) {
  results.push(await best(runs, () => measured('group', by, () => answer(grouped(by)))));
}
for (const question of ['', 'state:fail', 'user-77', 'is:problem']) results.push(await caughtUp(question));
const monsters = shapes.hostileState(Math.min(tasks, 100_000));
for (const question of hostileFilters) results.push(await filterResult('hostile', monsters, question, 100));
process.stdout.write(`${JSON.stringify({ tasks, results } satisfies QueryReport)}\n`);

/** @param most slices after which it is given up: some answers would take minutes */
function filterResult(
  kind: QueryResult['kind'],
  among: State,
  question: string,
  most = Number.POSITIVE_INFINITY,
): Promise<QueryResult> {
  return measured(kind, question, (slices, giveUp, done) => {
    const filter = taskFilter([question], context);
    const query = new TaskQuery({
      state: among,
      slices,
      filter,
      nowMs: () => performance.now(),
      onReady: () => done(query.count),
    });
    giveUp(most, () => query.count);
    if (query.isReady) done(query.count);
  });
}

function sortResult(kind: 'first rows' | 'whole order', column: string): Promise<QueryResult> {
  const levels = taskLevels({ column, descending: true }, drawing);
  return measured(kind, column, () => answer(sorted(kind, levels)));
}

function* sorted(
  kind: 'first rows' | 'whole order',
  levels: readonly SortLevel<Task>[],
): Generator<void, readonly Task[]> {
  const rows = yield* allTasks(state);
  return kind === 'first rows' ? yield* firstByLevels(rows, levels, 256) : yield* sortByLevels(rows, levels);
}

function* grouped(by: TaskGrouping): Generator<void, readonly TaskGroupCount[]> {
  return yield* groupTasks(yield* allTasks(state), by);
}

/** What a frame costs under a filter that is in force. */
async function caughtUp(question: string): Promise<QueryResult> {
  let waiting = 0;
  const slices = new Slices({
    defer: (callback) => {
      waiting += 1;
      const immediate = setImmediate(() => {
        waiting -= 1;
        callback();
      });
      return () => clearImmediate(immediate);
    },
  });
  const settled = async (): Promise<void> => {
    do await untilIdle();
    while (waiting > 0);
  };
  const filter = { ...taskFilter([question], context), isUnsteady: false };
  const query = new TaskQuery({ state, slices, filter, nowMs: () => 0 });
  await settled();
  const all: QueryResult[] = [];
  for (let frame = 0; frame < 5; frame += 1) {
    let events = 0;
    for (let index = tasks + frame * 1_000; events < eventsPerFrame; index += 1) {
      for (const event of shapes.events(index)) {
        state.event(event);
        events += 1;
      }
    }
    const beganMs = performance.now();
    const cpuBeganMs = cpuMs();
    query.refresh();
    const totalMs = performance.now() - beganMs;
    const usedMs = cpuMs() - cpuBeganMs;
    await settled();
    const found = query.count;
    all.push({ kind: 'catching up', question, totalMs, cpuMs: usedMs, sliceMs: totalMs, slices: 1, found });
  }
  return middleOf(all);
}
