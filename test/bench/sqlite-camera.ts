import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteCamera } from '../../src/camera/sqlite-camera.ts';
import { openSqliteFile } from '../../src/camera/sqlite-file.ts';
import { State } from '../../src/state/state.ts';
import type { Cluster } from './cluster.ts';
import type { Figure } from './figure.ts';
import { TaskShapes } from './task-shapes.ts';

const tasks = 1_000_000;
const eventsPerSecond = 1_000;
/** A shot of so many fills the file faster than a shot each second would. */
const tasksPerFill = 20_000;
const seconds = 30;
const forEver = { success: 0, error: 0, pending: 0 };
/** Nothing waits for events here. */
const withoutPauses = {
  nowMs: () => performance.now(),
  after: (_delayMs: number, callback: () => void) => {
    setImmediate(callback);
    return () => undefined;
  },
};

/**
 * What `--camera sqlite` takes of a core with a full memory and as many rows, while each second's changes are written: the
 * State and the camera; what a broker and decoding cost is another figure.
 */
export async function sqliteCamera({ folder }: Cluster): Promise<readonly Figure[]> {
  const path = join(folder, 'camera.db');
  const file = await openSqliteFile(path);
  const now = (): number => Date.now() / 1000;
  const camera = new SqliteCamera({ file, expiries: forEver, now, timers: withoutPauses });
  const state = new State({ maxTasksInMemory: tasks });
  const shapes = new TaskShapes(7);
  let made = 0;
  for (; made < tasks; made += tasksPerFill) {
    for (let n = 0; n < tasksPerFill; n += 1) feed(state, shapes, made + n);
    await camera.onShutter(state);
  }
  const first = made;
  const before = process.cpuUsage();
  for (let second = 0; second < seconds; second += 1) {
    for (let events = 0; events < eventsPerSecond; made += 1) events += feed(state, shapes, made);
    await camera.onShutter(state);
  }
  const { user, system } = process.cpuUsage(before);
  const megabytes = Math.round(statSync(path).size / 2 ** 20);
  camera.close();
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  return [
    {
      name: 'camera sqlite, 1,000,000 tasks',
      value: (100 * (user + system)) / 1e6 / seconds,
      unit: '% of a core',
      goal: 10,
      note: `a shot each second, 1,000 events/s of ${Math.round((made - first) / seconds)} tasks/s, file of ${megabytes} MB`,
    },
  ];
}

/** Returns how many events there were. */
function feed(state: State, shapes: TaskShapes, index: number): number {
  const events = shapes.events(index);
  for (const event of events) state.event(event);
  return events.length;
}
