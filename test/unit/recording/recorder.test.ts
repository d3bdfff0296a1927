import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Receiver } from '../../../src/events/receiver.ts';
import { recordedStream } from '../../../src/events/stream-recorder.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { Recorder, type RecorderOptions } from '../../../src/recording/recorder.ts';
import { type RecordedItem, Recording } from '../../../src/recording/recording.ts';
import { Redaction } from '../../../src/recording/redaction.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';
import { ManualTimers } from '../../support/manual-timers.ts';

let folder: string;
let path: string;
let now: number;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-recorder-'));
  path = join(folder, 'night.jsonl.gz');
  now = Date.UTC(2026, 10, 26, 14, 0, 0) / 1000;
  problems = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function opened(options: Partial<RecorderOptions> = {}): Promise<Recorder> {
  return Recorder.open({
    path,
    broker: 'redis://cache:6379/0',
    program: 'celery-stalk 1.2.3',
    rotation: { size: undefined, age: undefined, keep: undefined },
    redaction: undefined,
    utcoffset: false,
    now: () => now,
    onProblem: (sentence) => problems.push(sentence),
    ...options,
  });
}

/** Gives a recorder events as a receiver does, one a message. */
function feed(recorder: Recorder, ...events: readonly object[]): void {
  for (const event of events) {
    const body = Buffer.from(JSON.stringify(event));
    recorder.begin(
      {
        headers: {},
        body,
        routingKey: 'x',
        exchange: 'celeryev',
        contentType: 'application/json',
        contentEncoding: 'utf-8',
      },
      0,
    );
    recorder.event({ type: 'x', ...event, clock: 1, local_received: now }, 2);
  }
}

async function read(file = path): Promise<{ items: readonly RecordedItem[]; problems: readonly string[] }> {
  const recording = await Recording.open(file);
  const items: RecordedItem[] = [];
  for (const index of recording.blocks.keys()) items.push(...(await recording.read(index)));
  await recording.close();
  return { items, problems: recording.problems };
}

function kinds(items: readonly RecordedItem[]): unknown[] {
  return items.map((item) => (item.kind === 'event' ? item.event['n'] : item.kind));
}

describe('a recorded stream', () => {
  it.each([
    ['with times as they are', false],
    ['with times shifted by the utcoffset', true],
  ])('is read again as the receiver handed it out, %s', async (_how, utcoffset) => {
    const broker = new MemoryBroker();
    const transport = connectMemory(broker);
    const recorder = await opened({ utcoffset });
    const live: Event[] = [];
    const options = {
      handlers: { '*': (event: Event) => void live.push({ ...event }) },
      applyUtcoffset: utcoffset,
      now: () => (now += 0.25),
    };
    const receiver = new Receiver(
      transport,
      recordedStream(options, () => recorder),
    );
    const ended = new AbortController();
    const capture = receiver.capture({ signal: ended.signal, wakeup: false });
    await vi.waitFor(
      async () => expect((await read()).items).toContainEqual({ kind: 'listening', at: expect.any(Number) }),
      5000,
    );
    const bodies = [
      { type: 'task-received', uuid: 'a', clock: 500, timestamp: 1.0, utcoffset: 2, args: '(1,)' },
      { type: 'task-sent', uuid: 'b', clock: 90_000, timestamp: 2 },
      { type: 'custom', text: 'no clock,\nand a line feed: "\\' },
      { type: 'custom', text: 'it says NaN', timestamp: 7200.5, utcoffset: -3 },
      { type: 'custom', clock: null, text: 'NaN' },
      [{ type: 'task-started', uuid: 'a', clock: 510 }, 7, { type: 'custom' }],
      [
        { type: 'task-sent', uuid: 'c' },
        { type: 'task-failed', uuid: 'a', clock: 3, exception: 'KeyError()' },
      ],
      { type: 'custom', local_received: 5, clock: 2 ** 60 },
      { type: 'custom' },
    ];
    for (const body of bodies) broker.publish('celeryev', 'x', { body });
    await vi.waitFor(() => expect(live).toHaveLength(11));
    ended.abort();
    await capture;
    await recorder.end();
    await transport.close();

    const events = (await read()).items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));

    expect(events).toEqual(live);
  });

  it('keeps each event letter by letter, and when it was received', async () => {
    const recorder = await opened();
    const body = Buffer.from('{"type":  "x", "runtime": 2.0, "big": 12345678901234567890}');
    recorder.begin(
      {
        headers: {},
        body,
        routingKey: 'x',
        exchange: 'celeryev',
        contentType: 'application/json',
        contentEncoding: undefined,
      },
      0,
    );
    recorder.event({ type: 'x', clock: 1, local_received: 12.5 }, 1);
    await recorder.end();

    expect(gunzipSync(readFileSync(path)).toString()).toContain(
      '\n{"type":  "x", "runtime": 2.0, "big": 12345678901234567890, "local_received": 12.5}\n',
    );
  });

  it('has the gap from the loss of the connection to the next subscription, and one that did not end', async () => {
    const recorder = await opened();
    recorder.listening(now);
    recorder.lost(now + 1);
    recorder.lost(now + 2);
    recorder.listening(now + 5);
    recorder.lost(now + 7);
    now += 9;
    await recorder.end();

    expect((await read()).items.slice(1)).toEqual([
      { kind: 'listening', at: now - 9 },
      { kind: 'gap', from: now - 8, to: now - 4 },
      { kind: 'listening', at: now - 4 },
      { kind: 'gap', from: now - 2, to: now },
    ]);
  });
});

describe('the file of a recording', () => {
  it('is for its owner alone, also when it was not before', async () => {
    await (await opened()).end();
    expect(statSync(path).mode & 0o777).toBe(0o600);

    chmodSync(path, 0o644);
    await (await opened()).end();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is written a second after an event at the latest, and not with each of them', async () => {
    const timers = new ManualTimers();
    const recorder = await opened({ timers });
    await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(0));
    const before = statSync(path).size;
    feed(recorder, { type: 'x', n: 1 }, { type: 'x', n: 2 });
    timers.advance(999);
    expect(statSync(path).size).toBe(before);

    timers.advance(1);

    await vi.waitFor(() => expect(statSync(path).size).toBeGreaterThan(before));
    expect(kinds((await read()).items)).toEqual(['recording', 1, 2]);
    expect(recorder.counts).toEqual({ events: 2, bytes: statSync(path).size, dropped: 0 });
    await recorder.end();
  });

  it('has blocks of two thousand events', async () => {
    const recorder = await opened();
    for (let n = 0; n < 4100; n += 1) feed(recorder, { type: n === 2050 ? 'task-failed' : 'x', n });
    await recorder.end();
    const recording = await Recording.open(path);

    expect(recording.blocks.map(({ events, failures }) => [events, failures])).toEqual([
      [0, 0],
      [2000, 0],
      [2000, 1],
      [100, 0],
    ]);
    await recording.close();
  });

  it('goes on when it is a recording already, with a session of its own, also after a block that was cut off', async () => {
    const first = await opened();
    feed(first, { type: 'x', n: 1 });
    await first.end();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 5));
    const second = await opened();
    feed(second, { type: 'x', n: 2 });
    await second.end();

    const { items, problems: found } = await read();

    expect(kinds(items)).toEqual(['recording', 'recording', 2]);
    expect(found).toEqual([expect.stringMatching(/^block 2 is damaged: about 1 event is missing/)]);
  });

  it.each([
    ['something else', 'my diary\n', 'is there already and no recording: name another file'],
    ['events in plain lines', '{"type": "x"}\n', 'is there already and no recording: name another file'],
  ])('is left alone when it is %s', async (_what, content, sentence) => {
    writeFileSync(path, content, { mode: 0o644 });

    await expect(opened()).rejects.toMatchObject({ message: `${path} ${sentence}`, exitStatus: 1 });

    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('cannot be in a folder that is not there', async () => {
    path = join(folder, 'gone', 'x');

    await expect(opened()).rejects.toThrow('the recording cannot be opened: ENOENT');
  });

  it('is begun anew where it was moved away or deleted', async () => {
    const timers = new ManualTimers();
    const recorder = await opened({ timers });
    feed(recorder, { type: 'x', n: 1 });
    timers.advance(1000);
    await vi.waitFor(() => expect(recorder.counts.events).toBe(1), 5000);
    renameSync(path, `${path}.old`);
    feed(recorder, { type: 'x', n: 2 });
    await recorder.end();

    expect(kinds((await read(`${path}.old`)).items)).toEqual(['recording', 1]);
    expect(kinds((await read()).items)).toEqual(['recording', 2]);
    expect(problems).toEqual([
      `${path} was moved or deleted: the recording goes on in a new file of that name`,
    ]);
  });
});

describe('a disk that takes nothing', () => {
  it('is said once, and every event is counted', async () => {
    path = '/dev/full';
    const recorder = await opened();
    for (let n = 0; n < 4100; n += 1) feed(recorder, { type: 'x', n });
    const counts = await recorder.end();

    expect(counts).toEqual({ events: 0, bytes: 0, dropped: 4100 });
    expect(problems).toEqual([
      'the recording cannot be written: ENOSPC: no space left on device, write; it is tried again with each block',
    ]);
    expect(recorder.problem).toBe(problems[0]);
  });

  it('is tried again with each block, and what it did not take is told in the first that it takes', async () => {
    path = join(folder, 'disk', 'night.jsonl.gz');
    mkdirSync(join(folder, 'disk'));
    const timers = new ManualTimers();
    const recorder = await opened({ timers });
    const block = async (n: number): Promise<void> => {
      feed(recorder, { type: 'x', n }, { type: 'x', n: n + 1 });
      timers.advance(1000);
      await vi.waitFor(() => expect(recorder.counts.events + recorder.counts.dropped).toBe(n + 2), 5000);
    };
    await block(0);
    rmSync(join(folder, 'disk'), { recursive: true });
    await block(2);
    await block(4);
    expect(recorder.problem).toMatch(
      /^the recording cannot be written: the recording cannot be opened: ENOENT/,
    );
    mkdirSync(join(folder, 'disk'));
    await block(6);
    await recorder.end();

    const { items } = await read();

    expect(items.slice(1).map((item) => (item.kind === 'event' ? item.event['n'] : item))).toEqual([
      { kind: 'dropped', at: now, events: 4 },
      6,
      7,
    ]);
    expect(problems).toEqual([
      expect.stringContaining('cannot be written'),
      expect.stringContaining('was moved or deleted'),
      'the recording goes on; 4 events in all are not in it',
    ]);
  });

  it('leaves events out when more would have to wait than 32 MiB, and says how many', async () => {
    const recorder = await opened();
    const text = 'x'.repeat(1024 * 1024);
    for (let n = 0; n < 40; n += 1) feed(recorder, { type: 'x', n, text });
    const dropped = recorder.counts.dropped;
    await vi.waitFor(() => expect(recorder.counts.events).toBe(40 - dropped), 10_000);
    feed(recorder, { type: 'x', n: 40 });
    await recorder.end();

    const { items } = await read();

    expect(dropped).toBeGreaterThan(4);
    expect(dropped).toBeLessThan(10);
    expect(items.at(-2)).toEqual({ kind: 'dropped', at: now, events: dropped });
    expect(kinds(items).at(-1)).toBe(40);
    expect(problems).toEqual([
      'the disk is too slow for the recording: events are left out of it',
      `the recording goes on; ${dropped} events in all are not in it`,
    ]);
  });
});

describe('rotation', () => {
  it('goes on in a new file when one would be too large, and keeps as many as it should', async () => {
    const timers = new ManualTimers();
    const recorder = await opened({ timers, rotation: { size: 4096, age: undefined, keep: 2 } });
    writeFileSync(join(folder, 'night-of-mine.jsonl.gz'), 'not ours');
    for (let n = 0; n < 5; n += 1) {
      now += 60;
      feed(recorder, { type: 'x', n, text: noise(3000) });
      timers.advance(1000);
      await vi.waitFor(() => expect(recorder.counts.events).toBe(n + 1), 5000);
    }
    await recorder.end();

    const names = readdirSync(folder).sort();

    expect(names).toEqual([
      'night-20261126T140300Z.jsonl.gz',
      'night-20261126T140400Z.jsonl.gz',
      'night-of-mine.jsonl.gz',
      'night.jsonl.gz',
    ]);
    expect(kinds((await read(join(folder, names[1] ?? ''))).items)).toEqual(['recording', 3]);
    expect(kinds((await read()).items)).toEqual(['recording', 4]);
  });

  it('goes on in a new file when one is too old, counted from its first block', async () => {
    const first = await opened();
    await first.end();
    now += 3000;
    const timers = new ManualTimers();
    const recorder = await opened({ timers, rotation: { size: undefined, age: 3600, keep: undefined } });
    feed(recorder, { type: 'x', n: 1 });
    timers.advance(1000);
    await vi.waitFor(() => expect(recorder.counts.events).toBe(1), 5000);
    now += 600;
    feed(recorder, { type: 'x', n: 2 });
    await recorder.end();

    expect(readdirSync(folder).sort()).toEqual(['night-20261126T140000Z.jsonl.gz', 'night.jsonl.gz']);
    expect(kinds((await read()).items)).toEqual(['recording', 2]);
  });
});

it('writes down neither redacted fields of events nor those of commands and replies', async () => {
  const recorder = await opened({ redaction: new Redaction(['args', '*token*']) });
  feed(recorder, { type: 'task-received', args: "('s3cret',)", kwargs: "{'api_token': 's3cret', 'n': 1}" });
  recorder.command({ id: 1, at: now, method: 'x', args: { token: 's3cret', n: 2 } });
  recorder.reply(1, now, {
    hostname: 'celery@a',
    value: { ok: [{ id: 'u', args: ['s3cret'], kwargs: { a_token: 's3cret' } }] },
  });
  recorder.commandEnd(1, now, ['celery@b'], undefined);
  await recorder.end();

  expect(gunzipSync(readFileSync(path)).toString()).not.toContain('s3cret');
  expect((await read()).items.slice(1)).toEqual([
    expect.objectContaining({
      event: expect.objectContaining({ args: '***', kwargs: "{'api_token': '***', 'n': 1}" }),
    }),
    { kind: 'command', at: now, id: 1, method: 'x', arguments: { token: '***', n: 2 }, destination: null },
    {
      ...{ kind: 'reply', at: now, command: 1, hostname: 'celery@a' },
      reply: { ok: [{ id: 'u', args: '***', kwargs: { a_token: '***' } }] },
    },
    { kind: 'command-end', at: now, command: 1, silent: ['celery@b'], failure: null },
  ]);
});

/** Text that cannot be made smaller. */
function noise(length: number): string {
  let value = 12_345;
  return Array.from({ length }, () => {
    value = (value * 1_103_515_245 + 12_345) % 2 ** 31;
    return String.fromCharCode(0x21 + ((value >> 8) % 90));
  }).join('');
}
