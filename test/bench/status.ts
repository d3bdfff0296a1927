import { until } from '../support/process-group.ts';
import { type Broker, brokerNames, type Cluster } from './cluster.ts';
import { type Figure, median } from './figure.ts';
import { rounds } from './ratio.ts';

const brokers: readonly Broker[] = ['amqp', 'redis'];
const hostnames = ['w1@bench', 'w2@bench', 'w3@bench'];
const count = 7;

/** How long the question who is there takes, from the start of the process to its end, with three workers that answer. */
export async function status(cluster: Cluster): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const broker of brokers) figures.push(...(await statusOn(cluster, broker)));
  return figures;
}

async function statusOn(cluster: Cluster, broker: Broker): Promise<readonly Figure[]> {
  const url = await cluster.fresh(broker);
  const ends = await Promise.all(hostnames.map((hostname) => cluster.worker(url, hostname)));
  await until(
    'three workers',
    async () => isWhole((await cluster.command('stalk', url, 'status')).stdout),
    60_000,
  );
  const seconds = async (whose: 'stalk' | 'celery'): Promise<number> => {
    const run = await cluster.command(whose, url, 'status');
    if (!isWhole(run.stdout)) throw new Error(`${whose} status did not find three workers: ${run.stdout}`);
    return run.seconds;
  };
  const all = await rounds(
    count,
    () => seconds('stalk'),
    () => seconds('celery'),
  );
  await Promise.all(ends.map((end) => end()));
  const ours = median(all.map((round) => round.ours));
  const celery = median(all.map((round) => round.celery));
  const row = '`stalk status` with three workers, start to end of the process, RabbitMQ / Redis';
  return [
    {
      name: `status, ${broker}: from start to end of the process`,
      row,
      value: ours,
      unit: 's',
      goal: 0.35,
      ours,
      celery,
      note: `${brokerNames[broker]}, three solo workers, ${count} rounds`,
    },
    {
      name: `status, ${broker}: times as fast as celery status`,
      row: '`stalk status`: times as fast as `celery status`, RabbitMQ / Redis',
      value: median(all.map((round) => round.celery / round.ours)),
      unit: 'x',
      goal: 5,
      better: 'more',
      note: `seconds: ours ${ours.toFixed(2)}, Celery ${celery.toFixed(2)}`,
    },
  ];
}

function isWhole(stdout: string): boolean {
  return hostnames.every((hostname) => stdout.includes(`${hostname}: OK`));
}
