import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteCamera } from '../../../src/camera/sqlite-camera.ts';
import { openSqliteFile, type SqliteFile } from '../../../src/camera/sqlite-file.ts';
import { State } from '../../../src/state/state.ts';

const day = 86_400;
const expiries = { success: day, error: 3 * day, pending: 5 * day };

function feed(state: State, type: string, fields: Record<string, unknown>): void {
  state.event({ type, hostname: 'w1', timestamp: 100, local_received: 100, clock: 1, ...fields });
}

describe('the camera sqlite', () => {
  let folder: string;
  let path: string;
  let file: SqliteFile;
  let now: number;
  const rows = (sql: string): unknown[] => file.prepare(sql).all([]);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stalk-sqlite-'));
    path = join(folder, 'celery.db');
    file = await openSqliteFile(path);
    now = 1_000;
  });

  afterEach(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });

  function camera(): SqliteCamera {
    return new SqliteCamera({ file, expiries, now: () => now });
  }

  function counts(): unknown[] {
    return rows("SELECT name || ' ' || state || ' ' || tasks AS text FROM counts ORDER BY name, state").map(
      (row) => (row as { text: string }).text,
    );
  }

  it('writes tasks, workers and counts, and of a second shot only what changed', async () => {
    const state = new State();
    const cam = camera();
    feed(state, 'worker-heartbeat', { freq: 2, active: 1, processed: 5, loadavg: [0.5, 0.25, 1], pid: 7 });
    feed(state, 'task-received', { uuid: 'a', name: 'proj.add', args: '(1,)', queue: 'q' });
    feed(state, 'task-received', { uuid: 'b', name: 'proj.mul' });
    feed(state, 'task-sent', { uuid: 'c', hostname: 'client' });
    await cam.onShutter(state);
    expect(counts()).toEqual([' PENDING 1', 'proj.add RECEIVED 1', 'proj.mul RECEIVED 1']);

    now = 1_002;
    feed(state, 'task-succeeded', { uuid: 'a', clock: 2, timestamp: 101.5, result: '2', runtime: 0.25 });
    await cam.onShutter(state);

    expect(rows('SELECT uuid, state, updated, args, result, runtime, succeeded, retries FROM tasks')).toEqual(
      [
        {
          uuid: 'a',
          state: 'SUCCESS',
          updated: 1_002,
          args: '(1,)',
          result: '2',
          runtime: 0.25,
          succeeded: 101.5,
          retries: null,
        },
        {
          uuid: 'b',
          state: 'RECEIVED',
          updated: 1_000,
          args: null,
          result: null,
          runtime: null,
          succeeded: null,
          retries: null,
        },
        {
          uuid: 'c',
          state: 'PENDING',
          updated: 1_000,
          args: null,
          result: null,
          runtime: null,
          succeeded: null,
          retries: null,
        },
      ],
    );
    expect(
      rows('SELECT hostname, pid, active, processed, loadavg, last_heartbeat, alive_until FROM workers'),
    ).toEqual([
      {
        hostname: 'w1',
        pid: 7,
        active: 1,
        processed: 5,
        loadavg: '0.5 0.25 1',
        last_heartbeat: 101.5,
        alive_until: 105.5,
      },
    ]);
    expect(counts()).toEqual([' PENDING 1', 'proj.add SUCCESS 1', 'proj.mul RECEIVED 1']);
  });

  it('keeps what an earlier run knew of a task and this one does not', async () => {
    const before = new State();
    feed(before, 'task-received', { uuid: 'a', name: 'proj.add', args: '(1,)' });
    await camera().onShutter(before);
    const after = new State();
    feed(after, 'task-failed', { uuid: 'a', clock: 3, exception: 'E()' });
    await camera().onShutter(after);

    expect(rows('SELECT name, args, state, exception FROM tasks')).toEqual([
      { name: 'proj.add', args: '(1,)', state: 'FAILURE', exception: 'E()' },
    ]);
    expect(counts()).toEqual(['proj.add FAILURE 1']);
  });

  it('writes all that changed when that is more than the State can list', async () => {
    const state = new State({ maxTasksInMemory: 100 });
    const cam = camera();
    feed(state, 'task-received', { uuid: 'still', name: 't' });
    await cam.onShutter(state);
    now = 2_000;
    for (let n = 0; n < 70_000; n += 1) feed(state, 'task-sent', { uuid: `${n % 50}`, clock: n + 2 });
    expect(state.changedSince(1)).toBeUndefined();
    await cam.onShutter(state);

    expect(rows('SELECT count(*) AS n FROM tasks WHERE updated = 2000')).toEqual([{ n: 50 }]);
    expect(rows("SELECT updated FROM tasks WHERE uuid = 'still'")).toEqual([{ updated: 1_000 }]);
  });

  it('makes up for a shot that failed', async () => {
    const state = new State();
    const cam = camera();
    feed(state, 'task-received', { uuid: 'a', name: 'proj.add' });
    file.exec('ALTER TABLE workers RENAME TO elsewhere');
    await expect(cam.onShutter(state)).rejects.toThrow('no such table');
    expect(rows('SELECT uuid FROM tasks')).toEqual([]);
    file.exec('ALTER TABLE elsewhere RENAME TO workers');
    await cam.onShutter(state);

    expect(rows('SELECT uuid FROM tasks')).toEqual([{ uuid: 'a' }]);
  });

  it('deletes tasks by how they ended, and silent workers, each after its time', async () => {
    const state = new State();
    const cam = camera();
    const ends = ['succeeded', 'failed', 'retried', 'revoked', 'started', 'progress'];
    for (const end of ends) feed(state, `task-${end}`, { uuid: end, name: 't' });
    for (let n = 0; n < 4_500; n += 1) feed(state, 'task-succeeded', { uuid: `${n}`, name: 'many' });
    await cam.onShutter(state);
    const left = async (days: number): Promise<unknown[]> => {
      now = 1_000 + days * day + 1;
      await cam.onCleanup();
      return rows('SELECT uuid FROM tasks ORDER BY rowid').map((row) => (row as { uuid: string }).uuid);
    };

    expect(await left(0.9)).toHaveLength(4_506);
    expect(await left(1)).toEqual(['failed', 'retried', 'revoked', 'started', 'progress']);
    expect(rows('SELECT hostname FROM workers')).toEqual([{ hostname: 'w1' }]);
    expect(await left(3)).toEqual(['started', 'progress']);
    expect(await left(5)).toEqual([]);
    expect([rows('SELECT * FROM counts'), rows('SELECT * FROM workers')]).toEqual([[], []]);
  });

  it('takes any value a broker may send for what it is, and runs none of it', async () => {
    const state = new State();
    feed(state, 'task-received', {
      uuid: "x'); DROP TABLE tasks; --",
      name: 'nul\0 half\ud800 pair',
      retries: 2 ** 70,
    });
    await camera().onShutter(state);

    expect(rows('SELECT uuid, name, retries FROM tasks')).toEqual([
      { uuid: "x'); DROP TABLE tasks; --", name: 'nul\ufffd half\ufffd pair', retries: 2 ** 70 },
    ]);
  });

  it('refuses what is no database, or not ours, with one sentence', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'no database at all, and long enough to be taken for one. '.repeat(40));
    await expect(openSqliteFile(other)).rejects.toThrow(
      `the database ${other} cannot be used: file is not a database`,
    );

    file.exec('PRAGMA user_version = 99');
    await expect(openSqliteFile(path)).rejects.toThrow(`${path} was written by a newer stalk`);
    file.exec('PRAGMA application_id = 1');
    await expect(openSqliteFile(path)).rejects.toThrow(`${path} is a database of another program`);
  });
});
