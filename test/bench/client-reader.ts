import { connect } from 'amqplib';
import type { ReaderOptions } from './reader-options.ts';

/** What amqplib alone costs: it takes deliveries apart and hands them to somebody who does nothing with them. */
const { url, step, listLength } = JSON.parse(process.argv[2] ?? '{}') as ReaderOptions;
const connection = await connect(url);
const channel = await connection.createChannel();
await channel.assertExchange('celeryev', 'topic', { durable: true });
const { queue } = await channel.assertQueue('', { exclusive: true, messageTtl: 5_000 });
await channel.bindQueue(queue, 'celeryev', '#');
let events = 0;
let isReady = false;
process.once('SIGTERM', () => process.exit(0));
await channel.consume(
  queue,
  (message) => {
    if (message?.fields.routingKey === 'worker.heartbeat') {
      if (!isReady) process.stdout.write('ready\n');
      isReady = true;
      return;
    }
    events += listLength;
    if (events % step === 0) process.stdout.write(`${events}\n`);
  },
  { noAck: true },
);
