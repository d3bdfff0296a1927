import { type Cluster, sleep } from './cluster.ts';
import { type Figure, median } from './figure.ts';
import { residentMegabytes } from './process-usage.ts';
import { untilShown } from './pseudo-terminal.ts';

const runs = 5;
const settledMs = 3_000;

/** Resident memory of a monitor that has just been opened. */
export async function memory(cluster: Cluster): Promise<readonly Figure[]> {
  const rabbitmq = await cluster.freshRabbitmq();
  const measured: Record<string, number[]> = { 'redis://': [], 'amqp://': [], 'demo://': [] };
  for (let run = 0; run < runs; run++) {
    const urls = { 'redis://': cluster.freshRedis(), 'amqp://': rabbitmq, 'demo://': 'demo://' };
    await Promise.all(
      Object.entries(urls).map(async ([scheme, url]) => measured[scheme]?.push(await resident(cluster, url))),
    );
  }
  return Object.entries(measured).map(([scheme, values]) => ({
    name: `RSS after start, ${scheme}`,
    value: median(values),
    unit: 'MB',
    goal: 85,
    ...(scheme === 'demo://' ? {} : { row: 'memory after start on an empty cluster, Redis / RabbitMQ' }),
    note: `median of ${runs} after ${settledMs / 1000} s, ${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`,
  }));
}

async function resident(cluster: Cluster, url: string): Promise<number> {
  const terminal = cluster.open(url, [], { columns: 140, rows: 40 });
  await untilShown(terminal, '(no filter)');
  await sleep(settledMs);
  const megabytes = residentMegabytes(terminal.pid);
  await terminal.quit();
  return megabytes;
}
