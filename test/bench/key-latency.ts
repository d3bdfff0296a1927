import { type Cluster, sleep } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';
import { type PseudoTerminal, untilShown } from './pseudo-terminal.ts';

const keys = 200;
/** The cursor stays on the page, so that every key moves it and none scrolls. */
const lowest = 20;
const lostMs = 2_000;
/** Only the row under the cursor is drawn inverse; whichever way it gets there, some of it is written anew. */
const cursorDrawn = /\x1b\[(?:\d+;)*7m.*\x1b\[\?2026l/s;

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
  let row = 1;
  for (let key = 0; key < keys; key++) {
    await sleep(10 + Math.random() * 100);
    const down = row <= 1 || (row < lowest && Math.random() < 0.5);
    delays.push(await pressed(terminal, down ? 'j' : 'k'));
    row += down ? 1 : -1;
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

/** Milliseconds until the cursor is drawn; a key that is never painted counts as `lostMs`. */
async function pressed(terminal: PseudoTerminal, key: string): Promise<number> {
  let text = '';
  const atMs = performance.now();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve(performance.now() - atMs);
    };
    const timer = setTimeout(done, lostMs);
    const stop = terminal.onText((piece) => {
      text += piece;
      if (cursorDrawn.test(text)) done();
    });
    terminal.press(key);
  });
}
