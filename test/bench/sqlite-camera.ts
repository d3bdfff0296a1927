import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { until } from '../support/process-group.ts';
import { type Cluster, sleep } from './cluster.ts';
import type { Figure } from './figure.ts';
import { residentMegabytes } from './process-usage.ts';

const tasks = 1_000_000;
const eventsPerSecond = 1_000;
/** Until there are as many: what the camera, and Redis before it, take without loss. */
const fillingEventsPerSecond = 20_000;
const fillingMs = 15 * 60_000;
/** What is still to be written is written then. */
const settleMs = 15_000;
const measuredMs = 30_000;

/** What `--camera sqlite` takes of a core with a full memory, while events come and each second's changes are written. */
export async function sqliteCamera(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const file = join(cluster.folder, 'camera.db');
  const args = ['sqlite', '--output', file, '-F', '1', '--max-tasks', String(tasks)];
  const camera = cluster.camera(url, args);
  const load = cluster.load({ url, eventsPerSecond: 0 });
  await until(
    'the camera to listen',
    async () => {
      await load.ask({ do: 'beat' });
      return firstNumber(file, 'SELECT count(*) FROM workers') > 0;
    },
    30_000,
  );
  await load.ask({ do: 'pace', eventsPerSecond: fillingEventsPerSecond });
  await until('a full memory', () => taskCount(file) > tasks, fillingMs, 1_000);
  await load.ask({ do: 'pace', eventsPerSecond });
  await sleep(settleMs);
  const before = [camera.cpuSeconds, performance.now(), taskCount(file)] as const;
  await sleep(measuredMs);
  const seconds = (performance.now() - before[1]) / 1000;
  const share = (100 * (camera.cpuSeconds - before[0])) / seconds;
  const rows = (taskCount(file) - before[2]) / seconds;
  const resident = residentMegabytes(camera.pid);
  await load.stop();
  await camera.end();
  return [
    {
      name: 'camera sqlite, 1,000,000 tasks',
      value: share,
      unit: '% of a core',
      goal: 10,
      note: `a shot each second, 1,000 events/s, ${Math.round(rows)} new tasks/s, ${Math.round(resident)} MB, file of ${Math.round(statSync(file).size / 2 ** 20)} MB`,
    },
  ];
}

function taskCount(file: string): number {
  return firstNumber(file, 'SELECT sum(tasks) FROM counts');
}

/** Of the first row; 0 while there is no such table. */
function firstNumber(file: string, sql: string): number {
  if (!existsSync(file)) return 0;
  const database = new Database(file);
  database.exec('PRAGMA busy_timeout = 5000');
  try {
    const [row] = database.prepare(sql).raw().all([]) as (number | null)[][];
    return row?.[0] ?? 0;
  } catch (error) {
    if (String(error).includes('no such table')) return 0;
    throw error;
  } finally {
    database.close();
  }
}
