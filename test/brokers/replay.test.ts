import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/protocol/event.ts';
import { Recorder } from '../../src/recording/recorder.ts';
import { Recording } from '../../src/recording/recording.ts';
import { EventRing } from '../../src/replay/event-ring.ts';
import { Moment } from '../../src/replay/moment.ts';
import { Playback } from '../../src/replay/playback.ts';
import { State } from '../../src/state/state.ts';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { type LiveMonitor, openMonitor, untilOnline } from '../support/live-monitor.ts';
import { seeded } from '../support/seeded.ts';
import { freshBroker } from '../support/servers.ts';
import { wholeState } from '../unit/state/whole-state.ts';

const workers: Worker[] = [];
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-replay-'));
  path = join(folder, 'run.jsonl.gz');
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  rmSync(folder, { recursive: true });
});

/** What folding the first events of the run gave. */
function folded(events: readonly Event[], count: number): Record<string, unknown> {
  const state = new State();
  for (const event of events.slice(0, count)) state.event(event);
  return wholeState(state);
}

/** A run with tasks that succeed, fail and are tried again, on two workers of which one leaves. */
async function run(broker: string, live: LiveMonitor): Promise<void> {
  workers.push(await startWorker({ broker, hostname: 'w1@test', pool: 'prefork', concurrency: 2 }));
  workers.push(await startWorker({ broker, hostname: 'w2@test', pool: 'solo' }));
  await untilOnline(live, 'w1@test', 'w2@test');
  for (let n = 0; n < 25; n += 1) await callTask(broker, 'proj.add', [n, 3]);
  await callTask(broker, 'proj.echo', ["it's \u{1f642}\u001b[31m", null, 2.0], {}, { key: ['"', 1e20] });
  const over = (uuid: string, type: string): Promise<unknown> =>
    live.untilEvent(`${type} of ${uuid}`, (event) => event.uuid === uuid && event.type === type);
  const flaky = await callTask(broker, 'proj.flaky', [1]);
  await over(await callTask(broker, 'proj.fail', ['no card']), 'task-failed');
  await over(flaky, 'task-succeeded');
  await live.command({ method: 'ping', args: {} });
  await workers.pop()?.stop();
  await live.untilEvent('w2@test to leave', ({ type }) => type === 'worker-offline');
  await over(await callTask(broker, 'proj.add', [1, 1]), 'task-succeeded');
}

describe.each(['amqp', 'redis'] as const)('a real run on %s', (name) => {
  it('is at every place of its replay, and of a rewind, what live folding gave', async () => {
    const broker = await freshBroker(name);
    const recorder = await Recorder.open({
      ...{ path, broker: 'test', program: 'test', redaction: undefined, utcoffset: false },
      rotation: { size: undefined, age: undefined, keep: undefined },
      now: () => Date.now() / 1000,
      onProblem: (sentence) => expect.fail(sentence),
    });
    const ring: EventRing = new EventRing({
      ...{
        fold: () => live.monitor.fold,
        bytes: 50e6,
        bytesOfLarge: 50e6,
        tasksCopied: 20_000,
        utcoffset: false,
      },
      now: () => Date.now() / 1000,
    });
    const live = await openMonitor(broker, { recorder, ring });
    await run(broker, live);
    await live.close();
    await recorder.end();
    const { events, monitor } = live;
    const recording = await Recording.open(path);
    const playback = new Playback({
      ...{ source: recording, start: Moment.before(recording.from), nowMs: () => performance.now() },
      ...{
        onChange: () => undefined,
        onJump: () => undefined,
        onFailure: (error) => {
          throw error;
        },
      },
    });
    expect([recording.eventCount, recording.problems]).toEqual([events.length, []]);

    await playback.seekEnd();
    expect(wholeState(playback.moment.fold.state)).toEqual(wholeState(monitor.state));
    expect(playback.moment.fold.failureCount).toBe(monitor.failureCount);
    expect(
      playback.moment.commands.entries.map(({ method, replies }) => [method, whoAnswered(replies)]),
    ).toEqual(monitor.commands.entries.map(({ method, replies }) => [method, whoAnswered(replies)]));

    const rewind = ring.replay(() => undefined);
    if (rewind === undefined) throw new Error('There is nothing to go back to.');
    expect(wholeState(rewind.state)).toEqual(wholeState(monitor.state));

    const random = seeded(name === 'amqp' ? 1 : 2);
    const places = Array.from({ length: 12 }, () => Math.floor(random() * (events.length + 1)));
    for (const place of [...places, events.length, 1, events.length - 1, 0]) {
      const expected = folded(events, place);
      for (const past of [playback, rewind.playback]) {
        await past.seekPosition(place);
        expect(past.moment.position).toBe(place);
        expect(wholeState(past.moment.fold.state), `${place} of ${events.length}`).toEqual(expected);
      }
    }
    for (const place of places) {
      const at = events[Math.min(place, events.length - 1)]?.local_received ?? 0;
      const count = events.findLastIndex(({ local_received: received = 0 }) => received <= at) + 1;
      for (const past of [playback, rewind.playback]) {
        await past.seekTime(at);
        expect(wholeState(past.moment.fold.state), `at ${at}`).toEqual(folded(events, count));
      }
    }
    await rewind.close();
    playback.close();
    await recording.close();
  });
});

function whoAnswered(replies: readonly { readonly hostname: string }[]): readonly string[] {
  return replies.map(({ hostname }) => hostname).sort();
}
