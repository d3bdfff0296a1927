import { rmSync } from 'node:fs';
import { type Broker, brokerNames, type Cluster } from './cluster.ts';
import type { Consumer } from './consumer.ts';
import { longestList } from './event-stream.ts';
import type { Figure } from './figure.ts';
import { ratioFigure, rounds } from './ratio.ts';
import { streamFile } from './stream-file.ts';
import { eventsPerCpuSecond, type Windows } from './windows.ts';

const roundCount = 3;
const goal = 5;

const lengths = `lists of ${longestList} / single events`;

interface Case {
  readonly broker: Broker;
  readonly listLength: number;
  readonly windows: Windows;
}

/** A window is what the slower side takes in a second, and Redis keeps for a slow reader. */
const lists = { listLength: longestList, windows: { events: 12_000, warmUp: 3, measured: 6 } } as const;
const singles = { listLength: 1, windows: { events: 6_000, warmUp: 3, measured: 6 } } as const;

const cases: readonly Case[] = [
  { broker: 'amqp', ...lists },
  { broker: 'amqp', ...singles },
  { broker: 'redis', ...lists },
  { broker: 'redis', ...singles },
];

/** From the broker's bytes to the State: ours against Celery's Receiver and State, and against what no program beats. */
export async function intake(cluster: Cluster): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const each of cases) {
    const { broker, listLength } = each;
    const name = `intake, ${broker}, ${listLength === 1 ? 'one event a message' : `lists of ${listLength}`}`;
    const row = `${brokerNames[broker]} to State, events per second of CPU against Celery, ${lengths}`;
    const all = await rounds(
      roundCount,
      () => measured(cluster, each, async (options) => cluster.library(options).consumer),
      () => measured(cluster, each, async (options) => (await cluster.celery(options)).consumer),
    );
    const ratio = ratioFigure({ name, goal, row, note: 'events per CPU-second, none lost' }, all);
    figures.push(ratio, ...(await limits(cluster, each, name, ratio.ours ?? 0)));
  }
  return figures;
}

type Open = (options: { url: string; listLength: number; step: number }) => Promise<Consumer>;

async function measured(
  cluster: Cluster,
  { broker, listLength, windows }: Case,
  open: Open,
): Promise<number> {
  const url = await cluster.fresh(broker);
  const load = cluster.load({ url, listLength, shape: 'reference' });
  const consumer = await open({ url, listLength, step: windows.events });
  const rate = await eventsPerCpuSecond(consumer, load, windows);
  await consumer.end();
  await load.stop();
  return rate;
}

/** The least that a program in Node can need: taking the bytes off the socket, and parsing the bodies. */
async function limits(cluster: Cluster, given: Case, name: string, ours: number): Promise<readonly Figure[]> {
  const { broker, listLength } = given;
  const unit = 'events per CPU-second';
  const reading = await measured(cluster, given, async ({ url }) => cluster.bytes(url));
  const file = streamFile(cluster.folder, 'bodies', 60_000, { shape: 'reference', listLength });
  const parsing = Number(await cluster.run('json-parse', [file, String(listLength)]));
  rmSync(file);
  const floor = 1 / (1 / reading + 1 / parsing);
  const client =
    broker === 'amqp'
      ? [
          {
            name: `${name}: amqplib alone`,
            value: await measured(cluster, given, async (options) => cluster.client(options).consumer),
            unit,
          },
        ]
      : [];
  return [
    { name: `${name}: reading the bytes alone`, value: reading, unit },
    { name: `${name}: JSON.parse of the bodies alone`, value: parsing, unit },
    ...client,
    {
      name: `${name}: of the physical limit`,
      row: `${brokerNames[broker]} to State, of what reading the bytes and \`JSON.parse\` alone allow, ${lengths}`,
      value: (100 * ours) / floor,
      unit: '%',
      note: `reading and parsing together: ${Math.round(floor / 1000)}k events per CPU-second`,
    },
  ];
}
