import { type Cluster, sleep } from './cluster.ts';
import type { Figure } from './figure.ts';
import { cpuSeconds } from './process-usage.ts';
import { untilShown } from './pseudo-terminal.ts';

const eventsPerSecond = 10_000;
/** Until the memory is full and the code that draws, ten times a second, has been compiled. */
const warmUpMs = 20_000;
const measuredMs = 20_000;

/** What the screen costs: the program's CPU less that of the library alone, on the same events at the same time. */
export async function cpuShare(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const library = cluster.library({ url, maxTasks: 10_000 }).consumer;
  const terminal = cluster.open(url, ['--rate', '10']);
  await untilShown(terminal, '(no filter)');
  const load = cluster.load({ url, eventsPerSecond });
  await sleep(warmUpMs);
  const libraryPid = library.pid;
  const before = [
    cpuSeconds(terminal.pid),
    cpuSeconds(libraryPid),
    performance.now(),
    terminal.bytes,
  ] as const;
  await sleep(measuredMs);
  const seconds = (performance.now() - before[2]) / 1000;
  const whole = (100 * (cpuSeconds(terminal.pid) - before[0])) / seconds;
  const store = (100 * (cpuSeconds(libraryPid) - before[1])) / seconds;
  const bytes = (terminal.bytes - before[3]) / seconds;
  const totals = await load.stop();
  await terminal.quit();
  await library.end();
  const at = `200x60, --rate 10, ${Math.round(totals.eventsPerSecond)} events/s, FOLLOW, ${(bytes / 1000).toFixed(0)} kB/s to the terminal`;
  return [
    {
      name: "UI's share of CPU",
      row: "CPU of the screen at 200x60, 10 frames a second, 10,000 events a second, beyond the library's own",
      value: whole - store,
      unit: '% of a core',
      goal: 3,
      note: at,
    },
    { name: 'CPU of the whole process', value: whole, unit: '% of a core', goal: 10 },
    { name: 'CPU of the library alone', value: store, unit: '% of a core' },
  ];
}
