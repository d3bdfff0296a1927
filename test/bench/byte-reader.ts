import type { Socket } from 'node:net';
import { createConnection } from 'node:net';
import { method, shortText, table, u8, u16 } from './amqp-encoding.ts';
import { AmqpLink } from './amqp-link.ts';
import { declaration } from './amqp-publisher.ts';
import type { ReaderOptions } from './reader-options.ts';

/** Takes the bytes of the stream off the socket and does nothing with them: no program in Node can cost less. */
const { url } = JSON.parse(process.argv[2] ?? '{}') as ReaderOptions;
const reportMs = 100;
const socket = await (url.startsWith('redis') ? openRedis() : openAmqp());
let bytes = 0;
let told = 0;
socket.on('data', (chunk) => {
  bytes += chunk.length;
});
process.once('SIGTERM', () => process.exit(0));
setInterval(() => {
  if (bytes === told) return;
  if (told === 0) process.stdout.write('ready\n');
  told = bytes;
  process.stdout.write(`${bytes}\n`);
}, reportMs);

async function openRedis(): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url);
  const connection = createConnection(Number(port), hostname);
  connection.write(`PSUBSCRIBE ${pathname}.celeryev/*\r\n`);
  await new Promise((resolve) => connection.once('data', resolve));
  return connection;
}

/** The queue of Celery's own monitor. */
async function openAmqp(): Promise<Socket> {
  const link = await AmqpLink.open(url);
  const queue = shortText(`celeryev.${process.pid}`);
  const exclusive = 4;
  const noAck = 2;
  await link.ask(declaration(2));
  await link.ask(
    method(50, 10, u16(0), queue, u8(exclusive), table({ 'x-message-ttl': 5_000, 'x-expires': 60_000 })),
  );
  await link.ask(method(50, 20, u16(0), queue, shortText('celeryev'), shortText('#'), u8(0), table({})));
  await link.ask(method(60, 20, u16(0), queue, shortText(''), u8(noAck), table({})));
  return link.release();
}
