import { expect, it } from 'vitest';
import { EventStamp } from '../../../src/events/event-stamp.ts';
import { Fold } from '../../../src/monitor/fold.ts';
import { WorkerDirectory } from '../../../src/monitor/worker-directory.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { LamportClock } from '../../../src/protocol/lamport-clock.ts';
import { EventRing } from '../../../src/replay/event-ring.ts';
import { State } from '../../../src/state/state.ts';

const start = 1_700_000_000;

/** A cluster of one worker that is heard live, beside the ring. */
class Heard {
  now = start;
  readonly fold: Fold;
  readonly ring: EventRing;
  readonly #clock = new LamportClock();
  readonly #stamp = new EventStamp(this.#clock, false);

  constructor() {
    const now = (): number => this.now;
    this.fold = new Fold({ state: new State({ now }), workers: new WorkerDirectory({ now }) });
    const options = { bytes: 10_000, bytesOfLarge: 10_000, tasksCopied: 1_000, utcoffset: false, now };
    this.ring = new EventRing({ fold: () => this.fold, ...options });
  }

  /** A heartbeat every two seconds. */
  hear(seconds: number): void {
    for (const end = this.now + seconds; this.now < end; this.now += 2) {
      const given = {
        type: 'worker-heartbeat',
        hostname: 'celery@w1',
        freq: 2,
        timestamp: this.now,
        clock: 1,
      };
      const body = Buffer.from(JSON.stringify(given));
      const message = { body, contentType: 'application/json', contentEncoding: 'utf-8' };
      this.ring.begin({ ...message, headers: {}, exchange: '', routingKey: '' }, this.#clock.value);
      const event = this.#stamp.apply({ ...given } as Event, this.now);
      this.ring.event(event);
      this.fold.note(event, this.now);
    }
  }

  lose(seconds: number): void {
    this.ring.lost(this.now);
    this.fold.workers.deaf(this.now);
    this.now += seconds;
  }

  listen(): void {
    this.ring.listening(this.now);
    this.fold.workers.listening(this.now);
  }
}

it('shows no worker as gone for the silence of an outage that lasts', async () => {
  const heard = new Heard();
  heard.listen();
  heard.hear(60);
  heard.lose(300);
  const replay = heard.ring.replay(() => undefined);
  for (const at of [heard.now - 10, heard.now - 200, heard.now - 1]) {
    await replay?.playback.seekTime(at);
    expect(replay?.at).toBe(at);
    expect(replay?.workers.get('celery@w1')?.offlineSince).toBeUndefined();
  }
  await replay?.close();
});

it('knows the gaps of before, wherever it comes from', async () => {
  const heard = new Heard();
  heard.listen();
  heard.hear(60);
  heard.lose(30);
  heard.listen();
  heard.hear(200);
  const gaps = [{ fromMs: (start + 60) * 1000, toMs: (start + 90) * 1000 }];
  const replay = heard.ring.replay(() => undefined);
  expect(replay?.gaps).toEqual(gaps);
  await replay?.playback.seekTime(heard.now - 20);
  expect(replay?.gaps).toEqual(gaps);
  await replay?.close();
});
