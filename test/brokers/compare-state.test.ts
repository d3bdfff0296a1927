import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Event } from '../../src/protocol/event.ts';
import { State } from '../../src/state/state.ts';
import {
  type CeleryDump,
  capturedEvents,
  dumpState,
  uuids,
  withoutSelfChildren,
  withReceiverClocks,
  withRejections,
} from '../unit/state/celery-dump.ts';
import { disturbed } from '../unit/state/random-streams.ts';

interface Stream {
  name: string;
  events: Event[];
  maxTasks?: number;
  maxWorkers?: number;
}

interface CeleryFold extends CeleryDump {
  by_type: Record<string, string[]>;
  by_worker: Record<string, string[]>;
  alive: string[];
  /** Entries in Celery's heap of events. */
  heap: number;
}

const streams: Stream[] = [
  ...(['amqp', 'redis'] as const).map((transport) => ({
    name: `the capture of ${transport}`,
    events: withReceiverClocks(capturedEvents(transport)),
  })),
  ...Array.from({ length: 20 }, (_, seed) => randomStream(seed + 1)),
];
const fold = fileURLToPath(new URL('../fixtures/state/fold.py', import.meta.url));
const folded = new Map<string, CeleryFold>();

describe("our State and Celery's own, given the same events", () => {
  beforeAll(async () => {
    const dumps = await foldInCelery(inject('celeryPython'), streams);
    for (const [index, stream] of streams.entries()) folded.set(stream.name, dumps[index] as CeleryFold);
  });

  it.each(streams)('hold the same tasks and workers after $name', (stream) => {
    const celery = folded.get(stream.name)!;

    const ours = dumpState(foldHere(stream));

    // Celery's faults: a retried task becomes its own child, a rejected one stays STARTED.
    expect(ours.tasks).toEqual(withRejections(withoutSelfChildren(celery.tasks)));
    expect(ours.task_order_lru).toEqual(celery.task_order_lru);
    expect(Object.entries(ours.workers)).toEqual(Object.entries(celery.workers));
  });

  it.each(streams)('have counted the same after $name', (stream) => {
    const celery = folded.get(stream.name)!;

    const state = foldHere(stream);

    expect(state.eventCount).toBe(celery.event_count);
    expect(state.taskCount).toBe(celery.task_count);
    expect(state.taskTypes()).toEqual(celery.task_types);
    expect(state.aliveWorkers(nowOf(stream)).map((worker) => worker.hostname)).toEqual(celery.alive);
  });

  it.each(streams)('list the tasks in the same order after $name', (stream) => {
    const celery = folded.get(stream.name)!;
    // Celery's fault: a full heap of events loses the place of tasks that are still in memory.
    const isPlaced = new Set(celery.tasks_by_time);
    const placed = (listed: string[]): string[] => listed.filter((uuid) => isPlaced.has(uuid));

    const state = foldHere(stream);

    const newestFirst = uuids(state.tasksByTime());
    expect(newestFirst).toHaveLength(state.tasks.size);
    expect(placed(newestFirst)).toEqual(celery.tasks_by_time);
    for (const [name, found] of Object.entries(celery.by_type)) {
      expect(placed(uuids(state.tasksByType(name)))).toEqual(found);
    }
    for (const [hostname, found] of Object.entries(celery.by_worker)) {
      expect(placed(uuids(state.tasksByWorker(hostname)))).toEqual(found);
    }
    if (stream.maxTasks !== undefined) return;
    expect(uuids(state.tasksByTime({ reverse: false }))).toEqual(celery.tasks_by_time_forward);
  });

  it('are put to the test by streams that overflow, lack clocks and are in full disorder', () => {
    const dumps = [...folded.values()];

    const limited = streams.filter((stream) => stream.maxTasks !== undefined);
    expect(limited.map((stream) => folded.get(stream.name)?.heap)).toEqual(limited.map(() => 160));
    expect(dumps.some((dump) => Object.values(dump.tasks).some((task) => task['clock'] === null))).toBe(true);
    expect(dumps.some((dump) => dump.tasks_by_time.length < dump.task_order_lru.length)).toBe(true);
  });
});

function randomStream(seed: number): Stream {
  const transport = seed % 2 === 0 ? 'amqp' : 'redis';
  const reach = [3, 30, 300, Number.POSITIVE_INFINITY][seed % 4] ?? 3;
  const isLimited = seed % 5 === 0;
  const withoutClocks = !isLimited && seed % 3 === 0;
  const events = disturbed(withReceiverClocks(capturedEvents(transport)), { seed, reach, withoutClocks });
  const traits = [`${transport} ${seed}`, `disorder ${reach}`, withoutClocks ? 'some without clock' : ''];
  if (!isLimited) return { name: traits.filter(Boolean).join(', '), events };
  return {
    name: [...traits.filter(Boolean), 'in little memory'].join(', '),
    events,
    maxTasks: 40,
    maxWorkers: 2,
  };
}

function foldHere(stream: Stream): State {
  const state = new State({
    maxTasksInMemory: stream.maxTasks ?? 10_000,
    maxWorkersInMemory: stream.maxWorkers ?? 5_000,
  });
  for (const event of stream.events) state.event(event);
  return state;
}

/** At a moment when some of the workers of the capture are no longer alive. */
function nowOf(stream: Stream): number {
  return Math.max(...stream.events.map((event) => event.local_received ?? 0)) + 1;
}

async function foldInCelery(python: string, given: readonly Stream[]): Promise<CeleryFold[]> {
  const child = spawn(python, [fold], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  for (const stream of given) {
    const options =
      stream.maxTasks === undefined
        ? {}
        : { max_tasks_in_memory: stream.maxTasks, max_workers_in_memory: stream.maxWorkers };
    child.stdin.write(`${JSON.stringify({ events: stream.events, options, now: nowOf(stream) })}\n`);
  }
  child.stdin.end();
  const [output, complaint, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`fold.py ended with status ${status}: ${complaint}`);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CeleryFold);
}
