import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { WorkerDirectory } from '../../src/monitor/worker-directory.ts';
import { createContext } from '../../src/presentation/context.ts';
import { parseFilter } from '../../src/presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../src/presentation/filter/task-filter-fields.ts';
import type { Event } from '../../src/protocol/event.ts';
import { Slices } from '../../src/query/slices.ts';
import { taskFilter } from '../../src/query/task-filter.ts';
import { TaskQuery } from '../../src/query/task-query.ts';
import { State } from '../../src/state/state.ts';
import { Statistics } from '../../src/statistics/statistics.ts';
import { taskFilterContext } from '../../src/ui/model/task-filter-context.ts';
import { type TasksFrame, topFrame } from '../../src/ui/model/view-state.ts';
import { scratchFolder } from '../support/lease.ts';
import { recordedEvents, recordedUntil } from '../support/recorded-tasks.ts';

const tasks = 50_000;
const script = fileURLToPath(new URL('../fixtures/filters/count.py', import.meta.url));
/** The examples of the description; more are in the script. */
const examples = [
  'state:failure name:*.email worker:w1 runtime:>2s text',
  'state:fail,retry -name:celery.*',
  '(state:FAILURE OR state:RETRY) kwargs:queue=priority',
  'time:14:00..14:05 exc:Timeout',
  'is:stuck',
  'retries:>=2',
  'args~"^\\(44"',
];

describe('every example of the filter language', () => {
  let expected: Readonly<Record<string, number>>;
  let count: (filter: string) => Promise<number>;

  beforeAll(async () => {
    const events = recordedEvents(tasks, 1);
    const file = join(await scratchFolder(), 'recording.ndjson');
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    expected = await countInPython(file);
    count = counterOf(events);
  }, 180_000);

  it('counts in 50,000 recorded tasks what a script of its own counts in Celery’s State', async () => {
    const counted: Record<string, number> = {};
    for (const filter of Object.keys(expected)) counted[filter] = await count(filter);

    expect(counted).toEqual(expected);
  }, 60_000);

  it('is among them, and finds some of the tasks and not all', () => {
    expect(Object.keys(expected)).toEqual(expect.arrayContaining(examples));
    const vacuous = Object.entries(expected).filter(([, found]) => found < 3 || found > tasks - 3);
    expect(vacuous).toEqual([]);
  });
});

async function countInPython(file: string): Promise<Record<string, number>> {
  const child = spawn(inject('celeryPython'), [script, file, String(recordedUntil)]);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, complaint, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`count.py ended with status ${status}: ${complaint}`);
  return JSON.parse(output) as Record<string, number>;
}

/** The parts of a monitor that filters ask, after the recording has run through them. */
function counterOf(events: readonly Event[]): (filter: string) => Promise<number> {
  let now = 0;
  const state = new State({ maxTasksInMemory: tasks });
  const statistics = new Statistics();
  const workers = new WorkerDirectory({ now: () => now });
  for (const event of events) {
    const received = Number(event.local_received);
    if (Math.floor(received) > Math.floor(now)) workers.tick();
    now = received;
    statistics.note(state.event(event), received);
    workers.noteEvent(event, received);
  }
  now = recordedUntil;
  workers.tick();
  const startingWith = (letter: string): Set<string> =>
    new Set([...state.tasks.keys()].filter((uuid) => uuid.startsWith(letter)));
  const frame = topFrame('tasks') as TasksFrame;
  const asked = {
    frame: { ...frame, list: { ...frame.list, marks: startingWith('c') } },
    context: createContext({ now }),
  };
  const monitor = { workers, statistics, revokePending: startingWith('d'), unknownTasks: new Set<string>() };
  const context = taskFilterContext(
    monitor,
    () => now,
    () => asked,
  );
  return (filter) =>
    new Promise((resolve, reject) => {
      const parsed = parseFilter(filter, taskFilterFields);
      if (!parsed.ok) reject(new Error(`${filter}: ${parsed.error.message}`));
      const query = new TaskQuery({
        state,
        slices: new Slices(),
        filter: taskFilter([filter], context),
        nowMs: () => 0,
        onReady: () => resolve(query.count),
      });
      if (query.isReady) resolve(query.count);
    });
}
