import type { Broker, Cluster } from './cluster.ts';
import { longestList } from './event-stream.ts';
import type { Figure } from './figure.ts';
import { ratioFigure, rounds } from './ratio.ts';
import { eventsPerCpuSecond, type Windows } from './windows.ts';

const roundCount = 2;
const brokers: readonly Broker[] = ['amqp', 'redis'];
const windows: Windows = { events: 12_000, warmUp: 2, measured: 4 };

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
    figures.push(ratioFigure({ name, row, note: 'events per CPU-second, none lost' }, all));
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
