import type { Event } from '../../src/protocol/event.ts';
import { State } from '../../src/state/state.ts';
import { seeded } from '../support/seeded.ts';

/** When the first of the tasks was received, in seconds since the epoch. */
export const firstSecond = 1_700_000_000;

/** Tasks that are made up, the same for the same seed. */
export class TaskShapes {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** Tasks of the reference shape: 30 characters of args, 40 of kwargs, 30 of a result. */
  events(index: number): readonly Event[] {
    const hex = (digits: number): string =>
      Math.floor(this.#random() * 16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
    const base = { uuid, hostname: `celery@w${index % 9}`, pid: 100 + (index % 8), utcoffset: 0 };
    const type = Math.floor(this.#random() * 60);
    const at = firstSecond + index / 100;
    const queue = this.#random() < 0.1 ? 'priority' : 'default';
    const about = {
      name: `app.mod${type % 7}.task_${type}`,
      args: `(${Math.floor(this.#random() * 1e6)}, 'user-${Math.floor(this.#random() * 1e5)}', 17)`,
      kwargs: `{'queue': '${queue}', 'n': ${index}}`,
      retries: this.#random() < 0.1 ? 2 : 0,
      eta: this.#random() < 0.05 ? new Date((at + 60) * 1000).toISOString() : null,
      expires: null,
      root_id: index % 4 === 0 ? uuid : `root-${index >> 2}`,
      parent_id: index % 4 === 0 ? null : `root-${index >> 2}`,
    };
    const events: Record<string, unknown>[] = [{ type: 'task-received', ...about }, { type: 'task-started' }];
    const dice = this.#random();
    if (dice < 0.9) {
      events.push({
        type: 'task-succeeded',
        result: `{'ok': True, 'stored': ${index}}`,
        runtime: this.#random() * 3,
      });
    } else if (dice < 0.97) {
      const exception = `TimeoutError('gateway ${index % 50} timed out')`;
      events.push({
        type: 'task-failed',
        exception,
        traceback: `Traceback\n  line ${index % 90}\n${exception}`,
      });
    }
    return events.map((event, step) => {
      const timestamp = at + step / 10;
      const stamp = { timestamp, local_received: timestamp, clock: index * 4 + step + 1 };
      // As they come from a broker: every text is one of its own.
      return JSON.parse(JSON.stringify({ ...base, ...stamp, ...event })) as Event;
    });
  }

  /** 64 KiB of everything in each task; the texts are shared, since nobody has memory for so many. */
  hostileState(count: number): State {
    const length = 65_536;
    const letters = Array.from({ length: 8 }, () =>
      Array.from({ length }, () => (this.#random() < 0.5 ? 'a' : 'b')).join(''),
    );
    const kwargs = [
      `{${"'a': 1, ".repeat(length / 8)}}`,
      `{'a': ${'['.repeat(length)}`,
      `{'a': '${"\\'".repeat(length / 2)}`,
    ];
    const monster = new State({ maxTasksInMemory: count });
    for (let index = 0; index < count; index += 1) {
      monster.event({
        type: 'task-received',
        uuid: `m${index}`,
        hostname: 'celery@w1',
        timestamp: firstSecond + index,
        local_received: firstSecond + index,
        clock: index + 1,
        name: 'app.monster',
        args: letters[index % letters.length],
        kwargs: kwargs[index % kwargs.length],
      } as Event);
    }
    return monster;
  }
}
