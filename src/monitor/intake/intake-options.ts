import type { State } from '../../state/state.ts';

export interface IntakeOptions {
  /** The logical clock of our own receiver: an event that came without a clock was given this one. */
  readonly ownClock: () => number;
  /** Takes in each event first. */
  readonly state: State;
  /** Names of the workers that are there. */
  readonly online: () => readonly string[];
  /** Asks these workers for their `stats`, which come to `noteStats`. */
  readonly askStats: (hostnames: readonly string[]) => void;
  /** The least recently heard of is forgotten beyond this. */
  readonly maxWorkers?: number | undefined;
}
