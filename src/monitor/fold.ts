import type { Event } from '../protocol/event.ts';
import type { State } from '../state/state.ts';
import { Statistics } from '../statistics/statistics.ts';
import { type MonitorFacts, monitorFacts } from './monitor-facts.ts';
import { Rates } from './rates.ts';
import type { WorkerDirectory } from './worker-directory.ts';

export interface FoldParts {
  readonly state: State;
  readonly workers: WorkerDirectory;
  readonly statistics?: Statistics;
  readonly rates?: Rates;
}

/**
 * What events alone make known of a cluster: the same for one that is live and for one that is played again. Its parts
 * are counted on together, so that all of them are of the same moment.
 */
export class Fold {
  readonly state: State;
  readonly statistics: Statistics;
  readonly rates: Rates;
  readonly workers: WorkerDirectory;
  #sentSeen = false;
  #failureCount = 0;

  constructor({ state, workers, statistics = new Statistics(), rates = new Rates() }: FoldParts) {
    this.state = state;
    this.workers = workers;
    this.statistics = statistics;
    this.rates = rates;
  }

  /** Takes in one event. @param received seconds since the epoch, when it came */
  note(event: Event, received: number): void {
    const { type } = event;
    this.statistics.note(this.state.event(event), received);
    this.rates.note(received);
    this.workers.noteEvent(event, received);
    if (type === 'task-sent') this.#sentSeen = true;
    if (type === 'task-failed') this.#failureCount += 1;
  }

  /** How many task-failed events came, of tasks that were forgotten since too. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** What the panel of a first run can explain emptiness with. */
  get facts(): MonitorFacts {
    return monitorFacts(this.workers.all(), this.#sentSeen);
  }

  /**
   * An independent copy.
   *
   * @param now the clock of the copy, in seconds since the epoch
   */
  clone(now: () => number): Fold {
    const copy = new Fold({
      // Whoever is told of what is live is not told of it again.
      state: this.state.clone({ now, callback: undefined, onNodeJoin: undefined, onDrift: undefined }),
      workers: this.workers.clone({ now }),
      statistics: this.statistics.clone(),
      rates: this.rates.clone(),
    });
    copy.#sentSeen = this.#sentSeen;
    copy.#failureCount = this.#failureCount;
    return copy;
  }
}
