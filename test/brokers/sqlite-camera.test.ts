import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { callTask, startWorker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { killCameras, program, startCamera } from '../support/silent-camera.ts';
import { stalkCli } from '../support/stalk-cli.ts';

killCameras();

describe('stalk events --camera sqlite', () => {
  it('keeps a consistent file however often, and whenever, its writer is killed', async () => {
    const file = join(await scratchFolder(), 'celery.db');
    let before = 0;
    for (let round = 0; round < 8; round += 1) {
      const child = startCamera('demo://?rate=500', 'sqlite', file, 0.02);
      const goal = before + 20 + round * 7;
      await until('tasks', () => taskCount(file) > goal || undefined);
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;

      const database = new Database(file);
      expect(rowsOf(database, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(rowsOf(database, 'SELECT name, state, tasks FROM counts ORDER BY name, state')).toEqual(
        rowsOf(
          database,
          "SELECT coalesce(name, '') AS name, state, count(*) AS tasks FROM tasks GROUP BY 1, 2 ORDER BY 1, 2",
        ),
      );
      // A shot is there as a whole: at the moment of the newest one there are workers too.
      expect(rowsOf(database, 'SELECT count(*) AS n FROM workers')).not.toEqual([{ n: 0 }]);
      before = taskCount(file);
      database.close();
    }
  });

  it('has what a real worker did in its tables, and leaves it all in one file', async () => {
    const broker = await freshBroker('redis');
    const worker = await startWorker({ broker, hostname: 'w1@sqlite' });
    const file = join(await scratchFolder(), 'celery.db');
    const child = startCamera(broker, 'sqlite', file, 0.02);
    try {
      await until('the worker', () => readerOf(file, 'SELECT hostname FROM workers').length > 0 || undefined);
      const uuid = await callTask(broker, 'proj.add', [2, 2]);
      const task = () => readerOf(file, 'SELECT uuid, state, name, args, result, worker FROM tasks');
      await until('the task', () => JSON.stringify(task()).includes('SUCCESS') || undefined);

      expect(task()).toEqual([
        { uuid, state: 'SUCCESS', name: 'proj.add', args: '[2, 2]', result: '4', worker: 'w1@sqlite' },
      ]);
    } finally {
      await worker.stop();
    }
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });

  it.each([
    [[], 2, 'the camera sqlite needs a file to write to: name it with --output'],
    [['--output', '/no/such/folder/x.db'], 1, 'the database cannot be opened: ENOENT'],
    [['--output', program], 1, `the database ${program} cannot be used: file is not a database`],
    [['--output', 'x.db', '--task-error-expires', 'soon'], 2, '--task-error-expires is seconds'],
  ])('refuses %j with status %i and one sentence', async (args, status, sentence) => {
    const given = await stalkCli(['events', '-b', 'demo://', '-c', 'sqlite', ...args]);

    expect([given.status, given.stdout]).toEqual([status, '']);
    expect(given.stderr).toMatch(/^stalk: [^\n]+\n$/);
    expect(given.stderr).toContain(sentence);
  });
});

/** As any other program would read it while the camera writes. */
function readerOf(file: string, sql: string): unknown[] {
  if (!existsSync(file)) return [];
  const database = new Database(file);
  // While the file is being made, it is locked for a moment.
  database.exec('PRAGMA busy_timeout = 5000');
  try {
    return rowsOf(database, sql);
  } catch (error) {
    if (String(error).includes('no such table')) return [];
    throw error;
  } finally {
    database.close();
  }
}

function taskCount(file: string): number {
  const [row] = readerOf(file, 'SELECT count(*) AS n FROM tasks') as { n: number }[];
  return row?.n ?? 0;
}

function rowsOf(database: InstanceType<typeof Database>, sql: string): unknown[] {
  return database.prepare(sql).all([]);
}
