import type { Gap } from '../connection-gaps.ts';
import { numberOf, textOf } from '../worker-replies.ts';
import { type ByType, isCount, type TaskTotals } from './task-totals.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a reply to `stats` (celery/worker/worker.py:WorkController.stats) says of the tasks that a process has started. */
export class StatsReading {
  readonly pid: unknown;
  readonly clock: number;
  /** By the place of the type in `TaskTotals`. */
  readonly counts: ByType;
  /** Its pool stands in the way of its heartbeats while it runs a task. */
  readonly isSolo: boolean;
  readonly inThreads: boolean;
  /** Whole seconds since the process began; undefined when it does not say. */
  readonly #uptime: number | undefined;

  private constructor(reply: Fields, clock: number, types: TaskTotals) {
    this.pid = reply['pid'];
    this.clock = clock;
    this.counts = types.read(reply['total']);
    const pool = textOf(fieldsOf(reply['pool'])?.['implementation']) ?? '';
    this.isSolo = pool.includes('.solo:');
    this.inThreads = !this.isSolo && !pool.includes('.prefork:');
    this.#uptime = numberOf(reply['uptime']);
  }

  /** Undefined when the reply is no such thing. */
  static of(reply: unknown, types: TaskTotals): StatsReading | undefined {
    const fields = fieldsOf(reply);
    const clock = numberOf(fields?.['clock']);
    if (fields === undefined || !isCount(clock) || fieldsOf(fields['total']) === undefined) return undefined;
    return new StatsReading(fields, clock, types);
  }

  /** Whether the process began in the gap, by a reply that came at `at`. */
  beganIn(gap: Gap, at: number): boolean {
    if (this.#uptime === undefined) return false;
    const [latest, earliest] = [at - this.#uptime, at - this.#uptime - 1];
    return earliest * 1000 >= gap.fromMs && latest * 1000 <= gap.toMs + 1000;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
