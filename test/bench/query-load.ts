import { createContext } from '../../src/presentation/context.ts';
import type { TaskFilterContext } from '../../src/presentation/filter/task-filter-facts.ts';
import { taskColumns } from '../../src/presentation/task-columns.ts';
import type { Event } from '../../src/protocol/event.ts';
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

/** Every question to a State of as many tasks, one after the other; the report goes to stdout as JSON. */
const [tasks = 100_000, runs = 3] = process.argv.slice(2).map(Number);
/** Events between two frames, at 4,000 a second and two frames a second. */
const eventsPerFrame = 2_000;
const start = 1_700_000_000;

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

const random = numbers(tasks);
const context: TaskFilterContext = {
  now: () => start + tasks / 100,
  zoneOffset: () => 0,
  marked: () => false,
  revoking: () => false,
  unknown: () => false,
  lateAfter: () => 10,
  p99: () => 2.9,
  offline: (hostname) => hostname === 'celery@w8',
};
const drawing = createContext({ now: start + tasks / 100 });

const state = new State({ maxTasksInMemory: tasks });
for (let index = 0; index < tasks; index += 1) for (const event of eventsOf(index)) state.event(event);
const results: QueryResult[] = [];
for (const question of filters) results.push(await best(() => filterResult('filter', state, question)));
for (const { id, sortValue } of taskColumns) {
  if (sortValue === undefined) continue;
  results.push(await best(() => sortResult('first rows', id)));
  results.push(await best(() => sortResult('whole order', id)));
}
for (const by of ['state', 'type', 'worker', 'root'] as const) {
  results.push(await best(() => measured('group', by, () => answer(grouped(by)))));
}
for (const question of ['', 'state:fail', 'user-77', 'is:problem']) results.push(await caughtUp(question));
const monsters = hostileState(Math.min(tasks, 100_000));
for (const question of hostileFilters) results.push(await filterResult('hostile', monsters, question, 100));
process.stdout.write(`${JSON.stringify({ tasks, results } satisfies QueryReport)}\n`);

/** Answers become what the compiler makes of them: the first one is not that of a program that runs for hours. */
async function best(run: () => Promise<QueryResult>): Promise<QueryResult> {
  await run();
  const all: QueryResult[] = [];
  for (let count = 0; count < runs; count += 1) all.push(await run());
  all.sort((left, right) => left.totalMs - right.totalMs);
  const middle = all[all.length >> 1];
  if (middle === undefined) throw new Error('nothing was measured');
  return { ...middle, sliceMs: Math.min(...all.map((result) => result.sliceMs)) };
}

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
      for (const event of eventsOf(index)) {
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
  all.sort((left, right) => left.totalMs - right.totalMs);
  const middle = all[2];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

type Ask = (
  slices: Slices,
  giveUp: (slices: number, found: () => number) => void,
  done: (found: number) => void,
) => void | Generator<void, { readonly length: number }>;

/** Asks one question on slices whose turns are timed. */
async function measured(kind: QueryResult['kind'], question: string, ask: Ask): Promise<QueryResult> {
  await untilIdle();
  let sliceMs = 0;
  let count = 1;
  let most = Number.POSITIVE_INFINITY;
  let partial = (): number => 0;
  return new Promise((resolve) => {
    const beganMs = performance.now();
    const cpuBeganMs = cpuMs();
    const done = (found: number): void => {
      const totalMs = performance.now() - beganMs;
      resolve({ kind, question, totalMs, cpuMs: cpuMs() - cpuBeganMs, sliceMs, slices: count, found });
    };
    const timed = (work: () => void): void => {
      const sliceBeganMs = performance.now();
      work();
      sliceMs = Math.max(sliceMs, performance.now() - sliceBeganMs);
    };
    const slices = new Slices({
      defer: (callback) => {
        const immediate = setImmediate(() => {
          count += 1;
          if (count > most) {
            slices.close();
            done(partial());
          } else timed(callback);
        });
        return () => clearImmediate(immediate);
      },
    });
    // What is asked resolves within the slice that is being timed: the figures are read a turn later.
    const later = (found: number): void => void setImmediate(() => done(found));
    timed(() => {
      const work = ask(
        slices,
        (limit, found) => {
          most = limit;
          partial = found;
        },
        later,
      );
      if (work === undefined) return;
      let found = 0;
      const counted = function* (): Generator<void, void> {
        found = (yield* work).length;
      };
      slices.start(counted(), () => later(found));
    });
  });
}

function answer<Answer extends { readonly length: number }>(
  work: Generator<void, Answer>,
): Generator<void, Answer> {
  return work;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function untilIdle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Tasks of the reference shape: 30 characters of args, 40 of kwargs, 30 of a result. */
function eventsOf(index: number): readonly Event[] {
  const hex = (digits: number): string =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const base = { uuid, hostname: `celery@w${index % 9}`, pid: 100 + (index % 8), utcoffset: 0 };
  const type = Math.floor(random() * 60);
  const at = start + index / 100;
  const queue = random() < 0.1 ? 'priority' : 'default';
  const about = {
    name: `app.mod${type % 7}.task_${type}`,
    args: `(${Math.floor(random() * 1e6)}, 'user-${Math.floor(random() * 1e5)}', 17)`,
    kwargs: `{'queue': '${queue}', 'n': ${index}}`,
    retries: random() < 0.1 ? 2 : 0,
    eta: random() < 0.05 ? new Date((at + 60) * 1000).toISOString() : null,
    expires: null,
    root_id: index % 4 === 0 ? uuid : `root-${index >> 2}`,
    parent_id: index % 4 === 0 ? null : `root-${index >> 2}`,
  };
  const events: Record<string, unknown>[] = [{ type: 'task-received', ...about }, { type: 'task-started' }];
  const dice = random();
  if (dice < 0.9) {
    events.push({
      type: 'task-succeeded',
      result: `{'ok': True, 'stored': ${index}}`,
      runtime: random() * 3,
    });
  } else if (dice < 0.97) {
    const exception = `TimeoutError('gateway ${index % 50} timed out')`;
    events.push({
      type: 'task-failed',
      exception,
      traceback: `Traceback\n  line ${index % 90}\n${exception}`,
    });
  }
  return events.map((event, step) => {
    const timestamp = at + step / 10;
    const stamp = { timestamp, local_received: timestamp, clock: index * 4 + step + 1 };
    // As they come from a broker: every text is one of its own.
    return JSON.parse(JSON.stringify({ ...base, ...stamp, ...event })) as Event;
  });
}

/** 64 KiB of everything in each task; the texts are shared, since nobody has memory for so many. */
function hostileState(count: number): State {
  const length = 65_536;
  const letters = Array.from({ length: 8 }, () =>
    Array.from({ length }, () => (random() < 0.5 ? 'a' : 'b')).join(''),
  );
  const kwargs = [
    `{${"'a': 1, ".repeat(length / 8)}}`,
    `{'a': ${'['.repeat(length)}`,
    `{'a': '${"\\'".repeat(length / 2)}`,
  ];
  const monster = new State({ maxTasksInMemory: count });
  for (let index = 0; index < count; index += 1) {
    monster.event({
      type: 'task-received',
      uuid: `m${index}`,
      hostname: 'celery@w1',
      timestamp: start + index,
      local_received: start + index,
      clock: index + 1,
      name: 'app.monster',
      args: letters[index % letters.length],
      kwargs: kwargs[index % kwargs.length],
    } as Event);
  }
  return monster;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let now = seed >>> 0;
  return () => {
    now = (now + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(now ^ (now >>> 15), now | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
