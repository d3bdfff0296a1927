import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BlockBuilder, compressBlockNow } from '../../../src/recording/block-builder.ts';
import { encodeBlockHeader, headerLength } from '../../../src/recording/block-header.ts';
import { type RecordedItem, Recording } from '../../../src/recording/recording.ts';
import { ownLine, sessionLine } from '../../../src/recording/recording-lines.ts';

let folder: string;
let number = 0;
const open: Recording[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-recording-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((recording) => recording.close()));
});

const session = sessionLine({ at: 999, broker: 'redis://cache:6379/0', program: 'celery-stalk 1.2.3' });

describe('a recording in blocks', () => {
  it('has its time axis without anything being decompressed', async () => {
    const recording = await opened(Buffer.concat([block(0, 3), block(3, 2)]));

    expect(recording.blocks).toEqual([
      { firstEvent: 0, events: 3, failures: 1, from: 1000, to: 1002 },
      { firstEvent: 3, events: 2, failures: 1, from: 1003, to: 1004 },
    ]);
    expect(recording).toMatchObject({ eventCount: 5, from: 1000, to: 1004, problems: [] });
  });

  it('is what zcat reads, in lines of JSON', () => {
    const lines = gunzipSync(Buffer.concat([block(0, 2), block(2, 1)]))
      .toString()
      .trimEnd()
      .split('\n');

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { stalk: 'block', clock: 0 },
      { type: 'task-failed', uuid: 'u0', clock: 10, local_received: 1000 },
      { type: 'task-started', uuid: 'u1', clock: 11, local_received: 1001 },
      { stalk: 'block', clock: 12 },
      { type: 'task-started', uuid: 'u2', clock: 12, local_received: 1002 },
    ]);
  });

  it('gives events the clock that they had, from the clock of the block on', async () => {
    const builder = new BlockBuilder(40, false);
    builder.addEvent('{"type": "task-sent", "uuid": "a", "clock": 9999, "local_received": 5}', 5, false);
    builder.addEvent('{"type": "custom", "local_received": 6}', 6, false);
    builder.addEvent('{"type": "task-received", "uuid": "a", "clock": 77, "local_received": 7}', 7, false);
    builder.addEvent('{"type": "custom", "local_received": 8}', 8, false);
    const recording = await opened(compressBlockNow(builder));

    const events = (await recording.read(0)).map((item) => (item.kind === 'event' ? item.event.clock : item));

    expect(events).toEqual([39, 42, 77, 79]);
  });

  it('holds what is told of the connection and of commands, in its place', async () => {
    const lines = [
      session,
      { kind: 'listening', at: 1000 },
      { kind: 'gap', from: 1001, to: 1002.5 },
      { kind: 'command', at: 1003, id: 1, method: 'revoke', arguments: { task_id: 'x' }, destination: null },
      { kind: 'reply', at: 1004, command: 1, hostname: 'celery@a', reply: { ok: 'tasks x flagged' } },
      { kind: 'command-end', at: 1005, command: 1, silent: ['celery@b'], failure: null },
      { kind: 'dropped', at: 1006, events: 12 },
    ] as const;
    const builder = new BlockBuilder(0, false);
    for (const line of lines) builder.addLine(ownLine(line), 'at' in line ? line.at : line.to);
    const recording = await opened(compressBlockNow(builder));

    expect(await recording.read(0)).toEqual(lines);
    expect(await recording.read(0)).toEqual(lines);
    expect(recording).toMatchObject({ eventCount: 0, from: 999, to: 1006 });
    expect(recording.problems).toEqual([
      '12 events before 00:16:46 could not be written when it was recorded',
    ]);
  });

  it('is read up to the last whole block, wherever it is cut', async () => {
    const whole = Buffer.concat([block(0, 3), block(3, 2), block(5, 4)]);
    const ends = [block(0, 3).length, block(0, 3).length + block(3, 2).length, whole.length];
    for (let length = 1; length <= whole.length; length += 1) {
      const kept = ends.filter((end) => end <= length).length;
      const recording = await openedOrNot(whole.subarray(0, length));
      if (recording === undefined) {
        expect(kept).toBe(0);
        continue;
      }
      const left = length - (ends[kept - 1] ?? 0);
      expect(uuidsOf(await all(recording))).toEqual(uuids(0, [0, 3, 5, 9][kept] ?? 0));
      expect(recording.problems).toEqual(
        left === 0
          ? []
          : [`the last block is cut off: ${left} ${left === 1 ? 'byte was' : 'bytes were'} left out`],
      );
    }
  });

  it('goes on with the next block after one that is written by half', async () => {
    const half = block(3, 2);
    const recording = await opened(
      Buffer.concat([block(0, 3), half.subarray(0, half.length - 9), block(5, 1), block(6, 1)]),
    );

    expect(uuidsOf(await all(recording))).toEqual([...uuids(0, 3), ...uuids(5, 7)]);
    expect(recording.problems).toEqual([
      'block 2 is damaged: about 2 events are missing, between 00:16:43 and 00:16:44',
    ]);
  });

  it('goes on with the next block after a header that is damaged', async () => {
    const damaged = block(0, 3);
    damaged[20] = 0xff;
    const recording = await opened(Buffer.concat([damaged, block(3, 2)]));

    expect(uuidsOf(await all(recording))).toEqual(uuids(3, 5));
    expect(recording.problems).toEqual([
      `${damaged.length} bytes before the first block are damaged: what they held is missing`,
    ]);
  });

  it('says of a block that cannot be unpacked what is missing, once, when it is read', async () => {
    const damaged = block(3, 2);
    damaged[headerLength + 5] = (damaged[headerLength + 5] ?? 0) ^ 0xff;
    const recording = await opened(Buffer.concat([block(0, 3), damaged, block(5, 1)]));
    expect(recording.problems).toEqual([]);

    expect(uuidsOf([...(await all(recording)), ...(await all(recording))])).toEqual([
      ...[...uuids(0, 3), ...uuids(5, 6)],
      ...[...uuids(0, 3), ...uuids(5, 6)],
    ]);
    expect(recording.problems).toEqual([
      'block 2 is damaged: about 2 events are missing, between 00:16:43 and 00:16:44',
    ]);
  });

  it('takes its own end for no damage, whoever is still reading', async () => {
    const recording = await opened(Buffer.concat([block(0, 3), block(3, 2)]));
    const reading = recording.read(0);
    await recording.close();
    await reading;

    expect(await recording.read(1)).toEqual([]);
    expect(recording.problems).toEqual([]);
  });

  it('does not unpack a block that swells beyond measure', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 'x')).subarray(10);
    const length = headerLength + bomb.length;
    const header = encodeBlockHeader({ length, events: 1, failures: 0, from: 1, to: 2 });
    const recording = await opened(Buffer.concat([header, bomb, block(0, 1)]));

    expect(uuidsOf(await all(recording))).toEqual(['u0']);
    expect(recording.problems).toEqual([
      'block 1 is damaged: about 1 event is missing, between 00:00:01 and 00:00:02',
    ]);
  });

  it('counts what is no event in it', async () => {
    const builder = new BlockBuilder(0, false);
    for (const line of ['{"type": 7}', 'nonsense', '[3]', '{"stalk":"what"}', '['.repeat(5000)])
      builder.addLine(line, 1);
    builder.addEvent('{"type":"x","local_received":1,"__proto__":{"polluted":1}}', 1, false);
    const recording = await opened(compressBlockNow(builder));

    const items = await recording.read(0);

    expect(items).toHaveLength(1);
    expect(Object.getPrototypeOf(items[0]?.kind === 'event' ? items[0].event : undefined)).toBe(
      Object.prototype,
    );
    expect(recording.problems).toEqual(['in block 1 5 lines are no events and were left out']);
  });

  it('never gives anything that was not recorded, whatever happens to its bytes', async () => {
    const whole = Buffer.concat([block(0, 3), block(3, 2), block(5, 4)]);
    const expected = uuids(0, 9);
    const harm = fc.array(
      fc.record({
        at: fc.nat(whole.length - 1),
        remove: fc.nat(40),
        insert: fc.uint8Array({ maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(harm, async (changes) => {
        let bytes = whole;
        for (const { at, remove, insert } of changes)
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        const recording = await openedOrNot(bytes);
        if (recording === undefined) return;
        const found = uuidsOf(await all(recording));
        expect(expected.filter((uuid) => found.includes(uuid))).toEqual(found);
        if (found.length < expected.length) expect(recording.problems).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a file of JSON lines', () => {
  const lines = [
    '{"type": "worker-online", "hostname": "celery@a", "clock": 3, "timestamp": 10.5}',
    '',
    '{"type": "task-started", "uuid": "u", "clock": 5, "timestamp": 11, "local_received": 12}',
    'not JSON',
    '[{"type": "task-failed", "uuid": "u"}, {"type": "task-sent", "uuid": "v", "clock": 1000}]',
  ];

  it.each([
    ['as it is', (text: string) => Buffer.from(text)],
    ['gzipped', (text: string) => gzipSync(text)],
    [
      'with a byte order mark and Windows line ends',
      (text: string) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`),
    ],
  ])('is a recording, %s', async (_how, file) => {
    const recording = await opened(file(lines.join('\n')));

    const items = await recording.read(0);

    expect(recording).toMatchObject({ eventCount: 4, from: 10.5, to: 12 });
    expect(recording.blocks).toMatchObject([{ events: 4, failures: 1 }]);
    expect(recording.problems).toEqual(['line 4 is no event and was left out']);
    expect(items.map((item) => (item.kind === 'event' ? item.event : item))).toEqual([
      { type: 'worker-online', hostname: 'celery@a', clock: 3, timestamp: 10.5, local_received: 10.5 },
      { type: 'task-started', uuid: 'u', clock: 5, timestamp: 11, local_received: 12 },
      { type: 'task-failed', uuid: 'u', clock: 7, local_received: 12 },
      { type: 'task-sent', uuid: 'v', clock: 6, local_received: 12 },
    ]);
    expect(items[2]).toMatchObject({ text: '{"type": "task-failed", "uuid": "u", "local_received": 12}' });
  });

  it('is cut into blocks, each of which stands for itself', async () => {
    const many = Array.from({ length: 4500 }, (_, index) => `{"type":"custom","timestamp":${1000 + index}}`);
    const recording = await opened(Buffer.from(many.join('\n')));

    const last = (await recording.read(2)).at(-1);

    expect(recording.blocks.map(({ firstEvent, events }) => [firstEvent, events])).toEqual([
      [0, 2000],
      [2000, 2000],
      [4000, 500],
    ]);
    expect(last).toMatchObject({ event: { clock: 4500, local_received: 5499 } });
  });

  it('may be a recording of ours that was unpacked, and packed again by somebody else', async () => {
    const first = new BlockBuilder(0, false);
    first.addEvent('{"type":"custom","local_received":1}', 1, false);
    const second = new BlockBuilder(700, false);
    second.beginSession(ownLine(session), 999);
    second.addEvent('{"type":"custom","local_received":1001}', 1001, false);
    const text = gunzipSync(Buffer.concat([compressBlockNow(first), compressBlockNow(second)]));
    const recording = await opened(gzipSync(text));

    const items = await all(recording);

    expect(items.map((item) => (item.kind === 'event' ? item.event.clock : item))).toEqual([1, session, 701]);
    expect(recording.problems).toEqual([]);
  });

  it('is read as far as it can be unpacked', async () => {
    const many = Array.from({ length: 500 }, (_, index) => event(index));
    const packed = gzipSync(many.join('\n'));
    const recording = await opened(packed.subarray(0, packed.length - 200));

    const found = uuidsOf(await all(recording));

    expect(found.length).toBeGreaterThan(300);
    expect(found).toEqual(uuids(0, found.length));
    expect(recording.problems).toContain(
      'the file is cut off: what comes after its last whole line is missing',
    );
  });
});

describe('what is no recording', () => {
  it.each([
    [
      'a file of something else',
      'root:x:0:0:root:/root:/bin/bash\n',
      'FILE is no recording: no line of it is an event',
    ],
    ['an empty file', '', 'FILE is empty: it holds no recording'],
    [
      'a file in lines of a newer version',
      '{"stalk":"recording","version":2,"at":1}\n',
      'FILE was written by a newer version of stalk: its format is 2, and this one reads up to 1',
    ],
  ])('is refused in one sentence: %s', async (_what, content, sentence) => {
    const path = written(Buffer.from(content));

    await expect(Recording.open(path)).rejects.toMatchObject({
      message: sentence.replace('FILE', path),
      exitStatus: 1,
    });
  });

  it('is a folder, or not there', async () => {
    await expect(Recording.open(folder)).rejects.toThrow(`${folder} is a folder, not a recording`);
    await expect(Recording.open(join(folder, 'gone'))).rejects.toThrow(
      `there is no recording ${join(folder, 'gone')}`,
    );
  });

  it('is given up after some megabytes of something else', async () => {
    const path = written(Buffer.alloc(20 * 1024 * 1024, 'some log line\n'));
    const shares: number[] = [];

    await expect(Recording.open(path, (share) => shares.push(share))).rejects.toThrow(
      'no line of it is an event',
    );

    expect(Math.max(...shares)).toBeLessThan(0.6);
  });
});

function event(index: number): string {
  const type = index % 3 === 0 ? 'task-failed' : 'task-started';
  return `{"type": "${type}", "uuid": "u${index}", "clock": ${10 + index}, "local_received": ${1000 + index}}`;
}

/** A block with `count` events, from number `first` on; one a second. */
function block(first: number, count: number): Buffer {
  const builder = new BlockBuilder(first === 0 ? 0 : 10 + first, false);
  for (let index = first; index < first + count; index += 1)
    builder.addEvent(event(index), 1000 + index, index % 3 === 0);
  return compressBlockNow(builder);
}

function uuids(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `u${from + index}`);
}

function uuidsOf(items: readonly RecordedItem[]): unknown[] {
  return items.map((item) => (item.kind === 'event' ? item.event.uuid : item.kind));
}

async function all(recording: Recording): Promise<readonly RecordedItem[]> {
  const items: RecordedItem[] = [];
  for (const index of recording.blocks.keys()) items.push(...(await recording.read(index)));
  return items;
}

function written(content: Uint8Array): string {
  number += 1;
  const path = join(folder, `recording-${number}`);
  writeFileSync(path, content);
  return path;
}

async function opened(content: Uint8Array): Promise<Recording> {
  const recording = await Recording.open(written(content));
  open.push(recording);
  return recording;
}

async function openedOrNot(content: Uint8Array): Promise<Recording | undefined> {
  try {
    return await opened(content);
  } catch (error) {
    expect(error).toMatchObject({ exitStatus: 1 });
    return undefined;
  }
}
