import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { type RecordedItem, Recording } from '../../../src/recording/recording.ts';
import type { EventSource } from '../../../src/replay/event-source.ts';
import { Moment } from '../../../src/replay/moment.ts';
import { Playback } from '../../../src/replay/playback.ts';
import { Player } from '../../../src/replay/player.ts';
import type { Timers } from '../../../src/timers.ts';
import { item, sourceOf } from './memory-source.ts';

const start = 1_700_000_000;
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

function failed(uuid: string, at: number): RecordedItem {
  return item({ type: 'task-failed', uuid, timestamp: at, clock: 1, local_received: at } as Event);
}

function playbackOf(source: EventSource, onJump: () => void = () => undefined): Playback {
  return new Playback({
    ...{ source, start: Moment.before(source.from), onJump },
    onFailure: (error) => {
      throw error;
    },
    nowMs: () => performance.now(),
    onChange: () => undefined,
  });
}

/** Time that passes only when a step waits for it. */
function steps(): { readonly timers: Timers; readonly step: () => Promise<boolean>; waiting: () => number } {
  let nowMs = 0;
  const due = new Set<() => void>();
  return {
    timers: {
      nowMs: () => nowMs,
      after: (_, callback) => {
        due.add(callback);
        return () => due.delete(callback);
      },
    },
    waiting: () => due.size,
    step: async () => {
      nowMs += 50;
      const callbacks = [...due];
      due.clear();
      for (const callback of callbacks) callback();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return callbacks.length > 0;
    },
  };
}

it('leaves out what happened at no time, which would be counted up to for ever', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stalk-absurd-'));
  folders.push(folder);
  const path = join(folder, 'absurd.jsonl');
  const lines = [
    { type: 'worker-heartbeat', hostname: 'w', timestamp: start, local_received: start },
    { stalk: 'listening', at: 1e300 },
    { stalk: 'gap', from: -1e300, to: 1e300 },
  ];
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const recording = await Recording.open(path);
  expect([recording.from, recording.to]).toEqual([start, start]);
  expect(recording.problems).toEqual(['2 lines are no events and were left out, the first is line 2']);
  await recording.close();
});

it.each<[string, readonly RecordedItem[] | undefined]>([
  ['a command ends it', [failed('a', start), { kind: 'listening', at: start }, command(start + 9)]],
  ['its last block is damaged', undefined],
])('stops at its end, as fast as it can be read, when %s', async (_, last) => {
  const whole = sourceOf([[failed('a', start)], last ?? [failed('b', start + 9)]]);
  const source = last === undefined ? { ...whole, read: damagedFrom(whole, 1) } : whole;
  const playback = playbackOf(source);
  const { timers, step, waiting } = steps();
  const player = new Player({ playback, timers, onChange: () => undefined });
  player.setSpeed(Number.POSITIVE_INFINITY);
  player.play();
  for (let count = 0; count < 5; count += 1) await step();
  expect([player.playing, waiting(), playback.at]).toEqual([false, 0, start + 9]);
});

it('takes as many blocks in a step as there is time for, as fast as they can be read', async () => {
  const seconds = Array.from({ length: 30 }, (_, n) => [failed(`t${n}`, start + n)]);
  const playback = playbackOf(sourceOf(seconds));
  const { timers, step } = steps();
  const player = new Player({ playback, timers, onChange: () => undefined });
  player.setSpeed(Number.POSITIVE_INFINITY);
  player.play();
  await step();
  expect(playback.moment.position).toBe(30);
});

it('steps past a damaged block, whose time can still be gone to', async () => {
  const whole = sourceOf([
    [failed('a', start)],
    [failed('b', start + 5), failed('c', start + 6)],
    [failed('d', start + 20)],
  ]);
  const playback = playbackOf({ ...whole, read: damagedFrom(whole, 1, 2) });
  await playback.seekPosition(1);
  await playback.stepEvent(1);
  expect([playback.moment.position, playback.at]).toEqual([4, start + 20]);
  await playback.seekBy(-13);
  expect(playback.at).toBe(start + 7);
});

it('goes on from where it is when the clock of who recorded went back', async () => {
  let jumps = 0;
  const early = Array.from({ length: 4 }, (_, n) => failed(`late${n}`, start + n));
  const playback = playbackOf(sourceOf([[failed('first', start + 1000)], early]), () => {
    jumps += 1;
  });
  await playback.seekPosition(1);
  jumps = 0;
  for (let n = 0; n < 4; n += 1) await playback.stepEvent(1);
  expect([jumps, playback.moment.position, playback.at]).toEqual([0, 5, start + 1000]);
});

it('plays once when it is stopped and played again while it is under way', async () => {
  const playback = playbackOf(sourceOf([[failed('a', start), failed('b', start + 100)]]));
  const { timers, step, waiting } = steps();
  const player = new Player({ playback, timers, onChange: () => undefined });
  player.play();
  const stepping = step();
  player.stop();
  player.play();
  await stepping;
  expect(waiting()).toBe(1);
});

function command(at: number): RecordedItem {
  return { kind: 'command', at, id: 1, method: 'ping', arguments: {}, destination: null };
}

function damagedFrom(source: EventSource, first: number, end = first + 1): EventSource['read'] {
  return async (index) => (index >= first && index < end ? [] : await source.read(index));
}
