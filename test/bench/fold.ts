import { rmSync } from 'node:fs';
import type { Cluster } from './cluster.ts';
import { longestList } from './event-stream.ts';
import type { Figure } from './figure.ts';
import type { FoldOptions, FoldResult } from './fold-options.ts';
import { ratioFigure, rounds } from './ratio.ts';
import { streamFile } from './stream-file.ts';

const roundCount = 3;
const events = 150_000;
const goal = 10;
const row = '`State.event`, events per second of CPU against Celery, below / beyond the task limit';

const cases = [
  { name: 'fold, below the task limit', maxTasks: 1_000_000, before: 30_000 },
  // The default of both; full after the first 10,000 tasks.
  { name: 'fold, beyond the task limit', maxTasks: 10_000, before: 40_000 },
] as const;

/** From parsed events to the State, without a broker: ours against Celery's, on the same stream. */
export async function fold(cluster: Cluster): Promise<readonly Figure[]> {
  const file = streamFile(cluster.folder, 'fold', events, { shape: 'reference', listLength: longestList });
  const figures: Figure[] = [];
  for (const { name, maxTasks, before } of cases) {
    const given = JSON.stringify({ file, maxTasks, before } satisfies FoldOptions);
    const all = await rounds(
      roundCount,
      async () => rateOf(await cluster.run('library-fold', [cluster.libraryPath, given])),
      async () => rateOf(await cluster.runPython('celery_fold.py', [given])),
    );
    figures.push(ratioFigure({ name, goal, row, note: 'events per CPU-second' }, all));
  }
  rmSync(file);
  return figures;
}

function rateOf(result: unknown): number {
  return (result as FoldResult).eventsPerCpuSecond;
}
