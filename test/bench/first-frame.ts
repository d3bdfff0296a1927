import { type Cluster, sleep } from './cluster.ts';
import { type Figure, median } from './figure.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';

const runs = 20;

/** From the start of the process to the tabs, and to the chrome that Ink has laid out. */
export async function firstFrame(cluster: Cluster): Promise<readonly Figure[]> {
  const bare: number[] = [];
  const skeletons: number[] = [];
  const fulls: number[] = [];
  const redisFulls: number[] = [];
  const redis = cluster.freshRedis();
  for (let run = 0; run < runs; run++) {
    bare.push(await bareNode());
    const demo = await opened(cluster, 'demo://');
    skeletons.push(demo.skeleton);
    fulls.push(demo.full);
    redisFulls.push((await opened(cluster, redis)).full);
  }
  const reference = Math.min(...bare);
  const note = (values: readonly number[]): string =>
    `best of ${runs}, median ${median(values).toFixed(0)} ms; ${(Math.min(...values) / reference).toFixed(2)} x node -e 0`;
  const row = 'first frame / whole screen after process start / `node -e 0`, best of 20';
  const figure = (name: string, values: readonly number[], goal: number): Figure => ({
    name,
    value: Math.min(...values),
    unit: 'ms',
    goal,
    note: note(values),
    ...(name.endsWith('demo://') ? {} : { row }),
  });
  return [
    figure('first frame, skeleton', skeletons, 120),
    figure('first frame, full chrome, demo://', fulls, 260),
    figure('first frame, full chrome, redis://', redisFulls, 260),
    {
      name: 'node -e 0, start to end',
      value: reference,
      unit: 'ms',
      note: `median ${median(bare).toFixed(0)} ms`,
      row,
    },
  ];
}

async function opened(cluster: Cluster, url: string): Promise<{ skeleton: number; full: number }> {
  const terminal = cluster.open(url, [], { columns: 140, rows: 40 });
  const [skeleton, full] = await Promise.all([terminal.seen('Tasks'), terminal.seen('(no filter)')]);
  await sleep(100);
  await terminal.quit();
  return { skeleton: skeleton - terminal.startedMs, full: full - terminal.startedMs };
}

/** What the machine needs for the emptiest program: the least that any start can take. */
async function bareNode(): Promise<number> {
  const terminal = new PseudoTerminal({ command: [process.execPath, '-e', '0'] });
  await terminal.ended();
  return performance.now() - terminal.startedMs;
}
