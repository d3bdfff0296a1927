import type { FailureName } from './demo-failures.ts';
import type { Chance } from './demo-random.ts';
import type { Value } from './python-repr.ts';

export interface Arguments {
  readonly args?: readonly Value[];
  readonly kwargs?: Readonly<Record<string, Value>>;
}

export interface TaskType {
  readonly name: string;
  readonly queue: string;
  /** Under /srv/app. */
  readonly file: string;
  /** Seconds: the median, and how far the slow ones lie from it. */
  readonly runtime: readonly [median: number, sigma: number];
  readonly arguments: (chance: Chance) => Arguments;
  readonly result: (chance: Chance) => Value;
  /** The share of runs that fails, and how. */
  readonly failing?: { readonly share: number; readonly how: readonly [FailureName, ...FailureName[]] };
  /** The share of runs that is tried again, `countdown` seconds later, until `max` retries are used up. */
  readonly retrying?: {
    readonly share: number;
    readonly why: FailureName;
    readonly countdown: number;
    readonly max: number;
  };
  /** As written in the task's decorator, for example `30/m`. */
  readonly rateLimit?: string;
  /** Seconds. */
  readonly timeLimit?: number;
  readonly softTimeLimit?: number;
  readonly progressSteps?: number;
}
