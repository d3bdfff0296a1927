import { type Broker, brokerNames, type Cluster, sleep } from './cluster.ts';
import type { Consumer } from './consumer.ts';
import { amount, type Figure } from './figure.ts';
import type { Load } from './load-process.ts';
import { cpuSeconds } from './process-usage.ts';
import { WatchedProgram } from './watched-program.ts';

const brokers: readonly Broker[] = ['amqp', 'redis'];
/** What a busy cluster sends, and more than any should. */
const rates = [10_000, 40_000] as const;
/** Until the memory is full and what is used has been compiled. */
const warmUpMs = 6_000;
const measuredMs = 10_000;
const goal = 15;

/** What the screen adds to the CPU of the library alone, on the same events at the same time. */
export async function screenShare(cluster: Cluster): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const broker of brokers) {
    const url = await cluster.fresh(broker);
    const library = cluster.library({ url, maxTasks: 10_000 }).consumer;
    const program = await WatchedProgram.open(cluster, url);
    const load = cluster.load({ url, eventsPerSecond: rates[0], shape: 'reference' });
    for (const rate of rates) figures.push(await share({ broker, rate, load, library, program }));
    await load.stop();
    await program.quit();
    await library.end();
  }
  return figures;
}

interface Running {
  readonly broker: Broker;
  readonly rate: number;
  readonly load: Load;
  readonly library: Consumer;
  readonly program: WatchedProgram;
}

async function share({ broker, rate, load, library, program }: Running): Promise<Figure> {
  await load.ask({ do: 'pace', eventsPerSecond: rate });
  await sleep(warmUpMs);
  const used = (): readonly [number, number] => [cpuSeconds(program.pid), library.cpuSeconds];
  const sentBefore = await load.ask({ do: 'count' });
  const before = used();
  const atMs = performance.now();
  await sleep(measuredMs);
  const after = used();
  const seconds = (performance.now() - atMs) / 1000;
  const sent = (await load.ask({ do: 'count' })) - sentBefore;
  const [whole, alone] = [after[0] - before[0], after[1] - before[1]];
  const percent = (used: number): string => `${((100 * used) / seconds).toFixed(1)} %`;
  return {
    name: `screen at 140x40, ${broker}, ${amount(rate)} events/s`,
    row: `screen open at 140x40, CPU beyond that of the library alone at ${rates.map(amount).join(' / ')} events a second, ${brokerNames[broker]}`,
    value: 100 * (whole / alone - 1),
    unit: '%',
    goal,
    note: `program ${percent(whole)} of a core, library ${percent(alone)}, lists of 24, ${Math.round(sent / seconds)} events/s`,
  };
}
