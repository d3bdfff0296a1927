import type { TypeLimits } from '../../src/monitor/task-type-limits.ts';
import { type TypeRow, typeRow } from '../../src/presentation/task-type-row.ts';
import type { Percentiles, Reading } from '../../src/statistics/reading.ts';

const unknown: Percentiles = { count: 0, p50: undefined, p95: undefined, p99: undefined };

const nothing: Reading & TypeLimits = {
  ...{ started: 0, succeeded: 0, failed: 0, retried: 0, revoked: 0, lastAt: 0, seconds: 900 },
  ...{ run: unknown, workerWait: unknown, queueWait: unknown },
  ...{ rateLimit: undefined, rateLimitSet: undefined, timeLimitSet: undefined },
};

/** The row of a type of which this was counted, in a window of 15 minutes. */
export function sampleType(
  name: string | undefined,
  parts: Partial<Reading & TypeLimits & { running: number }> = {},
): TypeRow {
  const all = { ...nothing, running: 0, ...parts };
  return typeRow(all, { ...all, name });
}

export function percentiles(p50: number, p95: number, p99: number, count = 100): Percentiles {
  return { count, p50, p95, p99 };
}
