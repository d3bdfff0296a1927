import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../../src/commands/command-context.ts';
import { createMonitor } from '../../../src/commands/create-monitor.ts';
import { runEvents } from '../../../src/commands/events.ts';
import { runRecord } from '../../../src/commands/record.ts';
import { SessionRecording } from '../../../src/commands/session-recording.ts';
import { Recording } from '../../../src/recording/recording.ts';
import { type CommandFixture, commandFixture } from './command-fixture.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-record-'));
  path = join(folder, 'night.jsonl.gz');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fixtureOf(flags: object = {}, words: readonly string[] = []): CommandFixture {
  return commandFixture({ broker: 'demo://', ...flags }, { words });
}

async function kindsIn(file: string): Promise<readonly string[]> {
  const recording = await Recording.open(file);
  const kinds: string[] = [];
  for (const index of recording.blocks.keys())
    for (const item of await recording.read(index)) kinds.push(item.kind);
  await recording.close();
  return [...new Set(kinds)];
}

describe('stalk record', () => {
  it('tells on stderr what it does, and ends at Ctrl-C with all that was received', async () => {
    const { context, interrupt, err } = fixtureOf({}, [path]);
    const ended = runRecord(context);
    await vi.waitFor(() => expect(err()).toContain('-> connected\n'), 10_000);
    await vi.waitFor(async () => expect(await kindsIn(path)).toContain('event'), 10_000);
    interrupt();

    expect(await ended).toBe(0);
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const events = lines.filter((line) => 'type' in JSON.parse(line)).length;
    expect(err()).toMatch(
      new RegExp(
        `^-> recording demo:// into ${path}\n-> connected\n-> recorded ${events.toLocaleString('en-US')} events in 00:00:\\d\\d, [\\d.]+ kB, 0 dropped\n$`,
      ),
    );
  });

  it('ends when its time is over', async () => {
    const { context } = fixtureOf({ for: '0.2' }, [path]);

    expect(await runRecord(context)).toBe(0);
  });

  it.each([[[]], [['a', 'b']]])('takes one file, not %j', async (words) => {
    await expect(runRecord(fixtureOf({}, words).context)).rejects.toMatchObject({
      message: 'stalk record takes one FILE: stalk record night.jsonl.gz',
      exitStatus: 2,
    });
  });

  it('leaves a file of something else alone, with status 1', async () => {
    writeFileSync(path, 'diary');

    await expect(runRecord(fixtureOf({}, [path]).context)).rejects.toMatchObject({ exitStatus: 1 });

    expect(readFileSync(path, 'utf8')).toBe('diary');
  });

  it('has status 1 when nothing could be written in the end, and says why', async () => {
    const { context, err } = fixtureOf({ for: '0.2' }, ['/dev/full']);

    expect(await runRecord(context)).toBe(1);
    expect(err()).toContain('-> the recording cannot be written: ENOSPC');
  });

  it('refuses a pattern that cannot be read before it makes a file', async () => {
    const { context } = fixtureOf({ redact: ['/(/'] }, [path]);

    await expect(runRecord(context)).rejects.toMatchObject({ exitStatus: 2 });
    await expect(Recording.open(path)).rejects.toThrow('there is no recording');
  });
});

describe('--record', () => {
  it('records beside --once', async () => {
    const { context, out } = fixtureOf({ once: true, for: '0.5', record: path });

    expect(await runEvents(context)).toBe(0);

    expect(out()).not.toBe('');
    expect(await kindsIn(path)).toEqual(['recording', 'listening', 'event']);
  });

  it('records beside --dump, also what is not printed', async () => {
    const { context, out } = fixtureOf({ dump: true, for: '0.5', type: ['nothing'], record: path });

    expect(await runEvents(context)).toBe(0);

    expect(out()).toBe('');
    expect(await kindsIn(path)).toContain('event');
  });

  it('records beside a camera', async () => {
    const fixture = fixtureOf({ camera: 'json', record: path });
    const ended = runEvents(fixture.context);
    await vi.waitFor(() => expect(fixture.out()).toContain('\n'), 10_000);
    fixture.interrupt();
    await ended;

    expect(await kindsIn(path)).toContain('event');
  });
});

describe(':record', () => {
  async function begun(flags: object = {}): Promise<{
    recording: SessionRecording;
    context: CommandContext;
    close: () => Promise<void>;
    monitor: ReturnType<typeof createMonitor>;
  }> {
    const { context, open } = fixtureOf(flags);
    const recording = new SessionRecording(context, 'memory');
    await recording.begin();
    const monitor = createMonitor(context, open, recording.recorder);
    recording.attach(monitor);
    monitor.start();
    await vi.waitFor(() => expect(monitor.status.kind).toBe('ready'));
    const close = async (): Promise<void> => {
      await monitor.close();
      await recording.close();
      await open.close();
    };
    return { recording, context, close, monitor };
  }

  it('begins and ends a recording, and tells what became of it', async () => {
    const { recording, monitor, close } = await begun();

    expect(await recording.switch(false, undefined)).toEqual({
      text: 'nothing is recorded',
      isProblem: true,
    });
    expect(await recording.switch(true, path)).toEqual({ text: `recording into ${path}`, isProblem: false });
    expect(monitor.recorder?.path).toBe(path);
    expect(await recording.switch(true, undefined)).toMatchObject({ isProblem: true });
    expect(await recording.switch(false, undefined)).toEqual({
      text: `recorded 0 events into ${path}`,
      isProblem: false,
    });
    expect(monitor.recorder).toBeUndefined();
    expect(await recording.switch(true, undefined)).toMatchObject({ text: `recording into ${path}` });
    await close();

    expect(await kindsIn(path)).toEqual(['recording', 'listening']);
  });

  it('takes ~ for the home, as a shell would have done', async () => {
    const { recording, context, close } = await begun();
    Object.assign(context.env, { HOME: folder });

    expect(await recording.switch(true, '~/night.jsonl.gz')).toMatchObject({
      text: `recording into ${path}`,
    });
    await close();
  });

  it('goes on with the old file where the new one cannot be written', async () => {
    const { recording, monitor, close } = await begun({ record: path });
    await expect(recording.switch(true, join(folder, 'gone', 'x'))).resolves.toMatchObject({
      text: expect.stringContaining('the recording cannot be opened: ENOENT'),
      isProblem: true,
    });

    expect(monitor.recorder?.path).toBe(path);
    await close();
  });
});
