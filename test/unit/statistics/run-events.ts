import type { Event } from '../../../src/protocol/event.ts';
import { State } from '../../../src/state/state.ts';
import { Statistics, type StatisticsOptions } from '../../../src/statistics/statistics.ts';

export const start = 1_700_000_000;

/** A State and the statistics behind it, fed as the monitor feeds them. */
export class Counted {
  readonly state: State = new State({ maxTasksInMemory: 1_000 });
  readonly statistics: Statistics;
  /** When the newest event was received, in seconds. */
  now: number = start;

  constructor(options: StatisticsOptions = {}) {
    this.statistics = new Statistics(options);
  }

  /** One event; `at` is its own time in seconds after the start, and when it is received unless told otherwise. */
  event(type: string, uuid: string, at: number, fields: Partial<Event> = {}, received: number = at): void {
    const event = { type, uuid, hostname: 'celery@w1', timestamp: start + at, clock: 1, ...fields };
    this.now = start + received;
    const outcome = this.state.event({ ...event, local_received: this.now });
    this.statistics.note(outcome, this.now);
  }

  /** A run from receipt to success that takes `runtime` seconds, received at `at`. */
  run(uuid: string, name: string, at: number, runtime: number): void {
    this.event('task-received', uuid, at, { name });
    this.event('task-started', uuid, at + 0.01);
    this.event('task-succeeded', uuid, at + 0.01 + runtime, { runtime }, at + 0.02);
  }
}
