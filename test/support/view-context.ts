import type { CommandEntry } from '../../src/monitor/command-log.ts';
import { isProblem } from '../../src/presentation/problem.ts';
import type { Event } from '../../src/protocol/event.ts';
import { State } from '../../src/state/state.ts';
import type { Task } from '../../src/state/task.ts';
import { actionForKey } from '../../src/ui/input/dispatch.ts';
import { screenHere } from '../../src/ui/model/here.ts';
import type { OverlayContext } from '../../src/ui/model/overlay-context.ts';
import { overlayKey } from '../../src/ui/model/overlay-keys.ts';
import { reduce, type Step } from '../../src/ui/model/reduce.ts';
import { frameOf, initialView, type ViewState } from '../../src/ui/model/view-state.ts';
import type { WorkerFacts } from '../../src/ui/operations/operation.ts';
import { sampleType } from './sample-types.ts';

export const start = 1_700_000_000;

/** A State with tasks t0 (oldest) … tN-1 (newest), each in the state that its last event gives it. */
export function stateWith(subjects: readonly string[]): State {
  const state = new State({ now: () => start + 1_000 });
  for (const [index, subject] of subjects.entries()) addTask(state, `t${index}`, subject, index);
  return state;
}

export function addTask(state: State, uuid: string, subject: string, index: number): void {
  const base = { hostname: 'celery@w1', pid: 1, utcoffset: 0, uuid };
  const events: Event[] = [
    { ...base, type: 'task-received', name: 'app.add', args: `(${index},)`, kwargs: '{}' },
  ];
  if (subject !== 'received') events.push({ ...base, type: 'task-started' });
  if (subject !== 'received' && subject !== 'started') {
    events.push({
      ...base,
      type: `task-${subject}`,
      runtime: 0.1,
      result: String(index),
      traceback: 'Traceback…',
    });
  }
  for (const [step, event] of events.entries()) {
    const timestamp = start + index + step / 10;
    state.event({ ...event, timestamp, local_received: timestamp, clock: index * 10 + step + 1 });
  }
}

export const worker: WorkerFacts = {
  online: true,
  poolImplementation: 'prefork',
  poolSize: 4,
  autoscale: undefined,
  queues: ['celery', 'mail'],
  activeCount: 2,
  oldestActive: 12,
  eventsOn: true,
};

export interface World {
  readonly state: State;
  readonly workers: Map<string, WorkerFacts>;
  nowMs: number;
  disconnected: string | undefined;
  readonly entries: CommandEntry[];
}

export function world(subjects: readonly string[] = ['succeeded', 'failed', 'started', 'received']): World {
  return {
    state: stateWith(subjects),
    workers: new Map([
      ['celery@w1', worker],
      ['celery@w2', { ...worker, queues: ['celery'] }],
    ]),
    nowMs: (start + 1_000) * 1_000,
    disconnected: undefined,
    entries: [],
  };
}

/** The reducer's context over a real State: what the screen would answer, without a screen. */
export function contextOf(world: World, chunk = 1): OverlayContext {
  const { state } = world;
  return {
    now: world.nowMs / 1_000,
    nowMs: world.nowMs,
    pageRows: 10,
    chunk,
    facts: {
      now: world.nowMs / 1_000,
      online: [...world.workers.keys()].filter((name) => world.workers.get(name)?.online),
      worker: (hostname) => world.workers.get(hostname),
      task: (uuid) => state.tasks.get(uuid),
      rateLimit: () => undefined,
      measuredRate: () => 0,
    },
    disconnected: world.disconnected,
    reordered: (tasks) => tasks,
    tasks: (frame) => {
      if (frame.held !== undefined) return frame.held.tasks;
      const matches = (task: Task): boolean =>
        JSON.stringify(task.name).includes(frame.filter) || task.uuid.includes(frame.filter);
      return state.tasksByTime().filter((task) => matches(task) && (!frame.problemsOnly || isProblem(task)));
    },
    shown: () => [],
    workers: () => [...world.workers.keys()].map((hostname) => ({ hostname, status: 'online' as const })),
    types: () => [...state.taskTypes().map((name) => sampleType(name)), sampleType(undefined)],
    text: () => ({ count: 100, start: 0, matches: [5, 50] }),
    taskUnderCursor: (view) => {
      const frame = frameOf(view);
      if (frame.screen === 'task') return frame.task;
      const rows = state.tasksByTime();
      return frame.screen === 'tasks'
        ? (rows.find((task) => task.uuid === frame.list.selected) ?? rows[0])
        : undefined;
    },
    isProblem,
    pausePicture: () => ({
      at: world.nowMs / 1_000,
      eventCount: state.eventCount,
      following: true,
      tasks: new Map(),
      workers: undefined,
      types: undefined,
    }),
    candidates: (kind) =>
      kind === 'worker'
        ? [...world.workers.keys()]
        : kind === 'type'
          ? state.taskTypes()
          : ['time', 'runtime'],
    filterValues: (field) => (field === 'name' ? state.taskTypes() : []),
    findTask: (uuid) => {
      const found = [...state.tasks.values()].filter((task) => task.uuid.startsWith(uuid));
      return state.tasks.get(uuid) ?? (found.length > 1 && uuid.length > 3 ? 'several' : undefined);
    },
    entry: (id) => world.entries.find((entry) => entry.id === id),
    sortColumn: (key) => ({ t: 'time', r: 'runtime' })[key],
    log: [],
    intakeWorkers: world.workers.size,
  };
}

export function view(options: Partial<Parameters<typeof initialView>[0]> = {}): ViewState {
  return initialView({ view: 'tasks', timeMode: 'utc', readonly: false, ascii: false, ...options });
}

let nextChunk = 10;

/** Keys one after the other, each in a chunk of its own, as a person types them. */
export function press(world: World, before: ViewState, ...keys: readonly string[]): Step {
  let step: Step = { view: before, effects: [] };
  for (const key of keys) step = pressOne(world, step, key, nextChunk++);
  return step;
}

/** Keys that arrive in one read, as a burst or a script sends them. */
export function burst(world: World, before: ViewState, ...keys: readonly string[]): Step {
  return keys.reduce((step, key) => pressOne(world, step, key, 7), { view: before, effects: [] } as Step);
}

function pressOne(world: World, { view, effects }: Step, key: string, chunk: number): Step {
  const context = contextOf(world, chunk);
  if (view.overlay !== undefined) return merged(effects, overlayKey(view, key, context));
  const action = actionForKey(screenHere(view), key);
  return action === undefined ? { view, effects } : merged(effects, reduce(view, action.id, context));
}

function merged(before: Step['effects'], step: Step): Step {
  return { view: step.view, effects: [...before, ...step.effects] };
}
