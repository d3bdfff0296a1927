import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Receiver } from '../../src/events/receiver.ts';
import { recordedStream } from '../../src/events/stream-recorder.ts';
import { LamportClock } from '../../src/protocol/lamport-clock.ts';
import { Recorder } from '../../src/recording/recorder.ts';
import { Recording } from '../../src/recording/recording.ts';
import { Moment } from '../../src/replay/moment.ts';
import { Replay } from '../../src/replay/replay.ts';
import { connectMemory, MemoryBroker } from '../../src/transport/memory.ts';
import { EventStream } from './event-stream.ts';
import type { Figure } from './figure.ts';

const events = 1_000_000;
/** Of the recorded cluster, in seconds: at 2,000 events a second. */
const start = 1_700_000_000;
const perSecond = 2_000;
const seeks = 60;
/** As the screen keeps them unless told otherwise, and ten times as many. */
const taskLimits = [10_000, 100_000];

/** Jumps to any place of a recording of 1,000,000 events, as `%`, `<`, `{` and `,` make them. */
export async function replay(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stalk-bench-'));
  try {
    const path = join(folder, 'million.jsonl.gz');
    const writeUs = await record(path);
    const figures: Figure[] = [
      { name: 'recording, CPU of one event', value: writeUs, unit: 'µs', note: 'compression included' },
    ];
    for (const maxTasks of taskLimits) figures.push(...(await jumps(path, maxTasks)));
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function record(path: string): Promise<number> {
  const broker = new MemoryBroker();
  const transport = connectMemory(broker);
  let now = start;
  const recorder = await Recorder.open({
    path,
    broker: 'demo://',
    program: 'bench',
    rotation: { size: undefined, age: undefined, keep: undefined },
    redaction: undefined,
    utcoffset: false,
    now: () => now,
    onProblem: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const clock = new LamportClock();
  const receiver = new Receiver(
    transport,
    recordedStream({ now: () => now, clock, handlers: { '*': () => undefined } }, () => recorder),
  );
  await transport.ready();
  const ended = new AbortController();
  const captured = receiver.capture({ wakeup: false, signal: ended.signal });
  await pause();
  const stream = new EventStream({ shape: 'mixed', listLength: 24 });
  const before = process.cpuUsage();
  while (stream.events < events) {
    for (let n = 0; n < 200 && stream.events < events; n += 1) {
      const { body, routingKey } = stream.next(now);
      broker.publish('celeryev', routingKey, { body: Buffer.from(body) });
    }
    now = start + stream.events / perSecond;
    // Not faster than it is compressed: what waits is bounded, and dropped beyond that.
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  ended.abort();
  await captured;
  const { dropped } = await recorder.end();
  const { user, system } = process.cpuUsage(before);
  await transport.close();
  if (dropped > 0) throw new Error(`${dropped} events were dropped`);
  return (user + system) / events;
}

async function jumps(path: string, maxTasks: number): Promise<readonly Figure[]> {
  const openedMs = performance.now();
  const recording = await Recording.open(path);
  const openMs = performance.now() - openedMs;
  const start = Moment.before(recording.from, { maxTasks });
  const replayed = new Replay({ kind: 'replay', label: 'bench', source: recording, start });
  const { playback } = replayed;
  const surveyedMs = performance.now();
  await playback.survey();
  const surveyMs = performance.now() - surveyedMs;
  const times: number[] = [];
  for (let n = 0; n < seeks; n += 1) {
    // All over the recording, to and fro.
    const share = ((n * 37) % seeks) / seeks;
    times.push(await timed(() => playback.seekShare(share)));
  }
  const back = await timed(() => playback.stepEvent(-1));
  const again = await timed(() => playback.stepEvent(-1));
  await replayed.close();
  await recording.close();
  const sorted = times.sort((a, b) => a - b);
  const label = `${maxTasks.toLocaleString('en-US')} tasks kept`;
  const ms = (name: string, value: number, goal?: number): Figure => ({
    name: `replay of a million events, ${label}: ${name}`,
    value,
    unit: 'ms',
    ...(goal === undefined ? {} : { goal }),
  });
  return [
    ms('open', openMs),
    ms('first pass', surveyMs),
    ms('a jump, median', sorted[Math.floor(seeks / 2)] ?? Number.NaN, 300),
    ms('a jump, nine of ten within', sorted[Math.floor(seeks * 0.9)] ?? Number.NaN, 300),
    ms('a jump, longest', sorted.at(-1) ?? Number.NaN, 300),
    ms('one event back', back, 300),
    ms('one more back', again, 300),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
