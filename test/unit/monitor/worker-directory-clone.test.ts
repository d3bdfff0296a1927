import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkerDirectory } from '../../../src/monitor/worker-directory.ts';
import type { Event } from '../../../src/protocol/event.ts';

const hosts = ['celery@w1', 'celery@w2', 'celery@w3', 'celery@w4'];

/** What a directory is told, so many seconds after what came before. */
interface Step {
  readonly after: number;
  readonly what: string;
  readonly hostname: string;
  readonly fields: Partial<Event>;
}

const someSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    after: fc.constantFrom(0, 0.5, 2, 7, 130, 700),
    what: fc.constantFrom(
      ...['worker-online', 'worker-heartbeat', 'worker-heartbeat', 'worker-offline'],
      ...['task-started', 'task-succeeded', 'task-failed', 'task-sent'],
      ...['tick', 'tick', 'deaf', 'listening', 'answered', 'unanswered', 'stats', 'failed'],
    ),
    hostname: fc.constantFrom(...hosts),
    fields: fc.record(
      {
        freq: fc.constantFrom(1, 60),
        active: fc.nat(4),
        processed: fc.nat(9),
        pid: fc.nat(9),
        loadavg: fc.constantFrom([1, 2, 3], [4, 5, 6]),
        sw_ident: fc.constantFrom('py-celery', 'other'),
        timestamp: fc.integer({ min: 990, max: 2_000 }),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Partial<Event>>,
  }),
  { maxLength: 50 },
);

class Told {
  readonly directory: WorkerDirectory;
  readonly news: string[] = [];
  now: number;

  constructor(now: number, directory?: WorkerDirectory) {
    this.now = now;
    const options = {
      now: () => this.now,
      onSight: (hostname: string) => this.news.push(`sight ${hostname}`),
      onLeave: (hostname: string) => this.news.push(`leave ${hostname}`),
      onReturn: (hostname: string) => this.news.push(`return ${hostname}`),
    };
    this.directory = directory?.clone(options) ?? new WorkerDirectory({ ...options, maxWorkers: 3 });
  }

  clone(): Told {
    return new Told(this.now, this.directory);
  }

  take(steps: readonly Step[]): void {
    for (const step of steps) {
      this.now += step.after;
      this.#take(step);
    }
  }

  #take({ what, hostname, fields }: Step): void {
    const { directory, now } = this;
    if (what === 'tick') directory.tick();
    else if (what === 'deaf' || what === 'listening') directory[what](now);
    else if (what === 'answered' || what === 'unanswered')
      directory.noteAnswer(hostname, what === 'answered');
    else if (what === 'stats')
      directory.noteInspection(hostname, 'stats', { value: { concurrency: 2 } as never, fetchedAt: now });
    else if (what === 'failed') directory.noteInspection(hostname, 'active', { failure: 'no reply' });
    else directory.noteEvent({ type: what, hostname, timestamp: now, ...fields } as Event, now);
  }

  read(): unknown {
    const { directory } = this;
    return [directory.size, directory.online(), directory.all().map((facts) => plain(facts))];
  }
}

/** Also what is worked out when it is read. */
function plain(facts: ReturnType<WorkerDirectory['all']>[number]): unknown {
  const { status, beatAge, goneFor, slots, doneInMinute, failedInMinute } = facts;
  return { ...facts, status, beatAge, goneFor, slots, doneInMinute, failedInMinute };
}

describe('a clone of a WorkerDirectory', () => {
  it('goes on as the original does, and as one that was never cloned; neither sees what the other is told', () => {
    fc.assert(
      fc.property(someSteps, someSteps, someSteps, (before, after, others) => {
        const original = new Told(1_000);
        original.take(before);
        const news = original.news.length;
        const [clone, busy] = [original.clone(), original.clone()];
        expect(clone.read()).toEqual(original.read());
        busy.take(others);

        clone.take(after);
        original.take(after);
        const whole = new Told(1_000);
        whole.take(before);
        // Reading moves the seconds of a count on: both are read in the same moments.
        whole.read();
        whole.take(after);

        expect(clone.read()).toEqual(whole.read());
        expect(original.read()).toEqual(whole.read());
        expect(clone.news).toEqual(whole.news.slice(news));
        expect(original.news).toEqual(whole.news);
      }),
      { numRuns: 300 },
    );
  });

  it('tells nobody unless told whom', () => {
    const original = new Told(1_000);
    original.directory.clone().noteEvent({ type: 'worker-online', hostname: 'celery@w1' } as Event, 1_000);

    expect(original.news).toEqual([]);
    expect(original.directory.size).toBe(0);
  });
});
