import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Recorder } from '../../src/recording/recorder.ts';
import { type RecordedItem, Recording } from '../../src/recording/recording.ts';
import { State } from '../../src/state/state.ts';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { lease } from '../support/lease.ts';
import { openMonitor, untilOnline } from '../support/live-monitor.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { dumpState } from '../unit/state/celery-dump.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));
const workers: Worker[] = [];
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-recording-'));
  path = join(folder, 'run.jsonl.gz');
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  rmSync(folder, { recursive: true });
});

describe.each(['amqp', 'redis'] as const)('a recording of a run on %s', (name) => {
  it('gives the very state that the run gave, and tells what was sent', async () => {
    const broker = await freshBroker(name);
    const recorder = await Recorder.open({
      ...{ path, broker: 'test', program: 'test', redaction: undefined, utcoffset: false },
      rotation: { size: undefined, age: undefined, keep: undefined },
      now: () => Date.now() / 1000,
      onProblem: (sentence) => expect.fail(sentence),
    });
    const live = await openMonitor(broker, { recorder });
    workers.push(await startWorker({ broker, hostname: 'w1@test', pool: 'prefork', concurrency: 2 }));
    await untilOnline(live, 'w1@test');
    for (let n = 0; n < 20; n += 1) await callTask(broker, 'proj.add', [n, 3]);
    await callTask(broker, 'proj.echo', ["it's \u{1f642}\u001b[31m", null, 2.0], {}, { key: ['"', 1e20] });
    const failed = await callTask(broker, 'proj.fail', ['no card']);
    const flaky = await callTask(broker, 'proj.flaky', [1]);
    const ping = await live.command({ method: 'ping', args: {} });
    const silent = await live.command({ method: 'ping', args: {}, destination: ['nobody@test'] });
    // The events of two processes may overtake one another: of a state nobody can be certain.
    const over = (uuid: string, type: string): Promise<unknown> =>
      live.untilEvent(`${type} of ${uuid}`, (event) => event.uuid === uuid && event.type === type);
    await over(failed, 'task-failed');
    await over(flaky, 'task-succeeded');
    await live.close();
    const counts = await recorder.end();

    const recording = await Recording.open(path);
    const items = await all(recording);
    const state = new State();
    for (const item of items) if (item.kind === 'event') state.event(item.event);

    expect(counts).toEqual({ events: live.events.length, bytes: statSync(path).size, dropped: 0 });
    expect(recording.problems).toEqual([]);
    expect(dumpState(state)).toEqual(dumpState(live.monitor.state));
    expect(state.tasks.size).toBeGreaterThan(20);
    expect(items.filter(({ kind }) => kind !== 'event')).toMatchObject([
      { kind: 'recording', broker: 'test' },
      { kind: 'listening' },
      { kind: 'command', id: ping.id, method: 'ping', destination: null },
      { kind: 'reply', command: ping.id, hostname: 'w1@test', reply: { ok: 'pong' } },
      { kind: 'command-end', command: ping.id, silent: [], failure: null },
      { kind: 'command', id: silent.id, method: 'ping', destination: ['nobody@test'] },
      { kind: 'command-end', command: silent.id, silent: ['nobody@test'] },
    ]);
    await recording.close();
  });
});

describe('stalk record', () => {
  it('leaves a file that can be read when it is killed, with all but the last moment, and goes on with it', async () => {
    const broker = await freshBroker('redis');
    workers.push(await startWorker({ broker, hostname: 'w1@test', pool: 'solo' }));
    const first = await record(broker);
    await until('it to listen', () => first.err().includes('-> connected\n'));
    const uuid = await callTask(broker, 'proj.add', [1, 1]);
    await until('the task to be in the file', async () => (await itemsOf(path)).some(succeeded(uuid)));
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await record(broker, '--for', '2s', '--redact', 'args');
    expect(await second.ended).toBe(0);

    const items = await itemsOf(path);

    expect(items.filter(({ kind }) => kind === 'recording')).toHaveLength(2);
    expect(items.some(succeeded(uuid))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(second.err()).toMatch(/^-> recording redis:\/\/\S+ into \S+\n-> connected\n/);
    expect(second.err()).toMatch(/-> recorded \d+ events? in 00:00:02, [\d.]+ k?B, 0 dropped\n$/);
  });
});

interface Run {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  err(): string;
}

async function record(broker: string, ...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, 'record', path, '-b', broker, ...args], {
    ...{ detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const release = await lease(child.pid ?? 0);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (status, signal) => void release().then(() => resolve(status ?? signal)));
  });
  return { child, ended, err: () => err };
}

function succeeded(uuid: string): (item: RecordedItem) => boolean {
  return (item) => item.kind === 'event' && item.event.uuid === uuid && item.event.type === 'task-succeeded';
}

async function itemsOf(file: string): Promise<readonly RecordedItem[]> {
  const recording = await Recording.open(file);
  const items = await all(recording);
  await recording.close();
  return items;
}

async function all(recording: Recording): Promise<readonly RecordedItem[]> {
  const items: RecordedItem[] = [];
  for (const index of recording.blocks.keys()) items.push(...(await recording.read(index)));
  return items;
}
