import type { TaskFilterContext } from '../../../../src/presentation/filter/task-filter-facts.ts';
import type { Event } from '../../../../src/protocol/event.ts';
import { State } from '../../../../src/state/state.ts';
import { seeded } from '../../../support/seeded.ts';

/** 2023-11-14T22:13:20Z. */
export const now = 1_700_000_000;

/** 14:00 UTC of the day of `now`. */
export const twoOClock: number = now - (8 * 3600 + 13 * 60 + 20);

/** What is true of a task, from which its events are made: the filters see only the events. */
export interface SampleTask {
  readonly uuid: string;
  readonly state:
    | 'PENDING'
    | 'RECEIVED'
    | 'STARTED'
    | 'SUCCESS'
    | 'FAILURE'
    | 'RETRY'
    | 'REVOKED'
    | 'PROGRESS';
  readonly name: string | undefined;
  readonly worker: string | undefined;
  readonly queue: string;
  readonly routingKey: string;
  readonly client: string;
  readonly id: number;
  readonly kwargs: Readonly<Record<string, string | number | null>>;
  readonly result: string | undefined;
  readonly exception: readonly [kind: string, message: string] | undefined;
  readonly traceback: boolean;
  readonly retries: number;
  readonly parent: string | undefined;
  readonly root: string;
  readonly pid: number;
  readonly sent: number;
  readonly received: number | undefined;
  readonly started: number | undefined;
  readonly ended: number | undefined;
  readonly runtime: number | undefined;
  readonly eta: number | undefined;
}

const names = [
  'app.mail.send_email',
  'app.mail.email',
  'celery.chord',
  'celery.group',
  'app.reports.Build',
  undefined,
];
const workers = ['celery@w1', 'celery@w2', 'celery@w10', 'celery@gone'];
const queues = ['celery', 'mail', 'priority', 'low prio'];
const states = [
  'PENDING',
  'RECEIVED',
  'STARTED',
  'SUCCESS',
  'SUCCESS',
  'SUCCESS',
  'FAILURE',
  'RETRY',
  'REVOKED',
  'PROGRESS',
] as const;
const exceptions = [
  ['TimeoutError', 'read timed out'],
  ['ValueError', 'bad text 7'],
  ['ConnectionError', "it's refused"],
] as const;

/** The same tasks for the same seed. */
export function sampleTasks(count: number, seed = 1): readonly SampleTask[] {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const tasks: SampleTask[] = [];
  for (let index = 0; index < count; index += 1) {
    const state = pick(states);
    const parent = random() < 0.3 ? pick(tasks.slice(-50)) : undefined;
    const sent = random() < 0.3 ? twoOClock - 120 + random() * 600 : now - 100 - random() * 80_000;
    const received = state === 'PENDING' ? undefined : sent + random() * 3;
    const started =
      received === undefined || ['RECEIVED', 'REVOKED'].includes(state)
        ? undefined
        : received + random() * 10;
    const runtime = Math.round(random() ** 2 * 8_000) / 1_000;
    const isEnded = ['SUCCESS', 'FAILURE', 'RETRY'].includes(state);
    const uuid = `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
    tasks.push({
      uuid,
      state,
      name: pick(names),
      worker: received === undefined ? undefined : pick(workers),
      queue: pick(queues),
      routingKey: pick(['mail.out', 'celery']),
      client: `gen${index % 3}@web`,
      id: Math.floor(random() * 5_000),
      kwargs: {
        queue: pick(queues),
        n: index % 5,
        ...(random() < 0.2 ? { note: pick(['Some text', 'x, y', null]) } : {}),
      },
      result: state === 'SUCCESS' ? pick(["'stored'", 'None', "'some text'", '42']) : undefined,
      exception: state === 'FAILURE' || state === 'RETRY' ? pick(exceptions) : undefined,
      traceback: state === 'FAILURE' && random() < 0.8,
      retries: state === 'RETRY' ? 1 + (index % 4) : index % 17 === 0 ? 2 : 0,
      parent: parent?.uuid,
      root: parent?.root ?? uuid,
      pid: 100 + (index % 7),
      sent,
      received,
      started,
      ended:
        state === 'REVOKED'
          ? (received ?? sent) + 1
          : isEnded && started !== undefined
            ? started + runtime
            : undefined,
      runtime: isEnded ? runtime : undefined,
      eta: random() < 0.1 ? Math.floor(now - 3_600 + random() * 7_200) : undefined,
    });
  }
  return tasks;
}

export function stateOf(tasks: readonly SampleTask[]): State {
  const state = new State({ maxTasksInMemory: tasks.length + 1, now: () => now });
  for (const event of streamOf(tasks)) state.event(event);
  return state;
}

/** The events of the tasks, one task after the other. */
export function streamOf(tasks: readonly SampleTask[]): readonly Event[] {
  return tasks
    .flatMap((task) =>
      eventsOf(task).map((event): Record<string, unknown> => ({ uuid: task.uuid, ...event })),
    )
    .map(
      (event, clock) =>
        ({
          local_received: event['timestamp'],
          clock: clock + 1,
          utcoffset: 0,
          ...event,
        }) as unknown as Event,
    );
}

export function context(parts: Partial<TaskFilterContext> = {}): TaskFilterContext {
  return {
    now: () => now,
    zoneOffset: () => 0,
    marked: () => false,
    revoking: () => false,
    unknown: () => false,
    lateAfter: () => 60,
    p99: () => undefined,
    offline: () => false,
    ...parts,
  };
}

function eventsOf(task: SampleTask): readonly Record<string, unknown>[] {
  const about = {
    ...(task.name === undefined ? {} : { name: task.name }),
    args: `(${task.id}, 'x')`,
    kwargs: pythonDict(task.kwargs),
    retries: task.retries,
    eta: task.eta === undefined ? null : new Date(task.eta * 1000).toISOString(),
    expires: null,
    root_id: task.root,
    parent_id: task.parent ?? null,
  };
  const byWorker = { hostname: task.worker, pid: task.pid };
  const exception = task.exception && `${task.exception[0]}(${pythonString(task.exception[1])})`;
  const traceback = task.traceback ? `Traceback (most recent call last):\n${exception}` : undefined;
  const ending = {
    SUCCESS: { type: 'task-succeeded', result: task.result, runtime: task.runtime },
    FAILURE: { type: 'task-failed', exception, ...(traceback === undefined ? {} : { traceback }) },
    RETRY: { type: 'task-retried', exception },
    REVOKED: { type: 'task-revoked', terminated: false, expired: false, signum: null },
    PROGRESS: { type: 'task-progress', percent: 10 },
  } as Record<string, Record<string, unknown>>;
  const end = ending[task.state];
  return [
    {
      type: 'task-sent',
      timestamp: task.sent,
      hostname: task.client,
      pid: 1,
      queue: task.queue,
      routing_key: task.routingKey,
      exchange: '',
      ...about,
    },
    ...(task.received === undefined
      ? []
      : [{ type: 'task-received', timestamp: task.received, ...byWorker, ...about }]),
    ...(task.started === undefined ? [] : [{ type: 'task-started', timestamp: task.started, ...byWorker }]),
    ...(end === undefined ? [] : [{ timestamp: task.ended ?? task.started, ...byWorker, ...end }]),
  ];
}

function pythonDict(entries: Readonly<Record<string, string | number | null>>): string {
  const parts = Object.entries(entries).map(([key, value]) => `'${key}': ${pythonScalar(value)}`);
  return `{${parts.join(', ')}}`;
}

function pythonScalar(value: string | number | null): string {
  if (value === null) return 'None';
  return typeof value === 'number' ? String(value) : pythonString(value);
}

function pythonString(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

function hex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}
