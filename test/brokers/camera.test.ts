import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));
const dumpCam = fileURLToPath(new URL('../fixtures/camera/dump-cam.mjs', import.meta.url));

/** A camera that runs until it is signalled. */
interface Shooting {
  readonly pid: number;
  out(): string;
  err(): string;
  /** Resolves with the exit status, or with the signal that killed it. */
  signal(signal: NodeJS.Signals): Promise<number | string | null>;
  ended(): Promise<number | string | null>;
}

const running: ChildProcess[] = [];

function shoot(args: readonly string[]): Shooting {
  const child = spawn(process.execPath, [program, 'events', ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return {
    pid: child.pid!,
    out: () => text.out,
    err: () => text.err,
    signal: (signal) => {
      child.kill(signal);
      return ended;
    },
    ended: () => ended,
  };
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe.each(['amqp', 'redis'] as const)('stalk events --camera on %s', (name) => {
  const workers: Worker[] = [];
  let broker: string;

  beforeAll(async () => {
    broker = await freshBroker(name);
    return async () => {
      for (const worker of workers) await worker.stop();
    };
  });

  it('shows a real worker and its tasks to the camera of Celery’s guide, and a last time at SIGTERM', async () => {
    workers.push(await startWorker({ broker, hostname: 'w1@cam' }));
    const cam = shoot(['-b', broker, '--camera', `${dumpCam}#DumpCam`, '-F', '1']);
    await until('a snapshot of the worker', () => /Workers: \[ 'w1@cam' \]/.test(cam.out()) || undefined);

    const first = await callTask(broker, 'proj.add', [2, 2]);
    await until('a snapshot of the task', () => cam.out().includes(first) || undefined);

    expect(cam.out().split('\n')[0]).toBe(
      `-> evcam: Taking snapshots with ${dumpCam}#DumpCam (every 1.0 secs.)`,
    );
    expect(cam.out()).toMatch(/^Total: \d+ events, 1 tasks$/m);
    expect(cam.err()).toBe('');
    expect(await cam.signal('SIGTERM')).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'takes the last shot at %s, long before it is due',
    async (signal) => {
      const folder = await scratchFolder();
      const pidfile = join(folder, 'cam.pid');
      const log = join(folder, 'cam.log');
      const cam = shoot([
        ...['-b', broker, '-c', `${dumpCam}#WatchedCam`, '-F', '1h'],
        ...['--pidfile', pidfile, '-f', log, '-l', 'info'],
      ]);
      await until('the camera', async () => /starting capture/.test(await contentOf(log)) || undefined);
      await callTask(broker, 'proj.add', [1, 1]);
      await until('the event', () => cam.out().includes('a task has come') || undefined);

      expect(await readFile(pidfile, 'utf8')).toBe(`${cam.pid}\n`);
      expect(cam.out()).not.toContain('Total');
      expect(await cam.signal(signal)).toBe(0);
      expect(cam.out()).toMatch(/Total: \d+ events, 1 tasks\n$/);
      expect(existsSync(pidfile)).toBe(false);
    },
  );
});

describe('stalk events --camera', () => {
  const nowhere = 'amqp://127.0.0.1:1//';

  it('refuses the pid file of a living camera with Celery’s status, and takes over that of a dead one', async () => {
    const pidfile = join(await scratchFolder(), 'cam.pid');
    const args = ['-b', nowhere, '-c', `${dumpCam}#DumpCam`, '--pidfile', pidfile];
    const first = shoot(args);
    await until('the first camera', () => first.out().includes('-> evcam') || undefined);

    expect(await stalkCli(['events', ...args])).toEqual({
      status: 73,
      stdout: '',
      stderr: `stalk: the pid file ${pidfile} belongs to process ${first.pid}, which is running: end that one first, or name another file\n`,
    });
    await first.signal('SIGKILL');
    const second = shoot(args);
    await until('the second camera', () => second.out().includes('-> evcam') || undefined);
    expect(await readFile(pidfile, 'utf8')).toBe(`${second.pid}\n`);
    expect(await second.signal('SIGTERM')).toBe(0);
  });

  it.each([
    ['./gone.mjs#Cam', 'there is no file'],
    [`${dumpCam}#Gone`, 'exports no Gone, but DumpCam, WatchedCam, fail'],
    [dumpCam, 'has no default export'],
  ])('refuses %s with status 1 and one sentence', async (camera, sentence) => {
    const { status, stdout, stderr } = await stalkCli(['events', '-b', nowhere, '-c', camera]);

    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stalk: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  it('loads a camera from the folder that --workdir names, whatever its name', async () => {
    const folder = await scratchFolder();
    await writeFile(join(folder, 'a #1 cam.mjs'), 'export const shot = () => console.log(process.cwd());\n');
    const cam = shoot(['-b', 'demo://', '-c', './a #1 cam.mjs#shot', '--workdir', folder, '-F', '0.1']);

    await until('a shot', () => cam.out().includes(`\n${folder}\n`) || undefined);
    expect(cam.out()).toMatch(
      /^-> evcam: Taking snapshots with \.\/a #1 cam\.mjs#shot \(every 0\.1 secs\.\)\n/,
    );
    expect(await cam.signal('SIGTERM')).toBe(0);
  });

  it('goes on after a shot that failed, logs each, and begins the log anew at SIGHUP', async () => {
    const log = join(await scratchFolder(), 'cam.log');
    const cam = shoot(['-b', 'demo://', '-c', `${dumpCam}#fail`, '-F', '0.2', '-f', log]);
    const failed = (shot: number) => async () =>
      (await contentOf(log)).includes(`shot ${shot} failed, ${shot} so far: Error: no film`) || undefined;
    await until('two failures', failed(2));

    await rename(log, `${log}.1`);
    cam.signal('SIGHUP').catch(() => undefined);
    await until('the new log', () => existsSync(log) || undefined);
    await until('a failure in it', async () => /shot \d+ failed/.test(await contentOf(log)) || undefined);

    expect(await cam.signal('SIGTERM')).toBe(0);
    expect(cam.err()).toBe('');
  });

  it('prints nothing but lines of JSON with the camera json, and appends them to a file with --output', async () => {
    const file = join(await scratchFolder(), 'shots.ndjson');
    const printing = shoot(['-b', 'demo://', '-c', 'json', '-F', '0.2']);
    const writing = shoot(['-b', 'demo://', '-c', 'json', '-F', '0.2', '--output', file]);
    const shot = (text: string): true | undefined => text.split('\n').length > 3 || undefined;
    await until('three shots', () => shot(printing.out()));
    await until('three shots in the file', async () => shot(await contentOf(file)));

    expect(await Promise.all([printing.signal('SIGTERM'), writing.signal('SIGTERM')])).toEqual([0, 0]);
    expect(printing.err()).toBe('-> evcam: Taking snapshots with json (every 0.2 secs.)\n');
    expect(writing.out()).toBe('-> evcam: Taking snapshots with json (every 0.2 secs.)\n');
    for (const text of [printing.out(), await contentOf(file)]) {
      const shots = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(shots.at(-1)).toMatchObject({ timestamp: expect.any(Number), workers: expect.any(Array) });
      expect(shots.some(({ tasks }) => tasks.length > 0)).toBe(true);
    }
  });

  it('prints counts with the camera text', async () => {
    const cam = shoot(['-b', 'demo://', '-c', 'text', '-F', '0.2']);

    await until(
      'two shots',
      () => (cam.out().match(/^Total: \d+ events, \d+ tasks$/gm) ?? []).length > 1 || undefined,
    );
    expect(cam.out()).toMatch(/^Workers: \d+\nTasks: \d+\n(?: {4}[A-Z]+: \d+\n)+Total: /m);
    expect(await cam.signal('SIGTERM')).toBe(0);
  });

  it('refuses --output for a camera that knows nothing of it', async () => {
    const { status, stderr } = await stalkCli(['events', '-c', `${dumpCam}#DumpCam`, '--output', 'x']);

    expect([status, stderr]).toEqual([
      2,
      'stalk: --output goes with the cameras text, json, sqlite, prometheus, munin\n',
    ]);
  });

  it('ends at once at a second signal, of another kind too, when a shot never ends', async () => {
    const folder = await scratchFolder();
    await writeFile(
      join(folder, 'cam.mjs'),
      "export const cam = () => { console.log('a shot'); return new Promise(() => undefined); };\n",
    );
    const cam = shoot([
      '-b',
      'demo://',
      '-c',
      './cam.mjs#cam',
      '--workdir',
      folder,
      '-F',
      '1h',
      '-l',
      'info',
    ]);
    await until('the connection', () => cam.err().includes('starting capture') || undefined);

    void cam.signal('SIGTERM');
    await until('the last shot', () => cam.out().includes('a shot') || undefined);
    expect(await cam.signal('SIGINT')).toBe('SIGINT');
  });

  it('ends with status 1 at the first failure with --strict', async () => {
    const cam = shoot(['-b', 'demo://', '-c', `${dumpCam}#fail`, '-F', '0.2', '--strict']);

    expect(await cam.ended()).toBe(1);
    expect(cam.err().match(/shot \d+ failed/g)).toEqual(['shot 1 failed']);
  });
});

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
