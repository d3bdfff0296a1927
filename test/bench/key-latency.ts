import { type Cluster, sleep } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';
import { keyToPaint, lostMs } from './key-to-paint.ts';
import { untilShown } from './pseudo-terminal.ts';

const keys = 200;
/** The cursor stays on the page, so that every key moves it and none scrolls. */
const lowest = 20;

/** From a key to the end of the frame that shows the cursor in its new place, while events pour in. */
export async function keyLatency(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const terminal = cluster.open(url, ['--rate', '10']);
  await untilShown(terminal, '(no filter)');
  const load = cluster.load({ url, eventsPerSecond: 10_000 });
  await sleep(5_000);
  terminal.press('j');
  // By then every held task has left the memory, after which the rows stay as they are.
  await sleep(5_000);
  const delays: number[] = [];
  let place = 1;
  for (let key = 0; key < keys; key++) {
    await sleep(10 + Math.random() * 100);
    const down = place <= 1 || (place < lowest && Math.random() < 0.5);
    delays.push(await keyToPaint(terminal, down ? 'j' : 'k'));
    place += down ? 1 : -1;
  }
  await load.stop();
  await terminal.quit();
  const lost = delays.filter((ms) => ms >= lostMs).length;
  const note = `${keys} keys in HOLD, 10,000 events/s, 200x60, max ${quantile(delays, 1).toFixed(1)} ms, ${lost} not painted`;
  const row = 'key to paint at 10,000 events a second, median / 99 %';
  return [
    { name: 'key to paint, p50', row, value: quantile(delays, 0.5), unit: 'ms', goal: 8, note },
    { name: 'key to paint, p99', row, value: quantile(delays, 0.99), unit: 'ms', goal: 30 },
  ];
}
