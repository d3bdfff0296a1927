import { randomUUID } from 'node:crypto';
import { connect, type Options } from 'amqplib';
import { Redis } from 'ioredis';
import { type WireEvent, WorkerLife } from './lifecycle.ts';
import type { LoadOptions, LoadTotals } from './load-options.ts';

/**
 * The cluster of the bench, in a process of its own: publishes what Celery's workers would, in their wire format, at
 * a steady rate until its stdin ends; then it lets every task end and prints what it sent.
 */
const { url, eventsPerSecond, firstEvents = 0 } = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const listLength = 24;
const heartbeatMs = 2_000;
const workers = Array.from({ length: 8 }, (_, index) => new WorkerLife(index + 1));
const publish = await (url.startsWith('redis') ? openRedis() : openAmqp());
const startedMs = performance.now();
const totals = { events: 0, lists: 0 };
let turn = 0;

await sendLists(Math.ceil(firstEvents / listLength));
// A cluster without work: nothing that was begun goes on for ever.
if (eventsPerSecond === 0) letTasksEnd();
beat();
const beating = setInterval(beat, heartbeatMs);
const pumping = setInterval(pump, 10);
process.stdin.resume();
process.stdin.once('end', () => void finish());

function pump(): void {
  const due = ((performance.now() - startedMs) / 1000) * (eventsPerSecond / listLength);
  const owed = Math.floor(due) - totals.lists + Math.ceil(firstEvents / listLength);
  if (owed > 0) void sendLists(owed);
}

async function sendLists(count: number): Promise<void> {
  for (let list = 0; list < count; list++) {
    turn += 1;
    const worker = workers[turn % workers.length];
    if (worker !== undefined) sendList(worker, worker.events(listLength, Date.now() / 1000));
  }
}

function sendList(worker: WorkerLife, events: readonly WireEvent[]): void {
  totals.lists += 1;
  totals.events += events.length;
  void publish('task.multi', worker.hostname, events);
}

function beat(): void {
  for (const worker of workers) {
    totals.events += 1;
    void publish('worker.heartbeat', worker.hostname, worker.heartbeat(Date.now() / 1000));
  }
}

function letTasksEnd(): void {
  for (const worker of workers) {
    const events = worker.rest(Date.now() / 1000);
    if (events.length > 0) sendList(worker, events);
  }
}

async function finish(): Promise<void> {
  clearInterval(beating);
  clearInterval(pumping);
  const seconds = (performance.now() - startedMs) / 1000;
  letTasksEnd();
  await publish('worker.heartbeat', workers[0]?.hostname ?? '', workers[0]?.heartbeat(Date.now() / 1000));
  const tasks = workers.reduce((sum, worker) => sum + worker.tasks, 0);
  const report: LoadTotals = { events: totals.events + 1, tasks, eventsPerSecond: totals.events / seconds };
  process.stdout.write(JSON.stringify(report), () => process.exit(0));
}

type Publish = (routingKey: string, hostname: string, body: unknown) => Promise<unknown>;

/** As kombu publishes to a topic exchange on Redis: an envelope with the body in base64. */
async function openRedis(): Promise<Publish> {
  const client = new Redis(url);
  const database = new URL(url).pathname.slice(1);
  return (routingKey, hostname, body) => {
    const envelope = {
      body: Buffer.from(JSON.stringify(body)).toString('base64'),
      'content-encoding': 'utf-8',
      'content-type': 'application/json',
      headers: { hostname },
      properties: {
        delivery_mode: 1,
        delivery_info: { exchange: 'celeryev', routing_key: routingKey },
        priority: 0,
        body_encoding: 'base64',
        delivery_tag: randomUUID(),
      },
    };
    return client.publish(`/${database}.celeryev/${routingKey}`, JSON.stringify(envelope));
  };
}

async function openAmqp(): Promise<Publish> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('celeryev', 'topic', { durable: true, autoDelete: false });
  return (routingKey, hostname, body) => {
    const options: Options.Publish = {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 1,
      headers: { hostname },
    };
    return new Promise((resolve, reject) => {
      channel.publish('celeryev', routingKey, Buffer.from(JSON.stringify(body)), options, (error) =>
        error ? reject(error) : resolve(undefined),
      );
    });
  };
}
