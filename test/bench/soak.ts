import { type Broker, type Cluster, sleep } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';
import { keyToPaint } from './key-to-paint.ts';
import { markerWord } from './load-options.ts';
import type { Load } from './load-process.ts';
import { residentMegabytes } from './process-usage.ts';
import { slopePerSecond } from './slope.ts';
import { WatchedProgram } from './watched-program.ts';

const brokers: readonly Broker[] = ['amqp', 'redis'];
const eventsPerSecond = 2_000;
const sampleSeconds = 10;
const keySeconds = 2;
/** Of the whole time: until the task limit is long reached and all that is drawn has been compiled. */
const warmUpShare = 0.2;
const halfHour = 30 * 60;
const goals = { slope: 5, lag: 1, keyMs: 50 } as const;

/** Keys that move the cursor of a held list, and between two series of them the list follows the newest. */
const series = ['j', 'k', 'j', 'k', 'j', 'k', 'f', ''] as const;

interface Sample {
  readonly seconds: number;
  readonly resident: number;
  readonly lag: number;
}

interface Soaking {
  readonly broker: Broker;
  readonly program: WatchedProgram;
  readonly load: Load;
  readonly samples: Sample[];
  readonly delays: number[];
}

/** A screen that is looked at for half an hour: what it holds, how far it is behind, and how fast it answers. */
export async function soak(
  cluster: Cluster,
  { minutes }: { readonly minutes: number },
): Promise<readonly Figure[]> {
  const soaking: Soaking[] = [];
  for (const broker of brokers) {
    const url = await cluster.fresh(broker);
    const program = await WatchedProgram.open(cluster, url);
    soaking.push({ broker, program, load: cluster.load({ url, eventsPerSecond }), samples: [], delays: [] });
  }
  const startedMs = performance.now();
  const endMs = startedMs + minutes * 60_000;
  const told = setInterval(() => tell(soaking, startedMs), 60_000);
  await Promise.all([
    ...soaking.map((each) => look(each, endMs)),
    ...soaking.map((each) => press(each, endMs)),
  ]);
  clearInterval(told);
  const figures: Figure[] = [];
  for (const each of soaking) figures.push(...(await figuresOf(each, minutes)));
  return figures;
}

async function look({ program, samples }: Soaking, endMs: number): Promise<void> {
  const startedMs = performance.now();
  let lag = 0;
  for (let second = 1; performance.now() < endMs; second++) {
    await sleep(Math.max(0, startedMs + second * 1000 - performance.now()));
    lag = Math.max(lag, program.lag ?? 0);
    if (second % sampleSeconds !== 0) continue;
    samples.push({ seconds: second, resident: residentMegabytes(program.pid), lag });
    lag = 0;
  }
}

async function press({ program: { terminal }, delays }: Soaking, endMs: number): Promise<void> {
  for (let turn = 0; performance.now() < endMs; turn++) {
    const key = series[turn % series.length] ?? '';
    await sleep(keySeconds * 1000 * (0.5 + Math.random()));
    // The first key of a series leaves a list that is drawn all the time, where nobody can tell one frame from another.
    const isMeasured = turn % series.length > 0 && (key === 'j' || key === 'k');
    if (isMeasured) delays.push(await keyToPaint(terminal, key));
    else terminal.press(key);
  }
}

function tell(soaking: readonly Soaking[], startedMs: number): void {
  const minutes = Math.round((performance.now() - startedMs) / 60_000);
  const lines = soaking.map(({ broker, samples, delays }) => {
    const last = samples.at(-1);
    const p99 = quantile(delays, 0.99).toFixed(1);
    return `${broker} ${last?.resident.toFixed(1)} MB, lag ${last?.lag} s, ${delays.length} keys, p99 ${p99} ms`;
  });
  process.stderr.write(`  ${minutes} min: ${lines.join('; ')}\n`);
}

async function figuresOf(
  { broker, program, load, samples, delays }: Soaking,
  minutes: number,
): Promise<Figure[]> {
  program.terminal.press('f');
  await load.ask({ do: 'halt' });
  const behind = (await program.shown(markerWord)) / 1000;
  const totals = await load.stop();
  const { events } = await program.quit();
  const settled = samples.filter(({ seconds }) => seconds > warmUpShare * minutes * 60);
  const resident = settled.map((sample) => sample.resident);
  const name = `soak, ${broker}`;
  const rate = Math.round(totals.eventsPerSecond);
  const stream = `soak of ${minutes} min at 2,000 events a second, screen open`;
  return [
    {
      name: `${name}: growth of RSS in 30 min`,
      row: `${stream}: growth of memory in 30 min, RabbitMQ / Redis`,
      value: slopePerSecond(settled.map((sample) => [sample.seconds, sample.resident])) * halfHour,
      unit: 'MB',
      goal: goals.slope,
      note: `${minutes} min, ${rate} events/s, 140x40, ${Math.min(...resident).toFixed(1)} to ${Math.max(...resident).toFixed(1)} MB`,
    },
    {
      name: `${name}: largest lag on screen`,
      value: Math.max(...settled.map((sample) => sample.lag)),
      unit: 's',
      goal: goals.lag,
      note: `the last event was on screen after ${behind.toFixed(2)} s`,
    },
    {
      name: `${name}: events lost`,
      row: `${stream}: events lost, RabbitMQ / Redis`,
      value: totals.events - events,
      unit: 'events',
      goal: 0,
      note: `of ${totals.events}`,
    },
    {
      name: `${name}: key to paint, p99`,
      row: `${stream}: key to paint, 99 %, RabbitMQ / Redis`,
      value: quantile(delays, 0.99),
      unit: 'ms',
      goal: goals.keyMs,
      note: `${delays.length} keys, max ${quantile(delays, 1).toFixed(1)} ms`,
    },
  ];
}
