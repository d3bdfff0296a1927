import { type Cluster, sleep } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';
import { type PseudoTerminal, untilShown } from './pseudo-terminal.ts';

const keys = 200;
const lostMs = 2_000;
/** A row painted as the selected one: the cursor's mark in its first column. */
const cursorRow = /\x1b\[(\d+)H(?:\x1b\[[\d;]*[mK])*>/g;

/** From a key to the frame that shows the cursor in its new place, while events pour in. */
export async function keyLatency(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const terminal = cluster.open(url, ['--rate', '10']);
  await untilShown(terminal, '(no filter)');
  const load = await cluster.load({ url, eventsPerSecond: 10_000 });
  await sleep(5_000);
  terminal.press('j');
  await sleep(500);
  let row = await pressed(terminal, 'j').then((seen) => seen.row);
  const top = row - 2;
  const delays: number[] = [];
  for (let key = 0; key < keys; key++) {
    await sleep(10 + Math.random() * 100);
    const down = row <= top ? true : row >= top + 20 ? false : Math.random() < 0.5;
    const seen = await pressed(terminal, down ? 'j' : 'k');
    delays.push(seen.ms);
    row = seen.row;
  }
  await load.stop();
  await terminal.quit();
  const lost = delays.filter((ms) => ms >= lostMs).length;
  const note = `${keys} keys in HOLD, 10,000 events/s, 200x60, max ${quantile(delays, 1).toFixed(1)} ms, ${lost} not painted`;
  return [
    { name: 'key to paint, p50', value: quantile(delays, 0.5), unit: 'ms', goal: 8, note },
    { name: 'key to paint, p99', value: quantile(delays, 0.99), unit: 'ms', goal: 30 },
  ];
}

/** Presses a key and waits for the cursor. A key that is never painted counts as `lostMs`. */
async function pressed(terminal: PseudoTerminal, key: string): Promise<{ ms: number; row: number }> {
  let text = '';
  const atMs = performance.now();
  return new Promise((resolve) => {
    const done = (row: number): void => {
      clearTimeout(timer);
      stop();
      resolve({ ms: performance.now() - atMs, row });
    };
    const timer = setTimeout(() => done(0), lostMs);
    const stop = terminal.onText((piece) => {
      text += piece;
      const end = text.lastIndexOf('\x1b[?2026l');
      const found = end < 0 ? undefined : [...text.slice(0, end).matchAll(cursorRow)].at(-1);
      if (found !== undefined) done(Number(found[1]));
    });
    terminal.press(key);
  });
}
