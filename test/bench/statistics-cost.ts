import { State } from '../../src/state/state.ts';
import type { EventOutcome } from '../../src/state/state-options.ts';
import { Statistics } from '../../src/statistics/statistics.ts';
import { type Figure, median } from './figure.ts';

const start = 1_700_000_000;
const typeCounts = [20, 1_000];
/** Few enough to stay in the processor's caches, as the one task that an event is about does. */
const taskCount = 3_000;
/** 20,000 events a second, for some minutes, whose first event of a type moves what has become older. */
const passesPerMinute = 100;
const timedMinutes = 3;
/** Until every window is full. */
const filledMinutes = 75;
const repetitions = 5;

/** What an event costs beside the State, and the memory of distributions, with few and with as many types as are kept. */
export async function statisticsCost(): Promise<readonly Figure[]> {
  return typeCounts.flatMap((types) => {
    const outcomes = outcomesOf(types);
    const rounds = Array.from({ length: repetitions }, () => round(outcomes));
    const notes = outcomes.length * passesPerMinute * timedMinutes;
    const { readSeconds, bytes } = filled(outcomes);
    return [
      {
        name: `statistics, one event, ${types} types`,
        value: median(rounds.map((seconds) => (seconds * 1e6) / notes)),
        unit: 'µs',
        goal: 0.3,
      },
      {
        name: `statistics, sorting ${types} types by p95`,
        value: readSeconds * 1e3,
        unit: 'ms',
        goal: 20,
      },
      {
        name: `statistics, distributions of ${types} types`,
        value: bytes / 1e6,
        unit: 'MB',
        goal: 36,
      },
    ];
  });
}

/** Of tasks that were sent, received, started and succeeded. */
function outcomesOf(types: number): readonly EventOutcome[] {
  const state = new State({ maxTasksInMemory: taskCount });
  const outcomes: EventOutcome[] = [];
  for (let n = 0; n < taskCount; n += 1) {
    const name = `app.tasks.task_${n % types}`;
    const runtime = 0.05 * (1 + (n % 97)) ** 1.3;
    const times = {
      sent: 0,
      received: 0.004 + (n % 31) / 1e3,
      started: 0.1 + (n % 53) / 1e3,
      succeeded: 0.2 + runtime,
    };
    for (const [subject, after] of Object.entries(times)) {
      const timestamp = start + n / 1e3 + after;
      const task = {
        uuid: `task-${n}`,
        hostname: 'celery@w1',
        timestamp,
        local_received: timestamp,
        clock: n + 1,
      };
      const fields = subject === 'succeeded' ? { runtime } : { name };
      const outcome = state.event({ type: `task-${subject}`, ...task, ...fields });
      if (outcome !== undefined) outcomes.push(outcome);
    }
  }
  return outcomes;
}

function round(outcomes: readonly EventOutcome[]): number {
  const statistics = new Statistics();
  return cpuSeconds(() => feed(statistics, outcomes, timedMinutes, passesPerMinute));
}

function filled(outcomes: readonly EventOutcome[]): { readSeconds: number; bytes: number } {
  const statistics = new Statistics();
  feed(statistics, outcomes, filledMinutes, 2);
  const now = start + filledMinutes * 60;
  const readAll = (): number[] =>
    [...statistics.types].map((name) => statistics.ofType(name, '1h', now)?.run.p95 ?? 0);
  const reads = Array.from({ length: repetitions }, () => cpuSeconds(readAll));
  return { readSeconds: median(reads), bytes: statistics.bytes };
}

function feed(
  statistics: Statistics,
  outcomes: readonly EventOutcome[],
  minutes: number,
  passes: number,
): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    for (let pass = 0; pass < passes; pass += 1) {
      for (const outcome of outcomes) statistics.note(outcome, start + minute * 60 + (pass * 60) / passes);
    }
  }
}

/** Of this process, so that others on the machine do not count. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
