import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dumpEvents } from '../../../src/commands/dump.ts';
import { dumpLines } from '../../../src/commands/dump-lines.ts';
import { runEvents } from '../../../src/commands/events.ts';
import { openReplay } from '../../../src/commands/open-replay.ts';
import type { Flags } from '../../../src/config/load-config.ts';
import { BlockBuilder, compressBlockNow } from '../../../src/recording/block-builder.ts';
import { headerLength } from '../../../src/recording/block-header.ts';
import { Recorder } from '../../../src/recording/recorder.ts';
import { ownLine } from '../../../src/recording/recording-lines.ts';
import { type CommandFixture, commandFixture } from './command-fixture.ts';

const begin = Date.UTC(2026, 7, 22, 13, 40) / 1000;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-replay-'));
  path = join(folder, 'night.jsonl.gz');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function replayed(flags: Flags, file = path): Promise<{ status: number; out: string; err: string }> {
  const fixture = await commandFixture({ replay: file, ...flags });
  const status = await runEvents(fixture.context);
  return { status, out: fixture.out(), err: fixture.err() };
}

/** A task a minute from 13:40 to 13:59, received and a second later done; each fifth failed. */
function lines(): readonly string[] {
  return Array.from({ length: 20 }, (_, n) => {
    const task = { hostname: n % 2 === 0 ? 'celery@w1' : 'celery@w2', uuid: `u${n}`, pid: 1, utcoffset: 0 };
    const stamps = (time: number, clock: number): object => ({
      clock,
      timestamp: time,
      local_received: time,
    });
    const time = begin + n * 60;
    return [
      {
        type: 'task-received',
        ...task,
        name: n % 2 === 0 ? 'app.add' : 'app.mail',
        ...stamps(time, 2 * n + 1),
      },
      { type: n % 5 === 4 ? 'task-failed' : 'task-succeeded', ...task, ...stamps(time + 1, 2 * n + 2) },
    ];
  })
    .flat()
    .map((event) => JSON.stringify(event));
}

/** Some of the lines, as blocks of a recording. */
function block(from: number, to: number): Buffer {
  const builder = new BlockBuilder(from, false);
  for (const line of lines().slice(from, to)) {
    builder.addEvent(line, JSON.parse(line).local_received, line.includes('task-failed'));
  }
  return compressBlockNow(builder);
}

function damaged(from: number, to: number): Buffer {
  const bytes = block(from, to);
  bytes[headerLength + 5] = (bytes[headerLength + 5] ?? 0) ^ 0xff;
  return bytes;
}

/** What a live dump prints of these messages, and a recording of what it heard. */
async function dumpedLive(flags: Flags, bodies: readonly string[]): Promise<string> {
  let now = begin;
  const fixture: CommandFixture = await commandFixture({ dump: true, ...flags }, { now: () => now });
  const recorder = await Recorder.open({
    ...{ path, broker: 'memory', program: 'test', redaction: undefined, utcoffset: false, now: () => now },
    rotation: { size: undefined, age: undefined, keep: undefined },
    onProblem: (sentence) => expect.fail(sentence),
  });
  const { context, open } = fixture;
  const dumping = dumpEvents(context, open, dumpLines(context.config, context.now, false), recorder);
  await vi.waitFor(() => expect(fixture.err()).toContain('starting capture'));
  for (const body of bodies) {
    now += 0.125;
    fixture.broker.publish('celeryev', 'x.y', { body: Buffer.from(body) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const isHeard = (): boolean => recorder.counts.events >= bodies.length;
  // Which is the end of a dump that has its limit.
  if (flags['limit'] === undefined) await vi.waitFor(() => expect(isHeard()).toBe(true), 5000);
  fixture.interrupt();
  await dumping;
  await open.close();
  await recorder.end();
  return fixture.out();
}

const strange: readonly string[] = [
  '{"type": "worker-online", "hostname": "w1", "clock": 5, "timestamp": 1.5, "sw_ver": "5.6.3", "freq": 2.0}',
  '{"type": "task-received", "uuid": "a", "hostname": "w1", "name": "app.\\u00e9", "args": "(1,)", "timestamp": 2}',
  '[{"type": "task-started", "uuid": "a", "hostname": "w1", "timestamp": 3, "clock": 99}, {"type": "task-failed", "uuid": "a", "hostname": "w1", "exception": "E(\'\\u001b[31m\')", "traceback": "a\\n  b", "timestamp": 4}]',
  '{"type": "task-sent", "uuid": "b", "hostname": "c", "name": "app.mail", "timestamp": 5, "utcoffset": -2}',
  '{"type": "custom", "hostname": "w1", "list": [1.50, null, true], "nested": {"a": 1e5}, "timestamp": 6}',
  '[{"type": "task-succeeded", "uuid": "b", "hostname": "w1", "result": "2.0", "runtime": 12345678901234567890, "timestamp": 7}]',
  '{"type": "task-revoked", "uuid": "a", "hostname": "w1", "terminated": true, "timestamp": 8}',
];

describe('stalk events --replay --dump', () => {
  it.each<Flags>([
    {},
    { json: true },
    { format: '{time} {hostname} {type} {uuid} {name} {clock} {local_received}' },
    { type: ['task-*'] },
    { filter: 'app.mail', json: true },
    { worker: ['w1'], limit: 3 },
    { task: ['app.mail'] },
  ])('prints what a live dump of the same events printed: %j', async (flags) => {
    const live = await dumpedLive(flags, strange);

    const { status, out, err } = await replayed({ dump: true, ...flags });

    expect(live).not.toBe('');
    expect(out).toBe(live);
    expect([status, err]).toEqual([0, '']);
  });

  it('prints JSON as it was recorded, letter by letter', async () => {
    const texts = lines().map((line) => line.replace(',', ' ,').replace('"pid":1', '"pid":  1.0'));
    writeFileSync(path, gzipSync(`${texts.join('\n')}\n`));

    expect((await replayed({ dump: true, json: true })).out).toBe(`${texts.join('\n')}\n`);
  });

  it.each<[Flags, readonly number[]]>([
    [{ limit: 3 }, [0, 1, 2]],
    [{ at: '13:58' }, [36, 37, 38, 39]],
    [{ at: '13:58:01' }, [37, 38, 39]],
    [{ at: '-60s' }, [37, 38, 39]],
    [{ at: '-59s' }, [38, 39]],
    [{ at: '2026-08-22T13:58:30' }, [38, 39]],
    [{ at: '100%' }, [39]],
    [{ at: '0%', for: '60s' }, [0, 1, 2]],
    [{ for: '59s' }, [0, 1]],
    [{ at: '13:50', for: '61s', limit: 3 }, [20, 21, 22]],
    [{ at: '13:50', for: '61s' }, [20, 21, 22, 23]],
    [{ type: ['task-failed'], at: '13:50' }, [29, 39]],
    // What came before tells what a task is called.
    [{ task: ['app.mail'], at: '13:57:01', limit: 1 }, [35]],
    [{ worker: ['celery@w2'], at: '13:57', for: '1m' }, [34, 35]],
    [{ filter: 'state:failure' }, [9, 19, 29, 39]],
  ])('takes of it what %j wants', async (flags, wanted) => {
    writeFileSync(path, Buffer.concat([block(0, 7), block(7, 21), block(21, 40)]));

    const { out } = await replayed({ dump: true, json: true, ...flags });

    expect(out).toBe(wanted.map((index) => `${lines()[index]}\n`).join(''));
  });

  it('says on stderr where nobody listened, as far as it goes', async () => {
    const builder = new BlockBuilder(0, false);
    const all = lines();
    builder.addEvent(all[0] ?? '', begin, false);
    builder.addLine(ownLine({ kind: 'gap', from: begin + 10, to: begin + 20 }), begin + 20);
    builder.addEvent(all[2] ?? '', begin + 60, false);
    builder.addLine(ownLine({ kind: 'gap', from: begin + 70, to: begin + 80 }), begin + 80);
    builder.addEvent(all[4] ?? '', begin + 120, false);
    writeFileSync(path, compressBlockNow(builder));
    const gap = (from: string, to: string): string =>
      `-> the connection was lost from 2026-08-22T${from}.000Z to 2026-08-22T${to}.000Z: events of that time are missing\n`;
    const [first, second] = [gap('13:40:10', '13:40:20'), gap('13:41:10', '13:41:20')];

    expect((await replayed({ dump: true })).err).toBe(first + second);
    expect((await replayed({ dump: true, limit: 2 })).err).toBe(first);
    expect((await replayed({ dump: true, at: '13:41' })).err).toBe(second);
    expect((await replayed({ dump: true, for: '30s' })).err).toBe(first);
  });

  it('prints the rest of a damaged recording, and says what is missing', async () => {
    writeFileSync(
      path,
      Buffer.concat([block(0, 10), damaged(10, 20), block(20, 40), block(0, 3).subarray(0, 70)]),
    );

    const { status, out, err } = await replayed({ dump: true, json: true });

    expect(status).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([...lines().slice(0, 10), ...lines().slice(20)]);
    expect(err.trimEnd().split('\n').sort()).toEqual([
      '-> block 2 is damaged: about 10 events are missing, between 13:45:00 and 13:49:01',
      expect.stringMatching(/^-> the last block is cut off: \d+ bytes were left out$/),
    ]);
  });

  it('says how many events were never written down', async () => {
    const builder = new BlockBuilder(0, false);
    builder.addEvent(lines()[0] ?? '', begin, false);
    builder.addLine(ownLine({ kind: 'dropped', at: begin + 1, events: 1_200 }), begin + 1);
    writeFileSync(path, compressBlockNow(builder));

    expect((await replayed({ dump: true })).err).toBe(
      '-> 1,200 events before 13:40:01 could not be written when it was recorded\n',
    );
  });

  it('leaves out lines of something else, and counts them', async () => {
    writeFileSync(path, `${lines()[0]}\nnonsense\n{"level": "info"}\n\n${lines()[1]}\n`);

    const { out, err } = await replayed({ dump: true, json: true });

    expect(out).toBe(`${lines()[0]}\n${lines()[1]}\n`);
    expect(err).toContain('2 lines');
  });

  it('prints nothing more after Ctrl-C', async () => {
    writeFileSync(path, block(0, 40));
    const fixture = await commandFixture({ replay: path, dump: true });
    fixture.interrupt();

    expect(await runEvents(fixture.context)).toBe(0);
    expect(fixture.out()).toBe('');
  });

  it('waits for a reader that is slow, and ends when it goes away', async () => {
    writeFileSync(path, Buffer.concat(Array.from({ length: 20 }, (_, n) => block(n, n + 1))));
    const chunks: string[] = [];
    let take: () => void = () => undefined;
    const stdout = new Writable({
      highWaterMark: 1,
      write: (chunk, _encoding, done) => {
        chunks.push(String(chunk));
        take = done;
      },
    });
    const { context, err } = await commandFixture({ replay: path, dump: true, json: true }, { stdout });
    const ended = runEvents(context);
    for (let n = 0; n < 7; n += 1) {
      await vi.waitFor(() => expect(chunks).toHaveLength(n + 1));
      take();
    }
    await vi.waitFor(() => expect(chunks).toHaveLength(8));

    stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));

    expect(await ended).toBe(0);
    expect(chunks.join('')).toBe(`${lines().slice(0, 8).join('\n')}\n`);
    expect(err()).toBe('');
  });
});

describe('stalk events --replay --once', () => {
  beforeEach(() => {
    writeFileSync(path, Buffer.concat([block(0, 7), block(7, 40)]));
  });

  it('prints the end of it as a table', async () => {
    const { status, out, err } = await replayed({ once: true });

    const [header, first, ...rest] = out.trimEnd().split('\n');
    expect(header?.split(/ +/)).toEqual(['STATE', 'NAME', 'UUID', 'WORKER', 'RUNTIME', 'TIME']);
    expect(first).toMatch(/^FAILURE +app\.mail +u19 +celery@w2 +- +13:59:01\.000$/);
    expect(rest).toHaveLength(19);
    expect([status, err]).toEqual([0, '']);
  });

  it('prints the very same each time, whatever time it is', async () => {
    for (const view of ['tasks', 'workers', 'types']) {
      const { out } = await replayed({ once: true, view });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await replayed({ once: true, view })).out).toBe(out);
    }
  });

  it('prints JSON, of the time of --at', async () => {
    const all = JSON.parse((await replayed({ once: true, json: true })).out);
    const some = JSON.parse((await replayed({ once: true, json: true, at: '13:44' })).out);

    expect(all).toHaveLength(20);
    expect(some.map(({ uuid, state }: { uuid: string; state: string }) => [uuid, state])).toEqual([
      ['u4', 'RECEIVED'],
      ...['u3', 'u2', 'u1', 'u0'].map((uuid) => [uuid, 'SUCCESS']),
    ]);
  });

  it('prints workers and types of then', async () => {
    const workers = JSON.parse(
      (await replayed({ once: true, json: true, view: 'workers', at: '13:40:30' })).out,
    );
    expect(workers).toMatchObject([{ hostname: 'celery@w1' }]);

    const types = JSON.parse((await replayed({ once: true, json: true, view: 'types' })).out);
    expect(types).toMatchObject([
      { name: 'app.add', succeeded: 8, failed: 2 },
      { name: 'app.mail', succeeded: 8, failed: 2 },
    ]);
  });

  it('says what is missing of a damaged recording, and shows the rest', async () => {
    writeFileSync(path, Buffer.concat([block(0, 10), damaged(10, 20), block(20, 40)]));

    const { status, out, err } = await replayed({ once: true, json: true });

    expect(status).toBe(0);
    expect(JSON.parse(out)).toHaveLength(15);
    expect(err).toBe('-> block 2 is damaged: about 10 events are missing, between 13:45:00 and 13:49:01\n');
  });

  it('has status 1 and prints nothing when it is interrupted', async () => {
    const fixture = await commandFixture({ replay: path, once: true });
    fixture.interrupt();

    expect(await runEvents(fixture.context)).toBe(1);
    expect(fixture.out()).toBe('');
  });

  it('shows a recording of nothing but its beginning', async () => {
    const builder = new BlockBuilder(0, false);
    builder.addLine(ownLine({ kind: 'listening', at: begin }), begin);
    writeFileSync(path, compressBlockNow(builder));

    expect(await replayed({ once: true, json: true })).toEqual({ status: 0, out: '[]\n', err: '' });
    expect(await replayed({ dump: true })).toEqual({ status: 0, out: '', err: '' });
  });
});

describe('stalk events --replay', () => {
  it.each<[string, Buffer | string | undefined, RegExp]>([
    ['that is missing', undefined, /^there is no recording \S+$/],
    ['that is empty', '', /^\S+ is empty: it holds no recording$/],
    ['that is something else', 'Dear diary\n', /^\S+ is no recording: no line of it is an event$/],
    ['of nothing but damage', gzipSync('Dear diary\n'), /^\S+ is no recording: no line of it is an event$/],
    [
      'of a newer version',
      '{"stalk": "recording", "version": 2, "at": 1}\n{"type": "x"}\n',
      /^\S+ was written by a newer version of stalk: its format is 2, and this one reads up to 1$/,
    ],
  ])('says of a file %s what it is, with status 1', async (_, content, sentence) => {
    if (content !== undefined) writeFileSync(path, content);

    for (const mode of [{ dump: true }, { once: true }]) {
      await expect(replayed(mode)).rejects.toMatchObject({
        exitStatus: 1,
        message: expect.stringMatching(sentence),
      });
    }
  });

  it('says that a folder is none', async () => {
    await expect(replayed({ dump: true }, folder)).rejects.toMatchObject({
      exitStatus: 1,
      message: `${folder} is a folder, not a recording`,
    });
  });

  it.each<[Flags, string | RegExp]>([
    [{ dump: true, at: 'nonsense' }, /^--at: "nonsense" is no time: write .* or -15m, or 50%$/],
    [{ once: true, at: '150%' }, /^--at: "150%" is no time/],
    [
      { once: true, at: '13:39' },
      '--at 13:39 lies outside the recording, which goes from 2026-08-22T13:40:00.000Z to 2026-08-22T13:59:01.000Z',
    ],
    [{ dump: true, at: '14:00' }, /^--at 14:00 lies outside the recording, which goes from /],
    [{ dump: true, at: '-1h' }, /^--at -1h lies outside/],
    [{ dump: true, at: '+1m' }, /^--at \+1m lies outside/],
    [{ dump: true, at: '2026-08-21T13:45' }, /lies outside the recording/],
    [{ record: 'x.gz' }, '--record and --replay exclude each other: what is replayed is recorded already'],
    [{ record: 'x.gz', dump: true }, /^--record and --replay exclude each other/],
    [{ camera: 'json', record: 'x.gz' }, /^--record and --replay exclude each other/],
    [{ dump: true, speed: '4' }, '--speed goes with the screen: all else reads as fast as it can'],
    [{ camera: 'json', speed: '4' }, /^--speed goes with the screen/],
    [{ once: true, for: '2s' }, /^--for goes with --replay --dump/],
    [{ dump: true, once: true }, '--once and --dump exclude each other'],
    [{ dump: true, filter: 'rt:>2x' }, /^--filter, column 6: unknown unit/],
  ])('refuses %j in one sentence, with status 2', async (flags, sentence) => {
    writeFileSync(path, Buffer.concat([block(0, 7), block(7, 40)]));

    await expect(replayed(flags)).rejects.toMatchObject({
      exitStatus: 2,
      message: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    });
  });

  it('needs a file', async () => {
    await expect(replayed({ dump: true }, '')).rejects.toMatchObject({
      message: '--replay needs a recording, as in --replay incident.stalk',
      exitStatus: 2,
    });
  });

  it.each<[Flags, string]>([
    [{ speed: '4' }, '--speed goes with --replay: stalk events --replay FILE --speed …'],
    [{ at: '13:45', dump: true }, '--at goes with --replay: stalk events --replay FILE --at …'],
  ])('is what %j needs', async (flags, sentence) => {
    await expect(runEvents((await commandFixture(flags)).context)).rejects.toMatchObject({
      message: sentence,
      exitStatus: 2,
    });
  });

  it('begins in the minute that it begins in', async () => {
    const late = lines().slice(1);
    writeFileSync(path, `${late.join('\n')}\n`);

    expect((await replayed({ dump: true, json: true, at: '13:40' })).out.trimEnd().split('\n')).toEqual(late);
    await expect(replayed({ dump: true, at: '13:40:00' })).rejects.toThrow('lies outside');
    await expect(replayed({ dump: true, at: '13:39' })).rejects.toThrow('lies outside');
  });
});

describe('openReplay', () => {
  it.each(['0', '-1', '65', 'fast', '', 'x', '0.2', 'NaN'])('refuses --speed %j', async (speed) => {
    writeFileSync(path, block(0, 40));

    await expect(openReplay((await commandFixture({ replay: path, speed })).context)).rejects.toMatchObject({
      exitStatus: 2,
      message: `--speed ${JSON.stringify(speed)}: give 0.25 to 64, as 0.25, 0.5, 1, 2, or max`,
    });
  });

  it.each([
    ['4', 4],
    ['x16', 16],
    ['×0.5', 0.5],
    ['3', 3],
    ['max', Number.POSITIVE_INFINITY],
    [undefined, 1],
  ])('takes --speed %s for %d', async (speed, expected) => {
    writeFileSync(path, block(0, 40));
    const flags = speed === undefined ? {} : { speed };
    const opened = await openReplay((await commandFixture({ replay: path, ...flags })).context);

    expect(opened.speed).toBe(expected);
    await opened.replay.close();
    await opened.recording.close();
  });
});
