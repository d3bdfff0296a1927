import { until } from '../support/process-group.ts';
import { TerminalScreen } from '../support/screen.ts';
import { type Cluster, sleep } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';
import type { LoadTotals } from './load-options.ts';
import { hasEnded } from './process-usage.ts';
import { type PseudoTerminal, untilShown } from './pseudo-terminal.ts';
import { parseFarewell } from './watched-program.ts';

const stallMs = 10_000;
const eventsPerSecond = 10_000;
const flags = ['--rate', '10', '--max-tasks', '1000000'];
const slowKeys = 16;

/** A terminal that takes nothing for ten seconds, one that is told to end meanwhile, and one of 20 kB/s. */
export async function stalledTerminal(cluster: Cluster): Promise<readonly Figure[]> {
  return [...(await stalled(cluster)), await terminated(cluster), ...(await slow(cluster))];
}

async function stalled(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const terminal = cluster.open(url, flags);
  await untilShown(terminal, '(no filter)');
  const load = cluster.load({ url, eventsPerSecond });
  await sleep(2_000);
  terminal.stall();
  const held = await mostHeldBack(cluster, stallMs);

  terminal.resume();
  const missing = await missingEvents(terminal, await load.stop());
  const note = `nobody read for ${stallMs / 1000} s at 10,000 events/s`;
  return [
    { name: 'stalled terminal: held back by Redis', value: held / 1024, unit: 'kB', goal: 64, note },
    {
      name: 'stalled terminal: events missing afterwards',
      row: 'terminal that takes nothing for 10 s / 20 kB a second, events missing afterwards',
      value: missing,
      unit: 'events',
      goal: 0,
    },
  ];
}

async function terminated(cluster: Cluster): Promise<Figure> {
  const url = cluster.freshRedis();
  const terminal = cluster.open(url, flags);
  await untilShown(terminal, '(no filter)');
  const load = cluster.load({ url, eventsPerSecond });
  await sleep(1_000);
  terminal.stall();
  await sleep(3_000);
  const atMs = performance.now();
  process.kill(terminal.pid, 'SIGTERM');
  await until('the end of a stalled program', () => hasEnded(terminal.pid), 10_000, 5).catch(() => undefined);
  const value = performance.now() - atMs;
  terminal.killNow();
  await load.stop();
  return {
    name: 'stalled terminal: SIGTERM to end',
    row: 'SIGTERM to end while the terminal takes nothing',
    value,
    unit: 'ms',
    goal: 1_000,
  };
}

async function slow(cluster: Cluster): Promise<readonly Figure[]> {
  const url = cluster.freshRedis();
  const terminal = cluster.open(url, flags, { bytesPerSecond: 20_000 });
  const screen = new TerminalScreen(200, 60);
  terminal.onText((text) => void screen.write(text));
  await untilShown(terminal, '(no filter)');
  const load = cluster.load({ url, eventsPerSecond });
  await sleep(3_000);
  const watching = mostHeldBack(cluster, 5_000);
  const delays: number[] = [];
  for (let key = 0; key < slowKeys; key++) {
    await sleep(200 + Math.random() * 600);
    delays.push(await holdOrFollow(terminal, screen, key % 2 === 0));
  }
  const held = await watching;
  const missing = await missingEvents(terminal, await load.stop());
  const note = `${slowKeys} keys between FOLLOW and HOLD, 10,000 events/s, max ${quantile(delays, 1).toFixed(0)} ms`;
  return [
    {
      name: '20 kB/s reader: key to paint, p50',
      row: 'terminal that takes 20 kB a second, key to paint, median',
      value: quantile(delays, 0.5),
      unit: 'ms',
      goal: 1_000,
      note,
    },
    { name: '20 kB/s reader: held back by Redis', value: held / 1024, unit: 'kB', goal: 64 },
    {
      name: '20 kB/s reader: events missing afterwards',
      row: 'terminal that takes nothing for 10 s / 20 kB a second, events missing afterwards',
      value: missing,
      unit: 'events',
      goal: 0,
    },
  ];
}

/** `j` holds the list with the cursor on its second row, `f` follows again with the cursor on the first. */
async function holdOrFollow(
  terminal: PseudoTerminal,
  screen: TerminalScreen,
  hold: boolean,
): Promise<number> {
  const firstRow = 4;
  const row = firstRow + (hold ? 1 : 0);
  const atMs = performance.now();
  terminal.press(hold ? 'j' : 'f');
  const moved = (): boolean => screen.cells(row)[0]?.character === '>';
  await until('the cursor', moved, 20_000, 5);
  return performance.now() - atMs;
}

/** The most bytes that Redis had to keep for the monitor during a time. */
async function mostHeldBack(cluster: Cluster, ms: number): Promise<number> {
  const endMs = performance.now() + ms;
  let most = 0;
  while (performance.now() < endMs) {
    most = Math.max(most, await cluster.heldBack());
    await sleep(200);
  }
  return most;
}

/** Leaves the program and compares the count in its last line with what was sent. */
async function missingEvents(terminal: PseudoTerminal, { events }: LoadTotals): Promise<number> {
  await sleep(1_000);
  terminal.keep();
  await terminal.quit();
  return events - parseFarewell(terminal.kept).events;
}
