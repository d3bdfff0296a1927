import { rmSync } from 'node:fs';
import { until } from '../support/process-group.ts';
import { type Cluster, type Reader, sleep } from './cluster.ts';
import { longestList } from './event-stream.ts';
import { type Figure, median } from './figure.ts';
import type { FoldOptions, FoldResult } from './fold-options.ts';
import type { Load } from './load-process.ts';
import { residentMegabytes } from './process-usage.ts';
import { streamFile } from './stream-file.ts';
import { WatchedProgram } from './watched-program.ts';

const runs = 3;
const bytesInMegabyte = 1024 * 1024;
const eventsPerTask = 3;
const burst = 12_000;
const settledMs = 10_000;
/** What Redis may hold back before the next burst: far below its limit of 8 MB. */
const mostHeldBack = 1_000_000;

/** What a finished task costs, in the library and in the program with its screen. */
export async function taskMemory(cluster: Cluster): Promise<readonly Figure[]> {
  return [await perTask(cluster), ...(await wholeProgram(cluster))];
}

async function perTask(cluster: Cluster): Promise<Figure> {
  const tasks = 100_000;
  const grown: number[] = [];
  for (let run = 0; run < runs; run++) {
    const url = cluster.freshRedis();
    const load = cluster.load({ url, shape: 'reference' });
    const reader = cluster.library({ url, step: burst, maxTasks: 2 * tasks }, ['--expose-gc']);
    await reader.consumer.ready(() => load.ask({ do: 'beat' }));
    // What the first tasks bring with them is the program's: compiled code, tables that begin to grow.
    await fill(load, reader, 0, 2);
    const before = await collected(reader);
    await fill(load, reader, 2, (tasks * eventsPerTask) / burst);
    grown.push(((await collected(reader)) - before) * bytesInMegabyte);
    await reader.consumer.end();
    await load.stop();
  }
  const ours = median(grown) / tasks;
  const celery = await celeryBytes(cluster);
  return {
    name: 'memory per finished task, library',
    row: 'memory (RSS) per finished task',
    value: ours,
    unit: 'B',
    goal: 1024,
    ours,
    celery,
    note: `RSS growth over ${tasks.toLocaleString('en-US')} tasks from Redis, median of ${runs}`,
  };
}

/** Sends so many bursts, each when the one before has been taken. */
async function fill(load: Load, { consumer }: Reader, sent: number, bursts: number): Promise<void> {
  for (let each = 1; each <= bursts; each++) {
    await load.ask({ do: 'burst', events: burst });
    await consumer.taken((sent + each) * burst);
  }
}

/** Megabytes that are in use when the reader has thrown away what is not. */
async function collected({ consumer, lines }: Reader): Promise<number> {
  const before = lines.words.length;
  consumer.signal('SIGUSR2');
  await until('a collection', () => lines.words.length > before);
  await sleep(500);
  return residentMegabytes(consumer.pid);
}

async function celeryBytes(cluster: Cluster): Promise<number> {
  const file = streamFile(cluster.folder, 'memory', 150_000, { shape: 'reference', listLength: longestList });
  const given: FoldOptions = { file, maxTasks: 1_000_000, before: 30_000 };
  const result = (await cluster.runPython('celery_fold.py', [JSON.stringify(given)])) as FoldResult;
  rmSync(file);
  return result.bytesPerTask ?? Number.NaN;
}

/** Nobody collects anything here: what the program holds a while after the last event is what it is found to hold. */
async function wholeProgram(cluster: Cluster): Promise<readonly Figure[]> {
  const steps = [{ tasks: 100_000, goal: 150 }, { tasks: 1_000_000 }] as const;
  const url = cluster.freshRedis();
  const load = cluster.load({ url, shape: 'reference' });
  const program = await WatchedProgram.open(cluster, url, ['--max-tasks', '1000000']);
  const figures: Figure[] = [];
  let sent = 0;
  for (const step of steps) {
    for (; sent < step.tasks * eventsPerTask; sent += burst) {
      await load.ask({ do: 'burst', events: burst });
      await until('the program to read', async () => (await cluster.heldBack()) < mostHeldBack, 30_000, 10);
    }
    await sleep(settledMs);
    figures.push({
      name: `RSS with ${step.tasks.toLocaleString('en-US')} tasks, screen open`,
      row: 'memory with 100,000 / 1,000,000 tasks, screen open',
      value: residentMegabytes(program.pid),
      unit: 'MB',
      ...('goal' in step ? { goal: step.goal } : {}),
    });
  }
  const totals = await load.stop();
  const missing = totals.events - (await program.quit()).events;
  return figures.map((figure) => ({ ...figure, note: `140x40, ${missing} events missing at the end` }));
}
