import { describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../src/protocol/message.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';
import {
  describeTransport,
  eventHeaders,
  type SeenRequest,
  type TransportHarness,
} from '../../contract/transport-contract.ts';

function createHarness(): TransportHarness {
  const broker = new MemoryBroker();
  const ends: (() => void)[] = [];
  return {
    tellsReceivers: true,
    refusesDeclarations: false,
    declarePriorityQueue: async () => {},
    open: async () => connectMemory(broker),
    publishEvent: async (routingKey, body) => {
      broker.publish('celeryev', routingKey, { body, headers: eventHeaders });
    },
    listenAsWorker: async (onRequest) => {
      ends.push(broker.listen('celery.pidbox', (message) => onRequest(seen(message))));
    },
    reply: async (queue, body) => broker.send(queue, { body }),
    queueExists: async (queue) => broker.queues().includes(queue),
    isClean: async () => broker.queues().length === 0 && broker.sessionCount === 0,
    stopBroker: async () => broker.stop(),
    startBroker: async () => broker.restart(),
    close: async () => {
      for (const end of ends) end();
    },
  };
}

/** Delivery mode and priority do not exist in memory. */
function seen(message: Message): SeenRequest {
  return {
    body: JSON.parse(new TextDecoder().decode(message.body)),
    headers: message.headers,
    contentType: message.contentType,
    contentEncoding: message.contentEncoding,
    deliveryMode: 2,
    priority: 0,
    routingKey: message.routingKey,
  };
}

describeTransport('memory', async () => createHarness());

describe('MemoryBroker', () => {
  it('delivers after the publisher has returned, in order', async () => {
    const broker = new MemoryBroker();
    const seenKeys: string[] = [];
    broker.listen('celeryev', (message) => seenKeys.push(message.routingKey));

    const receivers = broker.publish('celeryev', 'task.sent', { body: {} });
    broker.publish('celeryev', 'task.started', { body: {} });

    expect(receivers).toBe(1);
    expect(seenKeys).toEqual([]);
    await vi.waitFor(() => expect(seenKeys).toEqual(['task.sent', 'task.started']));
  });

  it('binds a listener to the routing keys of its pattern', async () => {
    const broker = new MemoryBroker();
    const seenKeys: string[] = [];
    broker.listen('celeryev', (message) => seenKeys.push(message.routingKey), 'worker.#');

    broker.publish('celeryev', 'task.sent', { body: {} });
    broker.publish('celeryev', 'worker.elect.ack', { body: {} });
    broker.publish('celeryev', 'worker.online', { body: {} });

    await vi.waitFor(() => expect(seenKeys).toEqual(['worker.elect.ack', 'worker.online']));
  });

  it('delivers nothing during an outage, not even later', async () => {
    const broker = new MemoryBroker();
    const seenKeys: string[] = [];
    broker.listen('celeryev', (message) => seenKeys.push(message.routingKey));

    broker.stop('power cut');
    const receivers = broker.publish('celeryev', 'task.lost', { body: {} });
    broker.restart();
    broker.publish('celeryev', 'task.sent', { body: {} });

    expect(receivers).toBe(0);
    await vi.waitFor(() => expect(seenKeys).toEqual(['task.sent']));
  });
});
