import type { TypeLimits } from '../monitor/task-type-limits.ts';
import type { Reading } from '../statistics/statistics.ts';

/** What is shown of one type of task. Spans are seconds. */
export interface TypeRow extends Reading, TypeLimits {
  /** Undefined for all that belongs to no type of the list. */
  readonly name: string | undefined;
  /** Runs that ended: in success, in failure, or to be tried again. */
  readonly count: number;
  /** `count` per second. */
  readonly rate: number;
  /** Of `count`, 0 to 100; undefined when nothing ended. */
  readonly failPercent: number | undefined;
  readonly retryPercent: number | undefined;
  /** Runs under way. */
  readonly running: number;
}

/** What is known of a type beside what was counted. */
export type TypeFacts = TypeLimits & Pick<TypeRow, 'name' | 'running'>;

export function typeRow(reading: Reading, facts: TypeFacts): TypeRow {
  const count = reading.succeeded + reading.failed + reading.retried;
  return {
    ...reading,
    ...facts,
    count,
    rate: count / reading.seconds,
    failPercent: percent(reading.failed, count),
    retryPercent: percent(reading.retried, count),
  };
}

function percent(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : (100 * part) / whole;
}
