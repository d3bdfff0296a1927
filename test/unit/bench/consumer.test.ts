import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Consumer, DumpFile, Lines } from '../../bench/consumer.ts';

describe('the lines of a consumer', () => {
  it('are read however they are cut', () => {
    const output = new PassThrough();
    const lines = new Lines(output);
    for (const piece of ['rea', 'dy\n12', '000\n240', '00\nlost: it', ' broke\n36']) output.write(piece);

    expect(lines.isReady).toBe(true);
    expect(lines.hasTaken(24_000)).toBe(true);
    expect(lines.hasTaken(36)).toBe(true);
    expect(lines.hasTaken(24_001)).toBe(false);
    expect(lines.said).toBe('24000, lost: it broke');
  });
});

describe('a consumer', () => {
  it('that could not be started can be ended all the same, and this process is not', async () => {
    const child = spawn('/nowhere/at-all', { stdio: 'pipe' });
    const consumer = new Consumer(child, new Lines(child.stdout));

    await consumer.end();

    expect(child.pid).toBeUndefined();
  });
});

describe('the file of a dump', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stalk-dump-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('counts the lines of tasks as they are written', () => {
    const path = join(folder, 'dump');
    const at = 'celery@worker-1.example.org [2026-11-26 06:32:56.576400+00:00]';
    writeFileSync(path, '-> evdump: starting capture...\n');
    const file = new DumpFile(path);
    expect([file.isReady, file.hasTaken(1)]).toEqual([false, false]);

    appendFileSync(
      path,
      `${at} heartbeat: active=0\n${at} task received: app.add(1) args=() kwargs={}\n${at} task st`,
    );
    expect([file.isReady, file.hasTaken(1), file.hasTaken(2)]).toEqual([true, true, false]);

    appendFileSync(path, 'arted: app.add(1)\n');
    expect(file.hasTaken(2)).toBe(true);
    expect(file.said).toBe('2');
    file.close();
  });
});
