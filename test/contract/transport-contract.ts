import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerUnreachableError } from '../../src/errors.ts';
import type { Message } from '../../src/protocol/message.ts';
import type { ConnectionStatus } from '../../src/transport/connection-status.ts';
import type { QueueDeclaration, Transport } from '../../src/transport/transport.ts';

/** What a worker sees of one control request, whichever broker brought it. */
export interface SeenRequest {
  readonly body: unknown;
  readonly headers: unknown;
  readonly contentType: unknown;
  readonly contentEncoding: unknown;
  readonly deliveryMode: unknown;
  readonly priority: unknown;
  readonly routingKey: unknown;
}

/** The other side of a broker: what workers do, without any of our own code where the broker is a real one. */
export interface TransportHarness {
  /** A new transport to this harness's own part of the broker, closed by the test. */
  open(): Promise<Transport>;
  publishEvent(routingKey: string, body: Uint8Array): Promise<void>;
  /** Listens on `celery.pidbox`; resolves when it really does. */
  listenAsWorker(onRequest: (request: SeenRequest) => void): Promise<void>;
  reply(routingKey: string, body: unknown): Promise<boolean>;
  queueExists(routingKey: string): Promise<boolean>;
  /** Declares a queue with priorities and an exchange of the same name, where the broker knows such things. */
  declarePriorityQueue(name: string): Promise<void>;
  /** Whether anything still listens to events, or any queue or list of ours is left. */
  isClean(): Promise<boolean>;
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** Ends the workers' side. */
  close(): Promise<void>;
  /** How many listened to a broadcast, as far as this broker tells. */
  readonly tellsReceivers: boolean;
  /** Whether this broker refuses to declare a queue that exists otherwise. */
  readonly refusesDeclarations: boolean;
}

/** Hostname in the headers of every event that a harness publishes. */
export const eventHeaders = { hostname: 'w1@example' } as const;

const ping = {
  body: { method: 'ping', arguments: {}, destination: null, pattern: null, matcher: null, ticket: 't-1' },
  headers: { clock: 7, expires: 1795325411.5 },
  deliveryMode: 2,
} as const;

const waiting = { timeout: 60_000, interval: 20 };
const plainQueue = (name: string): QueueDeclaration => ({ name, exchange: name, exchangeType: 'direct' });
const text = (message: Message): string => new TextDecoder().decode(message.body);

/** The port's promises, kept by every adapter. */
export function describeTransport(name: string, create: () => Promise<TransportHarness>): void {
  describe(`the ${name} transport`, () => {
    let harness: TransportHarness;
    let transport: Transport;

    beforeEach(async () => {
      harness = await create();
      transport = await harness.open();
      await transport.ready();
    });

    afterEach(async () => {
      await transport.close();
      await harness.close();
    });

    async function listen(exchange = 'celeryev'): Promise<{ messages: Message[]; ready: () => number }> {
      const messages: Message[] = [];
      let ready = 0;
      await transport.subscribe({
        exchange,
        type: 'topic',
        onMessage: (message) => messages.push(message),
        onReady: () => {
          ready += 1;
        },
      });
      return { messages, ready: () => ready };
    }

    it('delivers an event with its bytes, headers, content type and routing key', async () => {
      const body = new TextEncoder().encode('{"type": "task-sent", "name": "b\\u00fccher \u00fc"}');
      const { messages } = await listen();

      await harness.publishEvent('task.sent', body);
      await vi.waitFor(() => expect(messages).toHaveLength(1), waiting);

      const [message] = messages;
      expect(new Uint8Array(message!.body)).toEqual(body);
      expect(message).toMatchObject({
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        headers: eventHeaders,
        exchange: 'celeryev',
        routingKey: 'task.sent',
      });
    });

    it('delivers events in the order in which they were published, of whatever kind and size', async () => {
      const { messages } = await listen();
      const bodies = ['[]', '{"type": "worker-online"}', 'not json', `"${'x'.repeat(300_000)}"`, ''];
      const keys = ['task.multi', 'worker.online', 'nodash', 'worker.elect.ack', 'custom.thing'];

      for (const [index, body] of bodies.entries()) {
        await harness.publishEvent(keys[index]!, new TextEncoder().encode(body));
      }
      await vi.waitFor(() => expect(messages).toHaveLength(bodies.length), waiting);

      expect(messages.map(text)).toEqual(bodies);
      expect(messages.map((message) => message.routingKey)).toEqual(keys);
    });

    it('gives every subscriber its own copy until that subscriber ends', async () => {
      const first = await listen();
      const others: Message[] = [];
      const end = await transport.subscribe({
        exchange: 'celeryev',
        type: 'topic',
        onMessage: (message) => others.push(message),
      });

      await harness.publishEvent('task.sent', new TextEncoder().encode('1'));
      await vi.waitFor(() => expect([first.messages.length, others.length]).toEqual([1, 1]), waiting);
      await end();
      await harness.publishEvent('task.sent', new TextEncoder().encode('2'));
      await vi.waitFor(() => expect(first.messages.map(text)).toEqual(['1', '2']), waiting);

      expect(others.map(text)).toEqual(['1']);
    });

    it('tells that a subscription is confirmed once it is', async () => {
      const { ready } = await listen();

      expect(ready()).toBe(1);
    });

    it('establishes a subscription that was asked for before the connection stood', async () => {
      const early = await harness.open();
      const messages: Message[] = [];
      await new Promise<void>((resolve) => {
        void early.subscribe({
          exchange: 'celeryev',
          type: 'topic',
          onMessage: (message) => messages.push(message),
          onReady: resolve,
        });
      });

      await harness.publishEvent('task.sent', new TextEncoder().encode('1'));
      await vi.waitFor(() => expect(messages).toHaveLength(1), waiting);

      await early.close();
    });

    it('broadcasts a request in the form that workers take', async () => {
      const requests: SeenRequest[] = [];
      await harness.listenAsWorker((request) => requests.push(request));

      const { receivers } = await transport.broadcast('celery.pidbox', ping);
      await vi.waitFor(() => expect(requests).toHaveLength(1), waiting);

      expect(requests[0]).toEqual({
        body: ping.body,
        headers: ping.headers,
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        deliveryMode: 2,
        priority: 0,
        routingKey: '',
      });
      expect(receivers).toBe(harness.tellsReceivers ? 1 : undefined);
    });

    it('tells of a broadcast that reached nobody', async () => {
      const { receivers } = await transport.broadcast('celery.pidbox', ping);

      expect(receivers).toBe(0);
    });

    it.each([
      ['a list', []],
      ['nothing', null],
      ['an object without a method', { arguments: {} }],
      ['a method that is no text', { method: 1 }],
      ['arguments that are a list', { method: 'ping', arguments: [] }],
      ['an empty destination', { method: 'shutdown', destination: [] }],
      ['a destination that is text', { method: 'ping', destination: 'w1@example' }],
      ['an unknown matcher', { method: 'ping', pattern: '*', matcher: 'regex' }],
    ])('never sends %s, which would hit every worker or break one', async (_, body) => {
      const requests: SeenRequest[] = [];
      await harness.listenAsWorker((request) => requests.push(request));

      await expect(transport.broadcast('celery.pidbox', { ...ping, body })).rejects.toThrow(TypeError);
      await transport.broadcast('celery.pidbox', ping);
      await vi.waitFor(() => expect(requests).toHaveLength(1), waiting);

      expect(requests.map((request) => request.body)).toEqual([ping.body]);
    });

    it('receives the replies to each of several requests at once, and deletes their queues', async () => {
      const replies: [string[], string[]] = [[], []];
      const first = await transport.openReplyQueue((message) => replies[0].push(text(message)));
      const second = await transport.openReplyQueue((message) => replies[1].push(text(message)));

      await harness.reply(second.replyTo.routing_key, { w2: { ok: 'pong' } });
      await harness.reply(first.replyTo.routing_key, { w1: { ok: 'pong' } });
      await harness.reply(first.replyTo.routing_key, { w2: { ok: 'pong' } });
      await vi.waitFor(() => expect(replies.flat()).toHaveLength(3), waiting);

      expect(replies.map((each) => each.map((reply) => JSON.parse(reply)))).toEqual([
        [{ w1: { ok: 'pong' } }, { w2: { ok: 'pong' } }],
        [{ w2: { ok: 'pong' } }],
      ]);
      await first.close();
      await second.close();
      expect(await harness.queueExists(first.replyTo.routing_key)).toBe(false);
      expect(await harness.queueExists(second.replyTo.routing_key)).toBe(false);
    });

    it('hands over a reply that came after another request had begun to wait', async () => {
      const replies: string[] = [];
      const early = await transport.openReplyQueue(() => {});
      const late = await transport.openReplyQueue((message) => replies.push(text(message)));
      await early.close();
      await early.close();

      await harness.reply(late.replyTo.routing_key, { w1: 1 });
      await vi.waitFor(() => expect(replies).toHaveLength(1), waiting);

      await late.close();
      expect(await harness.queueExists(late.replyTo.routing_key)).toBe(false);
    });

    it('finds no conflict in a queue that does not exist, and does not create it', async () => {
      const conflict = await transport.queueConflict(plainQueue('stalk-missing'));

      expect(conflict).toBeUndefined();
      expect(await harness.queueExists('stalk-missing')).toBe(false);
    });

    it('says why a queue that exists cannot be declared, where that can be, and stays connected', async () => {
      await harness.declarePriorityQueue('stalk-priorities');
      const declaration = plainQueue('stalk-priorities');

      const conflict = await transport.queueConflict(declaration);
      const asItIs = await transport.queueConflict({ ...declaration, maxPriority: 5 });

      expect(conflict).toEqual(
        harness.refusesDeclarations
          ? expect.stringMatching(/^PRECONDITION.FAILED.*x-max-priority/)
          : undefined,
      );
      expect(asItIs).toBeUndefined();
      expect(transport.status.kind).toBe('ready');
    });

    it('says that it lost the broker, and takes no request until it is back', async () => {
      const { messages, ready } = await listen();
      const queue = await transport.openReplyQueue(() => {});
      const seen: ConnectionStatus[] = [];
      transport.onStatus((status) => seen.push(status));

      await harness.stopBroker();
      await vi.waitFor(() => expect(transport.status.kind).toBe('retrying'), waiting);

      expect(seen[0]).toMatchObject({ kind: 'retrying', attempt: 1, lostAtMs: expect.any(Number) });
      await expect(transport.broadcast('celery.pidbox', ping)).rejects.toThrow(BrokerUnreachableError);
      await expect(transport.openReplyQueue(() => {})).rejects.toThrow(BrokerUnreachableError);
      await expect(transport.queueConflict(plainQueue('any'))).rejects.toThrow(BrokerUnreachableError);
      await expect(transport.unreadQueues(['any'])).rejects.toThrow(BrokerUnreachableError);
      await queue.close();

      await harness.startBroker();
      transport.retryNow();
      await vi.waitFor(() => expect(transport.status.kind).toBe('ready'), waiting);
      await vi.waitFor(() => expect(ready()).toBe(2), waiting);
      await harness.publishEvent('task.sent', new TextEncoder().encode('1'));
      await vi.waitFor(() => expect(messages.map(text)).toEqual(['1']), waiting);

      const requests: SeenRequest[] = [];
      await harness.listenAsWorker((request) => requests.push(request));
      await transport.broadcast('celery.pidbox', ping);
      await vi.waitFor(() => expect(requests).toHaveLength(1), waiting);
    });

    it('closes as often as asked and leaves nothing behind', async () => {
      await listen();
      await transport.openReplyQueue(() => {});

      await Promise.all([transport.close(), transport.close()]);
      await transport.close();

      expect(transport.status).toEqual({ kind: 'closed' });
      await vi.waitFor(async () => expect(await harness.isClean()).toBe(true), waiting);
      await expect(transport.broadcast('celery.pidbox', ping)).rejects.toThrow(BrokerUnreachableError);
      await expect(transport.ready()).rejects.toThrow(BrokerUnreachableError);
    });

    it('closes while it is still connecting', async () => {
      const early = await harness.open();

      await early.close();

      expect(early.status).toEqual({ kind: 'closed' });
    });
  });
}
