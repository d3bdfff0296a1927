import { describe, expect, it } from 'vitest';
import { EventStamp } from '../../../src/events/event-stamp.ts';
import { Fold } from '../../../src/monitor/fold.ts';
import { WorkerDirectory } from '../../../src/monitor/worker-directory.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { LamportClock } from '../../../src/protocol/lamport-clock.ts';
import { EventRing } from '../../../src/replay/event-ring.ts';
import type { Replay } from '../../../src/replay/replay.ts';
import { State } from '../../../src/state/state.ts';
import { wholeState } from '../state/whole-state.ts';

const start = 1_700_000_000;
/** Heartbeats of one worker in between, so that clocks and sends interleave. */
const perMessage = 3;

/** A cluster that is heard live, beside the ring: `states` is what it was after each event. */
class Heard {
  now = start;
  readonly fold: Fold;
  readonly ring: EventRing;
  readonly clock = new LamportClock();
  readonly states = new Map<number, Record<string, unknown>>();
  #position = 0;

  constructor(
    options: { readonly bytes?: number; readonly tasksCopied?: number; readonly maxTasks?: number } = {},
  ) {
    const { bytes = 10_000_000, tasksCopied = 1_000, maxTasks = 50 } = options;
    const now = (): number => this.now;
    this.fold = new Fold({
      state: new State({ now, maxTasksInMemory: maxTasks }),
      workers: new WorkerDirectory({ now }),
    });
    this.ring = new EventRing({
      fold: () => this.fold,
      bytes,
      bytesOfLarge: bytes,
      tasksCopied,
      utcoffset: false,
      now,
    });
  }

  /** @param kept places whose State is to be compared later */
  hear(events: readonly object[], kept: readonly number[] = []): void {
    const stamp = new EventStamp(this.clock, false);
    for (let at = 0; at < events.length; at += perMessage) {
      const list = events.slice(at, at + perMessage);
      const body = Buffer.from(JSON.stringify(list));
      this.now += 0.01;
      this.ring.begin(
        {
          body,
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          headers: {},
          exchange: '',
          routingKey: '',
        },
        this.clock.value,
      );
      for (const given of list) {
        const event = stamp.apply({ ...given } as Event, this.now);
        this.ring.event(event);
        this.fold.note(event, this.now);
        this.#position += 1;
        if (kept.includes(this.#position)) this.states.set(this.#position, wholeState(this.fold.state));
      }
    }
  }

  rewind(): Replay {
    const replay = this.ring.replay(() => undefined);
    if (replay === undefined) throw new Error('there is nothing to go back to');
    return replay;
  }
}

/** Tasks that are sent without a clock of their own, received, started, and fail or succeed. */
function tasks(count: number): readonly object[] {
  return Array.from({ length: count }, (_, n) => {
    const task = {
      uuid: `t${n}`,
      hostname: 'celery@w1',
      name: `app.n${n % 5}`,
      pid: 7,
      utcoffset: 0,
      timestamp: start + n,
    };
    return [
      { ...task, type: 'task-sent', hostname: 'client', clock: null },
      { ...task, type: 'task-received', clock: 4 * n + 2 },
      { ...task, type: 'task-started', clock: 4 * n + 3 },
      { ...task, type: n % 7 === 0 ? 'task-failed' : 'task-succeeded', clock: 4 * n + 4, runtime: 1 },
    ];
  }).flat();
}

describe('the ring of what was heard last', () => {
  it('gives back what the cluster was at every place, in any order', async () => {
    const heard = new Heard();
    const places = [1, 50, 399, 400, 4_001, 7_999, 8_000];
    heard.hear(tasks(2_000), places);
    const { playback } = heard.rewind();

    for (const place of [8_000, 1, 7_999, 50, 4_001, 400, 399]) {
      await playback.seekPosition(place);
      expect(wholeState(playback.moment.fold.state), `after ${place}`).toEqual(heard.states.get(place));
    }
  });

  it('begins at the present, which goes on without it', async () => {
    const heard = new Heard();
    heard.hear(tasks(100), [400]);
    const replay = heard.rewind();
    heard.hear(tasks(300));

    expect(replay.playback.moment.position).toBe(400);
    expect(wholeState(replay.state)).toEqual(heard.states.get(400));
    expect(replay.source.eventCount).toBe(400);
  });

  it('forgets the oldest, and still begins with all that was known then', async () => {
    const heard = new Heard({ bytes: 2_000_000 });
    const places = Array.from({ length: 40 }, (_, n) => (n + 1) * 1_000);
    heard.hear(tasks(10_000), places);
    const { playback, isPartial, source } = heard.rewind();
    const first = source.blocks[0]?.firstEvent ?? 0;

    expect(isPartial).toBe(false);
    expect(first).toBeGreaterThan(10_000);
    await playback.seekBy(-1_000_000);
    const kept = places.filter((place) => place > first);
    expect(kept.length).toBeGreaterThan(3);
    for (const place of kept) {
      await playback.seekPosition(place);
      expect(wholeState(playback.moment.fold.state), `after ${place}`).toEqual(heard.states.get(place));
    }
  });

  it('says that something is missing where the cluster is too large to be copied', () => {
    const heard = new Heard({ bytes: 400_000, tasksCopied: 10 });
    heard.hear(tasks(10_000));

    expect(heard.rewind().isPartial).toBe(true);
  });

  it('never keeps much more than it may', () => {
    const heard = new Heard({ bytes: 200_000, tasksCopied: 0 });
    heard.hear(tasks(20_000));

    const { source } = heard.rewind();
    const events = source.eventCount - (source.blocks[0]?.firstEvent ?? 0);
    // A message of three takes about 650 bytes.
    expect((events / perMessage) * 650).toBeLessThan(200_000 * 1.5);
    expect(events).toBeGreaterThan(300);
  });

  it('tells of a gap, and has nothing to show before the first event', async () => {
    const heard = new Heard();
    expect(heard.ring.replay(() => undefined)).toBeUndefined();
    heard.ring.listening(start);
    heard.hear(tasks(1));
    heard.ring.lost(start + 5);
    heard.now = start + 20;
    heard.ring.listening(start + 20);
    heard.hear(tasks(1));
    const replay = heard.rewind();

    await replay.playback.seekBy(-1_000);
    expect(replay.gaps).toEqual([]);
    await replay.playback.seekEnd();
    expect(replay.gaps).toEqual([{ fromMs: (start + 5) * 1000, toMs: (start + 20) * 1000 }]);
  });
});
