import { Slices } from '../../src/query/slices.ts';
import type { QueryResult } from './query-options.ts';

/** Answers become what the compiler makes of them: the first one is not that of a program that runs for hours. */
export async function best(runs: number, run: () => Promise<QueryResult>): Promise<QueryResult> {
  await run();
  const all: QueryResult[] = [];
  for (let count = 0; count < runs; count += 1) all.push(await run());
  const middle = middleOf(all);
  return { ...middle, sliceMs: Math.min(...all.map((result) => result.sliceMs)) };
}

export function middleOf(results: readonly QueryResult[]): QueryResult {
  const sorted = [...results].sort((left, right) => left.totalMs - right.totalMs);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

export type Ask = (
  slices: Slices,
  giveUp: (slices: number, found: () => number) => void,
  done: (found: number) => void,
) => void | Generator<void, { readonly length: number }>;

/** Asks one question on slices whose turns are timed. */
export async function measured(kind: QueryResult['kind'], question: string, ask: Ask): Promise<QueryResult> {
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

export function answer<Answer extends { readonly length: number }>(
  work: Generator<void, Answer>,
): Generator<void, Answer> {
  return work;
}

export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function untilIdle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
