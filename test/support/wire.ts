import { type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';

export type RawMessage = {
  contentType?: string;
  contentEncoding?: string;
  headers?: Record<string, unknown>;
};

export type ReceivedCommand = {
  method: string;
  arguments: Record<string, unknown>;
  destination: string[] | null;
};

/** The wire of a RabbitMQ virtual host, for what no Celery would put on it. */
export type Wire = {
  /** One event, as kombu's JSON. Resolves when the broker has it. */
  event(type: string, fields: Record<string, unknown>): Promise<void>;
  /** Any body at all on the event exchange. */
  raw(routingKey: string, body: string | Uint8Array, message?: RawMessage): Promise<void>;
  /** Answers remote commands under this name. Returns what it has received, which grows. */
  node(hostname: string, answer: (command: ReceivedCommand) => unknown): Promise<ReceivedCommand[]>;
  close(): Promise<void>;
};

export async function openWire(url: string): Promise<Wire> {
  const connection = await connect(url);
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertExchange('celeryev', 'topic', { durable: true });
  await channel.assertExchange('celery.pidbox', 'fanout', { durable: false });
  let clock = 0;

  async function raw(routingKey: string, body: string | Uint8Array, message: RawMessage = {}): Promise<void> {
    const { contentType = 'application/json', contentEncoding = 'utf-8', headers = {} } = message;
    channel.publish('celeryev', routingKey, Buffer.from(body), { contentType, contentEncoding, headers });
    await channel.waitForConfirms();
  }

  return {
    raw,
    async event(type, fields) {
      clock += 1;
      const stamp = { timestamp: Date.now() / 1000, clock, utcoffset: 0, pid: 1 };
      await raw(type.replaceAll('-', '.'), JSON.stringify({ type, ...stamp, ...fields }));
    },
    node: (hostname, answer) => answerCommands(channel, hostname, answer),
    close: () => connection.close(),
  };
}

/** Gone only after an hour, though it never sends another heartbeat. */
export async function heartbeat(wire: Wire, hostname: string): Promise<void> {
  const facts = { active: 0, processed: 0, loadavg: [0.1, 0.2, 0.3], sw_ident: 'py-celery', sw_ver: '5.6.3' };
  await wire.event('worker-heartbeat', { hostname, freq: 3600, ...facts });
}

async function answerCommands(
  channel: ConfirmChannel,
  hostname: string,
  answer: (command: ReceivedCommand) => unknown,
): Promise<ReceivedCommand[]> {
  const received: ReceivedCommand[] = [];
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'celery.pidbox', '');
  await channel.consume(queue, (message) => message && reply(message), { noAck: true });

  function reply(message: ConsumeMessage): void {
    const command = JSON.parse(message.content.toString());
    if (command.destination && !command.destination.includes(hostname)) return;
    received.push(command);
    const value = answer(command);
    if (!command.reply_to || value === undefined) return;
    const { exchange, routing_key: key } = command.reply_to;
    channel.publish(exchange, key, Buffer.from(JSON.stringify({ [hostname]: value })), {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: { ticket: command.ticket, clock: 1 },
    });
  }
  return received;
}
