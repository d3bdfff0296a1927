import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import {
  callTask,
  celeryApp,
  celeryCli,
  celeryEnvironment,
  celeryPython,
  startWorker,
  type Worker,
} from '../support/celery-worker.ts';
import { lease } from '../support/lease.ts';
import { killGroup, until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

interface Run {
  out(): string;
  err(): string;
  /** The exit status, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  interrupt(): void;
  kill(): void;
}

const runs: Run[] = [];
const workers: Worker[] = [];

async function run(command: string, args: readonly string[], options: object = {}): Promise<Run> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const pid = child.pid ?? 0;
  const release = await lease(pid);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (status, signal) => void release().then(() => resolve(status ?? signal)));
  });
  const started = {
    out: () => out,
    err: () => err,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    kill: () => killGroup(pid, 'SIGKILL'),
  } satisfies Run;
  runs.push(started);
  return started;
}

function stalkDump(broker: string, ...args: readonly string[]): Promise<Run> {
  return run(process.execPath, [program, 'events', '--broker', broker, '--dump', ...args]);
}

/** Of a dump, without what only its reader knows, and without the worker that both may have seen before. */
function comparable(dump: string): readonly string[] {
  return dump
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('->') && !line.startsWith('w0@test'))
    .map((line) => line.replace(/local_received=[\d.e+]+/, 'local_received=…'))
    .sort();
}

afterEach(async () => {
  for (const { kill } of runs) kill();
  await Promise.all(runs.splice(0).map(({ ended }) => ended));
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});

describe.each(['amqp', 'redis'] as const)('stalk events --dump on %s', (name) => {
  it("prints every line that Celery's own dump prints of the same stream", async () => {
    const broker = await freshBroker(name);
    workers.push(await startWorker({ broker, hostname: 'w0@test', pool: 'solo', queues: ['idle'] }));
    const env = await celeryEnvironment(broker);
    const theirs = await run(celeryPython(), ['-m', 'celery', '-A', 'proj', 'events', '--dump'], {
      cwd: celeryApp,
      env,
    });
    const ours = await stalkDump(broker);
    const json = await stalkDump(broker, '--json');
    const both = (text: string | RegExp): Promise<unknown> =>
      until(`both to print ${text}`, () => [theirs, ours].every(({ out }) => out().search(text) >= 0));
    await both(/w0@test .* heartbeat/);

    const worker = await startWorker({ broker, hostname: 'w1@test', pool: 'prefork', concurrency: 1 });
    workers.push(worker);
    await callTask(broker, 'proj.add', [2, 3]);
    await callTask(broker, 'proj.echo', ["it's \u{1f642}\u001b[31m", null, 2.0], {}, { key: ['"', 1e20] });
    await callTask(broker, 'proj.fail', ['no card']);
    await callTask(broker, 'proj.flaky', [1]);
    await callTask(broker, 'proj.reject');
    await callTask(broker, 'proj.sleep', [4]);
    const revoked = await callTask(broker, 'proj.add', [1, 1]);
    await celeryCli(broker, 'control', 'revoke', revoked);
    await both('task revoked');
    await worker.stop();
    await both(/w1@test .* shutdown/);
    await until('the JSON of it', () => json.out().includes('"worker-offline"'));
    ours.interrupt();

    for (const words of 'task sent,task received,task started,task succeeded,task failed,task retried,task rejected,task revoked,started,heartbeat,shutdown'.split(
      ',',
    )) {
      expect(ours.out()).toContain(`] ${words}: `);
    }
    expect(comparable(ours.out())).toEqual(comparable(theirs.out()));
    expect(await ours.ended).toBe(0);
    json.interrupt();
    expect(await json.ended).toBe(0);
    const events = json
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === 'task-revoked')).toMatchObject([
      { uuid: revoked, hostname: 'w1@test' },
    ]);
    expect(json.out()).toMatch(
      /"type": "worker-heartbeat".* "freq": 2\.0|"freq": 2\.0.* "type": "worker-heartbeat"/,
    );
  });
});

describe('the pipe of stalk events --dump', () => {
  const dump = `"${process.execPath}" "${program}" events --broker demo:// --dump`;
  const shell = (line: string): Promise<Run> => run('sh', ['-c', line]);

  it('may be closed after the first line', async () => {
    const { ended, out, err } = await shell(`(${dump}; echo "status $?" >&2) | head -1`);

    expect(await ended).toBe(0);
    expect(out()).toMatch(/^celery@.*\n$/);
    expect(err()).toBe('-> evdump: starting capture...\nstatus 0\n');
  });

  it.runIf(process.platform === 'linux')('may be closed while nothing arrives any more', async () => {
    const { ended, out, err } = await shell(`(${dump} --type none; echo "status $?" >&2) | sleep 2`);

    expect(await ended).toBe(0);
    expect(out()).toBe('');
    expect(err()).toBe('-> evdump: starting capture...\nstatus 0\n');
  });

  it('takes its time where the reader does: every line arrives, and whole', async () => {
    const { ended, out, err } = await shell(
      `(${dump} --json --for 1s; echo "status $?" >&2) | (sleep 3; cat)`,
    );

    expect(await ended).toBe(0);
    expect(err()).toBe('-> evdump: starting capture...\nstatus 0\n');
    const lines = out().split('\n');
    expect(lines.pop()).toBe('');
    // More than a pipe holds, so that it had to wait.
    expect(out().length).toBeGreaterThan(65_536);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('local_received');
  });

  it.runIf(process.platform === 'linux')(
    'grows by less than 50 MB behind a reader that stands still, and counts what it drops',
    async () => {
      const url = await freshBroker('redis');
      const { pathname } = new URL(url);
      const redis = new Redis(url);
      const child = spawn(process.execPath, [program, 'events', '--broker', url, '--dump', '--json'], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const pid = child.pid ?? 0;
      const release = await lease(pid);
      try {
        let err = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          err += text;
        });
        await until('the dump to begin', async () => err.includes('starting capture'));
        const channel = `${pathname}.celeryev/task.multi`;
        const published = 400_000;
        let before = 0;
        for (let sent = 0; sent < published; sent += perList) {
          // What every program takes for its first events is no growth.
          if (sent === published / 10) before = residentMegabytes(pid);
          await redis.publish(channel, envelope(sent));
        }
        await until('it to tell what it drops', async () =>
          err.includes('dropped because the reader is slow'),
        );
        expect(residentMegabytes(pid) - before).toBeLessThan(50);

        let lines = 0;
        child.stdout.setEncoding('latin1').on('data', (text: string) => {
          lines += text.split('\n').length - 1;
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await until('every event to be printed or dropped', async () => lines + dropped(err) >= published);
        child.kill('SIGINT');
        await ended;

        expect(lines + dropped(err)).toBe(published);
      } finally {
        redis.disconnect();
        killGroup(pid, 'SIGKILL');
        await release();
      }
    },
  );
});

const perList = 40;

/** As kombu publishes it on Redis. */
function envelope(first: number): string {
  const events = Array.from({ length: perList }, (_, n) => ({
    ...{ type: 'task-received', uuid: `task-${first + n}`, hostname: 'celery@w1', clock: first + n, pid: 1 },
    ...{ timestamp: 1_700_000_000, name: 'app.tasks.resize', args: `('${'x'.repeat(120)}',)`, kwargs: '{}' },
  }));
  const info = { exchange: 'celeryev', routing_key: 'task.multi' };
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(events)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {},
    properties: {
      delivery_info: info,
      delivery_tag: 'x',
      body_encoding: 'base64',
      delivery_mode: 1,
      priority: 0,
    },
  });
}

function residentMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** What it told of so far, all together. */
function dropped(err: string): number {
  return [...err.matchAll(/-> ([\d,]+) events? (?:was|were) dropped/g)].reduce(
    (sum, [, count = '0']) => sum + Number(count.replaceAll(',', '')),
    0,
  );
}
