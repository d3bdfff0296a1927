import { type Cluster, sleep } from './cluster.ts';
import type { Figure } from './figure.ts';
import { untilShown } from './pseudo-terminal.ts';

const seconds = 30;
const size = { columns: 140, rows: 40 };

/** What the terminal has to take in half a minute: ux.md items 67 and 68, all four at the same time. */
export async function screenBytes(cluster: Cluster): Promise<readonly Figure[]> {
  const busy = cluster.freshRedis();
  const idle = cluster.freshRedis();
  const places = [
    { name: 'FOLLOW, 500 events/s', url: busy, keys: '', goal: 120 },
    { name: 'HOLD, 500 events/s', url: busy, keys: 'j', goal: 30 },
    { name: 'PAUSED, idle cluster', url: idle, keys: 'p', goal: 1 },
    { name: 'HOLD, idle cluster', url: idle, keys: 'j', goal: 3 },
  ].map((place) => ({ ...place, terminal: cluster.open(place.url, [], size) }));
  await Promise.all(places.map(({ terminal }) => untilShown(terminal, '(no filter)')));
  const loads = [
    cluster.load({ url: busy, eventsPerSecond: 500 }),
    cluster.load({ url: idle, eventsPerSecond: 0, firstEvents: 480 }),
  ];
  await sleep(3_000);
  for (const { terminal, keys } of places) if (keys !== '') terminal.press(keys);
  await sleep(2_000);
  const before = places.map(({ terminal }) => terminal.bytes);
  await sleep(seconds * 1000);
  const figures = places.map(({ name, goal, terminal }, index) => ({
    name: `bytes in ${seconds} s, ${name}`,
    ...(name.startsWith('HOLD, 500')
      ? { row: `bytes to the terminal in ${seconds} s, list held, 500 events a second` }
      : {}),
    value: (terminal.bytes - (before[index] ?? 0)) / 1000,
    unit: 'kB',
    goal,
  }));
  await Promise.all([...loads.map((load) => load.stop()), ...places.map(({ terminal }) => terminal.quit())]);
  return figures;
}
