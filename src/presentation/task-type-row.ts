import type { TypeLimits } from '../monitor/task-type-limits.ts';
import type { Reading } from '../statistics/reading.ts';

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

/** Percentiles stay unread until somebody looks at them. */
export function typeRow(reading: Reading, facts: TypeFacts): TypeRow {
  const { started, succeeded, failed, retried, revoked, seconds, lastAt } = reading;
  const count = succeeded + failed + retried;
  return {
    ...{ started, succeeded, failed, retried, revoked, seconds, lastAt },
    ...facts,
    count,
    rate: count / seconds,
    failPercent: percent(failed, count),
    retryPercent: percent(retried, count),
    get run() {
      return reading.run;
    },
    get workerWait() {
      return reading.workerWait;
    },
    get queueWait() {
      return reading.queueWait;
    },
  };
}

function percent(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : (100 * part) / whole;
}
