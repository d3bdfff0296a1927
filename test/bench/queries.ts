import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lease, scratchFolder } from '../support/lease.ts';
import { amount, type Figure } from './figure.ts';
import type { QueryReport, QueryResult } from './query-options.ts';

/** Milliseconds: an answer over so many tasks, and the longest that events may wait for it. */
const sizes = [
  { tasks: 100_000, goal: 50, runs: 3 },
  // Ten times the tasks: one run is as long as three.
  { tasks: 1_000_000, goal: 500, runs: 1 },
];
const longestPause = 20;

/** Any filter, order and group over all tasks in memory, and what each keeps the intake of events waiting. */
export async function queries(): Promise<readonly Figure[]> {
  const script = await bundled(await scratchFolder());
  const figures: Figure[] = [];
  for (const { tasks, goal, runs } of sizes) {
    figures.push(...figuresOf(await report(script, tasks, runs), goal));
  }
  return figures;
}

/** Every question with what it took, the slowest first of each kind. */
export function queryTable({ tasks, results }: QueryReport): string {
  const lines = results
    .toSorted((left, right) => left.kind.localeCompare(right.kind) || right.totalMs - left.totalMs)
    .map(({ kind, question, totalMs, cpuMs, sliceMs, slices, found }) =>
      [
        kind.padEnd(12),
        question.slice(0, 54).padEnd(56),
        `${totalMs.toFixed(1)} ms`.padStart(11),
        `${cpuMs.toFixed(1)} ms`.padStart(11),
        `${sliceMs.toFixed(1)} ms`.padStart(10),
        String(slices).padStart(6),
        String(found).padStart(9),
      ].join(' '),
    );
  return [`${tasks} tasks: total, processor time, slowest slice, slices, found`, ...lines].join('\n');
}

/** Compiled as the program is: what is measured runs in a process of its own, from plain JavaScript. */
export async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'query-load.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('query-load.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  });
  return outfile;
}

/** Bench of one size; each question is asked `runs` times, and the middle one counts. */
export async function report(script: string, tasks: number, runs: number): Promise<QueryReport> {
  const child = spawn(process.execPath, [script, String(tasks), String(runs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const release = child.pid === undefined ? undefined : await lease(child.pid);
  const [output, status] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]);
  await release?.();
  if (status !== 0) throw new Error(`the questions ended with status ${status}`);
  return JSON.parse(output) as QueryReport;
}

function figuresOf({ tasks, results }: QueryReport, goal: number): readonly Figure[] {
  const kinds = ['filter', 'first rows', 'whole order', 'group', 'catching up'] as const;
  const totals = kinds.map((kind) => {
    const worst = slowest(
      results.filter((result) => result.kind === kind),
      (result) => result.totalMs,
    );
    return {
      name: `slowest ${kind}, ${tasks / 1000}k tasks`,
      row: `slowest ${kinds.join(' / ')} over ${amount(tasks)} tasks`,
      value: worst.totalMs,
      unit: 'ms',
      goal: kind === 'catching up' ? longestPause : goal,
      note: `${worst.question === '' ? 'no filter' : worst.question}, ${worst.cpuMs.toFixed(0)} ms of processor time in ${worst.slices} slices`,
    };
  });
  const pauses = (['asked', 'hostile'] as const).map((kind) => {
    const worst = slowest(
      results.filter((result) => (result.kind === 'hostile') === (kind === 'hostile')),
      (result) => result.sliceMs,
    );
    return {
      row: `longest pause of intake meanwhile, over ${amount(tasks)} tasks / of a hostile filter over texts of 64 KiB`,
      name: `longest pause of intake, ${kind === 'hostile' ? 'hostile filter over 64 KiB texts, ' : ''}${tasks / 1000}k tasks`,
      value: worst.sliceMs,
      unit: 'ms',
      goal: longestPause,
      note: `${worst.kind}: ${worst.question.slice(0, 40)}`,
    };
  });
  return [...totals, ...pauses];
}

function slowest(results: readonly QueryResult[], cost: (result: QueryResult) => number): QueryResult {
  const [first, ...others] = results;
  if (first === undefined) throw new Error('nothing was measured');
  return others.reduce((worst, result) => (cost(result) > cost(worst) ? result : worst), first);
}
