import { type Broker, brokerNames, type Cluster, sleep } from './cluster.ts';
import type { Figure } from './figure.ts';
import { markerWord } from './load-options.ts';
import { cpuSeconds } from './process-usage.ts';
import { WatchedProgram } from './watched-program.ts';

const brokers: readonly Broker[] = ['amqp', 'redis'];
const eventsPerSecond = 20_000;
const seconds = 60;
/** Long enough for Celery's receiver to meet the limits of both brokers. */
const celerySeconds = 10;
const stream = `${eventsPerSecond.toLocaleString('en-US')} single events a second for ${seconds} s, screen open`;
const sampleMs = 250;
const reachedShare = 0.95;
/** RabbitMQ has thrown away by then what nobody has fetched. */
const timeToLiveMs = 6_000;

/** Whether everything arrives when every event is a message of its own, with the settings that Celery has by default. */
export async function keepUp(cluster: Cluster): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const broker of brokers) {
    figures.push(...(await ours(cluster, broker)), await celerys(cluster, broker));
  }
  return figures;
}

async function ours(cluster: Cluster, broker: Broker): Promise<readonly Figure[]> {
  const url = await cluster.fresh(broker);
  const program = await WatchedProgram.open(cluster, url);
  const load = cluster.load({ url, eventsPerSecond, listLength: 1, shape: 'reference' });
  const before = cpuSeconds(program.pid);
  let lag = 0;
  let heldBack = 0;
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; await sleep(sampleMs)) {
    lag = Math.max(lag, program.lag ?? 0);
    if (broker === 'redis') heldBack = Math.max(heldBack, await cluster.heldBack());
  }
  const share = (100 * (cpuSeconds(program.pid) - before)) / seconds;
  await load.ask({ do: 'halt' });
  const behindMs = await program.shown(markerWord);
  const totals = await load.stop();
  const { events } = await program.quit();
  const what = `keep-up, ${broker}`;
  const rate = Math.round(totals.eventsPerSecond);
  // A machine that cannot even publish the stream says nothing about who takes it.
  const isReached = rate > reachedShare * eventsPerSecond;
  return [
    {
      name: `${what}: events lost`,
      row: `${stream}: events lost, RabbitMQ / Redis`,
      value: totals.events - events,
      unit: 'events',
      ...(isReached ? { goal: 0 } : {}),
      note: `${isReached ? '' : 'not judged, the rate was not reached: '}of ${totals.events}, ${rate}/s for ${seconds} s, one event a message, 140x40, defaults of ${brokerNames[broker]} and Celery`,
    },
    {
      name: `${what}: largest lag on screen`,
      row: `${stream}: largest lag on screen, RabbitMQ / Redis`,
      value: lag,
      unit: 's',
      note: `program ${share.toFixed(0)} % of a core${broker === 'redis' ? `, Redis held back ${Math.round(heldBack / 1024)} kB at most` : ''}`,
    },
    {
      name: `${what}: the last event on screen after`,
      value: behindMs / 1000,
      unit: 's',
      note: 'up to 0.5 s of it is the wait for the next frame',
    },
  ];
}

async function celerys(cluster: Cluster, broker: Broker): Promise<Figure> {
  const url = await cluster.fresh(broker);
  const { consumer, lines } = await cluster.celery({ url, maxTasks: 10_000, step: 1_000_000_000 });
  // Its queue is there when it has seen a first heartbeat, which is one of those that the load sends.
  const waking = cluster.load({ url, listLength: 1 });
  await consumer.ready(() => waking.ask({ do: 'beat' }));
  const { events: beats } = await waking.stop();
  const load = cluster.load({ url, eventsPerSecond, listLength: 1, shape: 'reference' });
  await sleep(celerySeconds * 1000);
  const totals = await load.stop();
  await sleep(timeToLiveMs);
  await consumer.end();
  const cuts = lines.words.filter((word) => word.startsWith('lost')).length;
  return {
    name: `keep-up, ${broker}: lost by Celery's Receiver and State`,
    row: `the same for ${celerySeconds} s: lost by Celery's Receiver and State, RabbitMQ / Redis`,
    value: (100 * Math.max(0, totals.events - lines.latest)) / totals.events,
    unit: '%',
    note: `${lines.latest} of ${totals.events} received, ${Math.round(totals.eventsPerSecond)}/s, cut off ${cuts} times, ${beats} heartbeats before`,
  };
}
