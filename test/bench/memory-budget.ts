import { type Cluster, sleep } from './cluster.ts';
import type { Figure } from './figure.ts';
import { residentMegabytes } from './process-usage.ts';
import { WatchedProgram } from './watched-program.ts';

const budget = 256;
const seconds = 45;
const eventsPerSecond = 40_000;

/** The most memory of a program that was given a budget, under a load whose tasks would fill several of it. */
export async function memoryBudget(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const program = await WatchedProgram.open(cluster, url, [
    '--memory',
    `${budget}M`,
    '--max-tasks',
    '10000000',
  ]);
  const load = cluster.load({ url, eventsPerSecond, shape: 'reference' });
  let most = 0;
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; await sleep(200)) {
    most = Math.max(most, residentMegabytes(program.pid));
  }
  const totals = await load.stop();
  const missing = totals.events - (await program.quit()).events;
  return [
    {
      name: `most RSS with --memory ${budget}M, screen open`,
      row: `most memory with \`--memory ${budget}M\` under a load that never ends`,
      value: most,
      unit: 'MB',
      goal: budget,
      note: `${seconds} s, ${Math.round(totals.eventsPerSecond)} events/s, ${totals.tasks} tasks, ${missing} events missing`,
    },
  ];
}
