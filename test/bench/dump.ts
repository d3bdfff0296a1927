import type { Broker, Cluster } from './cluster.ts';
import { longestList } from './event-stream.ts';
import type { Figure } from './figure.ts';
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
    figures.push(ratioFigure({ name, goal, row, note: 'events per CPU-second, none lost' }, all));
  }
  return figures;
}

async function measured(cluster: Cluster, broker: Broker, whose: 'stalk' | 'celery'): Promise<number> {
  const url = await cluster.fresh(broker);
  const load = cluster.load({ url, shape: 'reference' });
  const consumer = await cluster.dump(whose, url);
  const rate = await eventsPerCpuSecond(consumer, load, windows);
  await consumer.end();
  await load.stop();
  return rate;
}
