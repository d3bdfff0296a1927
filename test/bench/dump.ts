import { until } from '../support/process-group.ts';
import { type Broker, type Cluster, sleep } from './cluster.ts';
import { longestList } from './event-stream.ts';
import type { Figure } from './figure.ts';
import { cpuSeconds } from './process-usage.ts';
import { ratioFigure, rounds } from './ratio.ts';
import { eventsPerCpuSecond, type Windows } from './windows.ts';

const goal = 5;
const roundCount = 5;
const brokers: readonly Broker[] = ['amqp', 'redis'];
/**
 * A dump goes on for hours: what V8 compiles, again and again in its first 300,000 events, is not what it costs. In long
 * windows, because V8 takes a program that is often stopped for an idle one, and tidies up.
 */
const windows: Windows = { events: 40_000, warmUp: 9, measured: 5 };
/** What nobody may lose, each event in a message of its own. */
const steady = { eventsPerSecond: 20_000, seconds: 20 };
const quietMs = 1_000;

/** `--dump` into a file, ours against that of the `celery` command. */
export async function dump(cluster: Cluster): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const broker of brokers) {
    const all = await rounds(
      roundCount,
      () => measured(cluster, broker, 'stalk'),
      () => measured(cluster, broker, 'celery'),
    );
    const name = `--dump into a file, ${broker}, lists of ${longestList}`;
    const row = '`--dump` into a file, events per second of CPU against Celery, RabbitMQ / Redis';
    figures.push(
      ratioFigure({ name, goal, row, note: 'events per CPU-second, none lost' }, all),
      await lost(cluster, broker),
    );
  }
  return figures;
}

async function measured(cluster: Cluster, broker: Broker, whose: 'stalk' | 'celery'): Promise<number> {
  const url = await cluster.fresh(broker);
  const load = cluster.load({ url, shape: 'reference' });
  const { consumer } = await cluster.dump(whose, url);
  const rate = await eventsPerCpuSecond(consumer, load, windows);
  await consumer.end();
  await load.stop();
  return rate;
}

async function lost(cluster: Cluster, broker: Broker): Promise<Figure> {
  const url = await cluster.fresh(broker);
  const { consumer, file } = await cluster.dump('stalk', url);
  const waking = cluster.load({ url });
  await consumer.ready(() => waking.ask({ do: 'beat' }));
  await waking.stop();
  await settled(() => file.events);
  const [eventsBefore, secondsBefore] = [file.events, cpuSeconds(consumer.pid)];
  const { eventsPerSecond, seconds } = steady;
  const load = cluster.load({ url, eventsPerSecond, listLength: 1, shape: 'reference' });
  await sleep(seconds * 1000);
  const totals = await load.stop();
  await settled(() => file.events);
  const share = (100 * (cpuSeconds(consumer.pid) - secondsBefore)) / seconds;
  const taken = file.events - eventsBefore;
  await consumer.end();
  const rate = Math.round(totals.eventsPerSecond);
  return {
    name: `--dump at ${eventsPerSecond} single events a second for ${seconds} s, ${broker}: events lost`,
    row: '`--dump` into a file at 20,000 single events a second for 20 s: events lost, RabbitMQ / Redis',
    value: totals.events - taken,
    unit: 'events',
    goal: 0,
    note: `of ${totals.events}, ${rate}/s, ${share.toFixed(0)} % of a core`,
  };
}

/** Until it has been the same for a while. */
async function settled(count: () => number): Promise<void> {
  let before = -1;
  const isSettled = (): boolean => {
    const now = count();
    const isSame = now === before;
    before = now;
    return isSame;
  };
  await until('the events to settle', isSettled, 30_000, quietMs);
}
