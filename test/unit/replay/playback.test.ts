import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionGaps } from '../../../src/monitor/connection-gaps.ts';
import { Fold } from '../../../src/monitor/fold.ts';
import { WorkerDirectory } from '../../../src/monitor/worker-directory.ts';
import type { Event } from '../../../src/protocol/event.ts';
import type { RecordedItem } from '../../../src/recording/recording.ts';
import type { EventSource } from '../../../src/replay/event-source.ts';
import { Moment } from '../../../src/replay/moment.ts';
import { Playback } from '../../../src/replay/playback.ts';
import { State } from '../../../src/state/state.ts';
import { capturedEvents } from '../state/celery-dump.ts';
import { someEvents } from '../state/random-events.ts';
import { wholeState } from '../state/whole-state.ts';
import { cut, item, sourceOf, timeOf } from './memory-source.ts';

const start = 1_700_000_000;

/** As a receiver stamps them: one after the other, several at one time. */
function received(events: readonly Event[]): readonly Event[] {
  return events.map((event, index) => ({ ...event, local_received: start + Math.floor(index / 3) * 0.7 }));
}

function playbackOf(blocks: readonly (readonly RecordedItem[])[], maxTasks = 10_000): Playback {
  return playbackOn(sourceOf(blocks), maxTasks);
}

function playbackOn(source: EventSource, maxTasks = 10_000): Playback {
  return new Playback({
    source,
    start: Moment.before(source.from, { maxTasks }),
    nowMs: () => performance.now(),
    onChange: () => undefined,
    onJump: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
}

/** All that a screen could show of a moment. */
function shown({ fold, gaps, commands, now, position }: Moment): Record<string, unknown> {
  return {
    now,
    position,
    state: wholeState(fold.state),
    workers: fold.workers.all().map((worker) => ({
      hostname: worker.hostname,
      status: worker.status,
      lastSeen: worker.lastSeen,
      offlineSince: worker.offlineSince,
      active: worker.activeCount,
      done: [worker.doneInMinute, worker.failedInMinute],
    })),
    alive: fold.state.aliveWorkers().map(({ hostname }) => hostname),
    rate: fold.rates.eventsPerSecond,
    failures: fold.failureCount,
    statistics: { ...fold.statistics.overall('all', now) },
    gaps: gaps.all,
    commands: commands.entries.map(({ label, state, replies }) => [label, state, replies]),
  };
}

/** The same without ever going back: everything up to an event, in order, and then time until the clock says so. */
function straight(items: readonly RecordedItem[], position: number, at: number, maxTasks = 10_000): Moment {
  const moment = Moment.before(timeOf(items[0] as RecordedItem), { maxTasks });
  for (const entry of items) {
    if (moment.position >= position && (entry.kind === 'event' || timeOf(entry) > at)) break;
    moment.note(entry);
  }
  moment.advance(at);
  return moment;
}

describe('a playback', () => {
  it.each(['amqp', 'redis'] as const)(
    'of a captured %s stream is at every place what folding gave',
    async (transport) => {
      const items = capturedEvents(transport).map(item);
      const playback = playbackOf(cut(items, [1, 7, 30, 2]));
      const places = [items.length, 3, 40, 39, 41, 0, 1, items.length - 1, Math.floor(items.length / 2)];

      for (const place of places) {
        await playback.seekPosition(place);

        const { moment } = playback;
        expect(moment.position).toBe(place);
        expect(wholeState(moment.fold.state)).toEqual(
          wholeState(straight(items, place, moment.now).fold.state),
        );
      }
    },
  );

  it('shows the same wherever it comes from, with gaps, sessions and commands between events', async () => {
    await fc.assert(
      fc.asyncProperty(
        someEvents.filter((events) => events.length > 0),
        fc.array(fc.nat(60), { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(80), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(3, 10_000),
        async (events, others, sizes, places, maxTasks) => {
          const items = withOthers(received(events), others);
          const playback = playbackOf(cut(items, sizes), maxTasks);

          for (const place of places) {
            await playback.seekPosition(place);

            const { moment } = playback;
            expect(shown(moment)).toEqual(shown(straight(items, moment.position, moment.now, maxTasks)));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('goes to a time: all that was received until then, and the clock says it', async () => {
    const items = [0, 1, 1, 5, 9].map((at, index) => taskItem(`t${index}`, 'received', at));
    const playback = playbackOf(cut(items, [2]));

    await playback.seekTime(start + 4);
    expect([playback.moment.position, playback.at]).toEqual([3, start + 4]);

    await playback.seekBy(1);
    expect([playback.moment.position, playback.at]).toEqual([4, start + 5]);

    await playback.seekBy(-4.5);
    expect([playback.moment.position, playback.at]).toEqual([1, start + 0.5]);

    await playback.seekShare(1);
    expect([playback.moment.position, playback.at, playback.atEnd]).toEqual([5, start + 9, true]);

    await playback.seekTime(start - 100);
    expect([playback.moment.position, playback.at]).toEqual([1, start]);
  });

  it('asks its own clock who is alive, wherever it has come from', async () => {
    const beat = (hostname: string, at: number): RecordedItem =>
      item({
        ...{ type: 'worker-heartbeat', hostname, freq: 2, pid: 1, utcoffset: 0, clock: at + 1 },
        ...{ timestamp: start + at, local_received: start + at },
      });
    const items = [beat('w1', 0), beat('w2', 600), beat('w2', 1_200)];
    const playback = playbackOf(cut(items, [1]));
    const alive = (): readonly string[] =>
      playback.moment.fold.state.aliveWorkers().map(({ hostname }) => hostname);

    await playback.seekEnd();
    expect(alive()).toEqual(['w2']);
    await playback.seekTime(start + 1);
    expect(alive()).toEqual(['w1']);
    await playback.seekTime(start + 601);
    expect(alive()).toEqual(['w2']);
  });

  it('tells nobody again what was told when it was live', async () => {
    const told: string[] = [];
    const state = new State({
      callback: (_, { type }) => told.push(type),
      onNodeJoin: ({ hostname }) => told.push(hostname),
    });
    const live = new Fold({ state, workers: new WorkerDirectory({ now: () => start }) });
    const moment = Moment.of(live, 0, start, new ConnectionGaps(), 0);

    moment.note(taskItem('t', 'received', 1));
    moment
      .clone()
      .note(item({ type: 'worker-online', hostname: 'w', timestamp: start, local_received: start + 2 }));

    expect(told).toEqual([]);
  });

  it('goes to failures in both directions, and says where there is none', async () => {
    const items = ['received', 'failed', 'received', 'failed', 'succeeded'].map((subject, index) =>
      taskItem('t', subject, index),
    );
    const playback = playbackOf(cut(items, [1, 2]));

    expect(await playback.seekFailure(1)).toBe(true);
    expect(playback.moment.position).toBe(2);
    expect(await playback.seekFailure(1)).toBe(true);
    expect(playback.moment.position).toBe(4);
    expect(await playback.seekFailure(1)).toBe(false);
    expect(playback.moment.position).toBe(4);
    expect(await playback.seekFailure(-1)).toBe(true);
    expect(playback.moment.position).toBe(2);
    expect(await playback.seekFailure(-1)).toBe(false);
  });

  it.each([
    ['a block of which nothing is left', 0],
    ['a block of which some events are left', 3],
  ])('steps over %s in one step', async (_, left) => {
    const items = Array.from({ length: 30 }, (_, index) => taskItem(`t${index}`, 'received', index));
    const whole = sourceOf(cut(items, [10]));
    const playback = playbackOn({
      ...whole,
      read: async (block) => (await whole.read(block)).slice(0, block === 1 ? left : 10),
    });
    await playback.seekPosition(10 + left);

    await playback.stepEvent(1);
    expect([playback.moment.position, playback.at]).toEqual([21, start + 20]);
    await playback.seekBy(-5);
    expect(playback.at).toBe(start + 15);
    await playback.seekPosition(21);
    await playback.stepEvent(-1);
    expect([playback.moment.position, playback.at]).toEqual([10 + left, start + 9 + left]);
    await playback.stepEvent(-1);
    expect([playback.moment.position, playback.at]).toEqual([9 + left, start + 8 + left]);
    await playback.seekPosition(999);
    expect([playback.moment.position, playback.at, playback.atEnd]).toEqual([30, start + 29, true]);
  });

  it('comes to its end also where the last block is damaged', async () => {
    const items = Array.from({ length: 20 }, (_, index) => taskItem(`t${index}`, 'received', index));
    const whole = sourceOf(cut(items, [10]));
    const playback = playbackOn({ ...whole, read: async (block) => (block === 0 ? whole.read(0) : []) });

    await playback.seekPosition(10);
    await playback.stepEvent(1);
    expect([playback.moment.position, playback.at, playback.atEnd]).toEqual([20, start + 19, true]);
    await playback.stepEvent(-1);
    expect([playback.moment.position, playback.at]).toEqual([10, start + 9]);
  });

  it('shows what lies between two events, and behind the last, at its time', async () => {
    const command = { kind: 'command', id: 1, method: 'ping', arguments: {}, destination: null } as const;
    const items: readonly RecordedItem[] = [
      taskItem('a', 'received', 0),
      { ...command, at: start + 3 },
      { kind: 'gap', from: start + 10, to: start + 20 },
      taskItem('b', 'received', 30),
      { ...command, at: start + 33 },
      { kind: 'gap', from: start + 40, to: start + 100 },
    ];
    const seen = async (blocks: readonly number[]): Promise<unknown> => {
      const playback = playbackOf(cut(items, blocks));
      const found: unknown[] = [];
      for (const at of [1, 4, 15, 25, 31, 34, 50, 100, 34, 15, 1]) {
        await playback.seekTime(start + at);
        const { commands, gaps } = playback.moment;
        found.push([at, playback.at - start, commands.entries.length, gaps.all.length]);
      }
      return found;
    };

    for (const blocks of [[6], [1], [2], [3, 1]]) {
      expect(await seen(blocks), `blocks of ${blocks}`).toEqual(
        [
          [1, 0, 0],
          [4, 1, 0],
          [15, 1, 0],
          [25, 1, 1],
          [31, 1, 1],
          [34, 2, 1],
          [50, 2, 1],
          [100, 2, 2],
          [34, 2, 1],
          [15, 1, 0],
          [1, 0, 0],
        ].map(([at, ...counts]) => [at, at, ...counts]),
      );
    }
  });

  it('looks the same when time went by step by step', async () => {
    const items: readonly RecordedItem[] = [
      item({
        type: 'worker-online',
        hostname: 'w',
        timestamp: start,
        freq: 2,
        clock: 1,
        local_received: start,
      }),
      { kind: 'recording', at: start + 60, version: 1, broker: 'demo://', program: 'stalk' },
      { kind: 'listening', at: start + 61 },
      { kind: 'gap', from: start + 70, to: start + 90 },
      taskItem('a', 'received', 91),
    ];
    const direct = playbackOf(cut(items, [2]));
    const walked = playbackOf(cut(items, [2]));

    for (let second = 0; second <= 91; second += 1) {
      await walked.seekTime(start + second);
      await direct.seekTime(start + 91);
      await direct.seekTime(start + second);
      expect(shown(walked.moment), `after ${second} s`).toEqual(shown(direct.moment));
    }
  });

  it('stays where it is when a place cannot be gone to, says so, and obeys the next key', async () => {
    const items = [1, 2, 3, 4].map((at) => taskItem(`t${at}`, 'received', at));
    const whole = sourceOf(cut(items, [2]));
    const failures: unknown[] = [];
    let fails = true;
    const playback = new Playback({
      source: {
        ...whole,
        read: async (block) => {
          if (block === 1 && fails) throw new Error('the disk is gone');
          return whole.read(block);
        },
      },
      start: Moment.before(whole.from),
      nowMs: () => performance.now(),
      onChange: () => undefined,
      onJump: () => undefined,
      onFailure: (error) => failures.push(error),
    });

    await playback.seekPosition(1);
    await playback.seekPosition(4);
    expect(playback.moment.position).toBeLessThan(4);
    expect(String(failures[0])).toContain('the disk is gone');
    fails = false;
    await playback.seekPosition(2);
    expect(playback.moment.position).toBe(2);
  });

  it('counts what is asked for while it is under way from where it will be', async () => {
    const items = Array.from({ length: 500 }, (_, index) => taskItem(`t${index}`, 'received', index));
    const playback = playbackOf(cut(items, [50]));

    const moves = [
      playback.seekShare(0.5),
      playback.stepEvent(1),
      playback.stepEvent(1),
      playback.seekBy(-10),
      playback.stepEvent(-1),
    ];
    await Promise.all(moves);

    expect(playback.moment.position).toBe(Math.floor(499 * 0.5) + 1 + 2 - 10 - 1);
    expect(playback.seeking).toBe(false);
  });

  it('knows moments all over the source once it has surveyed it, and changes none of them', async () => {
    const items = Array.from({ length: 45_000 }, (_, index) =>
      taskItem(`t${index % 400}`, 'received', index / 100),
    );
    const whole = sourceOf(cut(items, [1_000]));
    let reads = 0;
    const playback = playbackOn(
      {
        ...whole,
        read: (block) => {
          reads += 1;
          return whole.read(block);
        },
      },
      50,
    );
    await playback.survey();

    reads = 0;
    await playback.seekPosition(44_500);
    // What lies between two checkpoints, and a few blocks for finding the place and reading ahead.
    expect(reads).toBeLessThan(20);
    for (const place of [44_000, 20_500, 44_000, 100]) {
      await playback.seekPosition(place);
      await playback.seekBy(0.5);

      const { moment } = playback;
      expect(wholeState(moment.fold.state)).toEqual(
        wholeState(straight(items, moment.position, moment.now, 50).fold.state),
      );
    }
  });
});

function taskItem(uuid: string, subject: string, at: number): RecordedItem {
  const time = start + at;
  return item({
    ...{ type: `task-${subject}`, uuid, hostname: 'celery@w1', name: 'app.add', pid: 1, utcoffset: 0 },
    ...{ timestamp: time, local_received: time, clock: at + 1 },
  });
}

/** Gaps, sessions and commands at places among events, each at the time of what comes before it. */
function withOthers(events: readonly Event[], places: readonly number[]): readonly RecordedItem[] {
  const items: RecordedItem[] = events.map(item);
  for (const [index, place] of places.entries()) {
    const before = items[Math.min(place, items.length) - 1];
    const at = before === undefined ? start : timeOf(before);
    const other: readonly RecordedItem[] = [
      { kind: 'gap', from: at, to: at },
      { kind: 'recording', at, version: 1, broker: 'demo://', program: 'stalk' },
      { kind: 'command', at, id: index, method: 'ping', arguments: {}, destination: null },
      { kind: 'listening', at },
    ];
    items.splice(place, 0, other[index % other.length] as RecordedItem);
  }
  return items;
}
