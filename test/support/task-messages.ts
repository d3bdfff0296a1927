import { connect } from 'amqplib';
import { Redis } from 'ioredis';

/** One message as it lies in a queue, read by another library than ours reads with, or by its bare commands. */
export interface StoredTask {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
}

const steps = [0, 3, 6, 9];

/** Everything in a queue, in the order in which workers would get it; nothing is taken. */
export async function storedTasks(broker: string, queue: string): Promise<StoredTask[]> {
  return broker.startsWith('redis') ? await onRedis(broker, queue) : await onRabbitmq(broker, queue);
}

async function onRabbitmq(broker: string, queue: string): Promise<StoredTask[]> {
  const model = await connect(broker);
  try {
    const channel = await model.createChannel();
    const { messageCount } = await channel.checkQueue(queue);
    const found: StoredTask[] = [];
    if (messageCount > 0) {
      await new Promise<void>((resolve) => {
        void channel.consume(queue, (delivered) => {
          if (delivered === null) return;
          const { headers, ...properties } = delivered.properties;
          const given = Object.fromEntries(
            Object.entries(properties).filter(([, value]) => value !== undefined),
          );
          found.push({ body: delivered.content, headers: headers ?? {}, properties: given });
          if (found.length === messageCount) resolve();
        });
      });
    }
    await channel.close();
    return found;
  } finally {
    await model.close();
  }
}

async function onRedis(broker: string, queue: string): Promise<StoredTask[]> {
  const redis = new Redis(broker);
  try {
    const lists = await Promise.all(
      steps.map((step) => redis.lrange(step === 0 ? queue : `${queue}\x06\x16${step}`, 0, -1)),
    );
    return lists
      .flatMap((list) => list.reverse())
      .map((element) => {
        const { body, headers, properties, ...rest } = JSON.parse(element);
        const { delivery_info: _info, delivery_tag: _tag, body_encoding: _encoding, ...given } = properties;
        return { body: Buffer.from(body, 'base64'), headers, properties: { ...rest, ...given } };
      });
  } finally {
    redis.disconnect();
  }
}
