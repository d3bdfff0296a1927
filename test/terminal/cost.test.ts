import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { celeryPython } from '../support/celery-worker.ts';
import { lease } from '../support/lease.ts';
import { killGroup, until } from '../support/process-group.ts';
import { openStandingCluster, type StandingCluster, uuidOf } from '../support/standing-cluster.ts';
import { selectedPlace, selectedUuid } from '../support/task-table.ts';
import type { OutputRecord, Terminal } from '../support/tmux.ts';
import { heartbeat } from '../support/wire.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));
const slowTerminal = fileURLToPath(new URL('../fixtures/slow-terminal.py', import.meta.url));

describe('bytes to the terminal, at 140x40', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;
  let record: OutputRecord;

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 140, rows: 40 });
    terminal = cluster.terminal;
    record = await terminal.recordOutput();
  });
  afterAll(() => cluster?.close());

  /** What an action writes, until the screen shows what it should and has come to rest. */
  async function cost(action: () => Promise<void>, shown: (rows: string[]) => boolean): Promise<number> {
    await terminal.settled();
    const before = await record.bytes();
    await action();
    await terminal.waitFor(shown);
    return (await record.bytes()) - before;
  }

  it('are fewer than 450 for a j', async () => {
    await terminal.keys('j', 'j');
    await terminal.waitFor((rows) => selectedPlace(rows) === 2);
    // Paused: the run times of other rows are not what is measured.
    await terminal.keys('p');
    await terminal.waitFor('PAUSED, p to go on');

    const costs: number[] = [];
    for (let row = 3; row < 8; row += 1) {
      costs.push(
        await cost(
          () => terminal.keys('j'),
          (rows) => selectedUuid(rows) === uuidOf(60 - row).slice(0, 8),
        ),
      );
    }

    await terminal.keys('p');
    expect(median(costs)).toBeLessThan(450);
    expect(median(costs)).toBeGreaterThan(20);
  });

  it('are fewer than 60 for a character of a filter that changes no row', async () => {
    await terminal.type('/ap');
    await terminal.waitFor(/ \/ ap▏.*60 of 60/);
    // In a dialog-free moment of a held list only the clocks of running tasks change besides.
    const costs: number[] = [];
    for (const typed of ['app', 'app.']) {
      costs.push(
        await cost(
          () => terminal.type(typed.slice(-1)),
          (rows) => (rows[2] ?? '').includes(` / ${typed}▏`),
        ),
      );
    }

    await terminal.keys('Escape', 'Escape');
    expect(Math.min(...costs)).toBeLessThan(60);
  });

  it('are none of an erased screen but for Ctrl-L', async () => {
    await terminal.keys('3');
    await terminal.waitFor('[3 Workers]');
    await terminal.keys('Enter');
    await terminal.waitFor('Summary');
    await terminal.keys('Escape', '2', 'i');
    await terminal.waitFor('[Info]');
    await terminal.keys('Escape', '?');
    await terminal.waitFor('Help:');
    await terminal.keys('Escape');
    await terminal.resize(120, 36);
    await terminal.waitFor((rows) => rows.length === 36 && /STATE +UUID/.test(rows.join('\n')));
    await terminal.resize(140, 40);
    await terminal.waitFor((rows) => rows.length === 40 && /QUEUE +WAIT/.test(rows.join('\n')));
    expect(await record.text()).not.toMatch(erased);

    await terminal.keys('C-l', 'u', 'u');
    await terminal.settled();

    expect((await record.text()).match(new RegExp(erased, 'g'))?.length ?? 0).toBeLessThanOrEqual(1);
  });

  /** Heartbeats of an idle cluster for ten seconds, and what was written meanwhile. */
  async function idle(): Promise<number> {
    const before = await record.bytes();
    for (let beat = 0; beat < 5; beat += 1) {
      for (const hostname of ['w1@still', 'w2@still']) await heartbeat(cluster.wire, hostname);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    return (await record.bytes()) - before;
  }

  it('are fewer than 1,000 in ten seconds of an idle cluster, and 350 while paused', async () => {
    // Tasks that run are not idle: their clocks tick.
    for (let n = 7; n <= 60; n += 7) {
      await cluster.wire.event('task-succeeded', {
        uuid: uuidOf(n),
        hostname: 'w1@still',
        runtime: 1,
        result: '1',
      });
    }
    await terminal.keys('2', 'Home', 'j');
    await terminal.waitFor(/HOLD/);
    await terminal.waitUntilGone(/\d\+ +\d* *\d\d:\d\d:\d\d/);
    await terminal.settled();

    expect(await idle()).toBeLessThan(1_000);

    await terminal.keys('p');
    await terminal.waitFor('PAUSED, p to go on');
    expect(await idle()).toBeLessThan(350);
    await terminal.keys('p');
  });
});

describe('a terminal that reads two kilobytes a second', () => {
  it('still gets its keys answered, is told that it is slow, and SIGTERM ends the program', async () => {
    const command = [process.execPath, program, 'events', '-b', 'demo://?seed=7&rate=200'];
    const child = spawn(celeryPython(), [slowTerminal, ...command], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    const release = await lease(child.pid!);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      await until('the word about the slow link', () => output.includes('slow link') || undefined, 60_000);
      child.stdin.write('?');
      await until('the help', () => output.includes('Help: Tasks') || undefined, 60_000);

      child.stdin.end();

      // The harness sends SIGTERM when its input ends, and returns the exit status of the program.
      expect(await ended).toBe(143);
    } finally {
      killGroup(child.pid!, 'SIGKILL');
      await release().catch(() => {});
    }
  });
});

const erased = /\x1b\[[23]J/;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
