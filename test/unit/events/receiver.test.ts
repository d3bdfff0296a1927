import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Receiver, type ReceiverOptions } from '../../../src/events/receiver.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { LamportClock } from '../../../src/protocol/lamport-clock.ts';
import type { Message } from '../../../src/protocol/message.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';
import type { Transport } from '../../../src/transport/transport.ts';

let broker: MemoryBroker;
let transport: Transport;

beforeEach(async () => {
  broker = new MemoryBroker();
  transport = connectMemory(broker);
  await transport.ready();
});

afterEach(async () => {
  vi.useRealTimers();
  await transport.close();
});

function publish(...events: unknown[]): void {
  for (const event of events) broker.publish('celeryev', 'task.multi', { body: event });
}

/** Resolves with the events as soon as there are `limit` of them. */
async function captured(limit: number, options: ReceiverOptions, ...messages: unknown[]): Promise<Event[]> {
  const events: Event[] = [];
  const receiver = new Receiver(transport, {
    handlers: { '*': (event) => void events.push(event) },
    onReady: () => publish(...messages),
    ...options,
  });
  await receiver.capture({ limit });
  return events;
}

/** What workers are asked on the control exchange. */
function listenForRequests(): Message[] {
  const requests: Message[] = [];
  broker.listen('celery.pidbox', (message) => void requests.push(message));
  return requests;
}

describe('a capture', () => {
  it('hands each event to the handler of its exact type, and the others to *', async () => {
    const seen: string[] = [];
    const handlers = {
      'task-failed': ({ uuid }: Event) => void seen.push(`failed ${uuid}`),
      '*': ({ type }: Event) => void seen.push(`* ${type}`),
    };

    await captured(
      3,
      { handlers },
      [
        { type: 'task-failed', uuid: 'u1' },
        { type: 'task-failed-badly', uuid: 'u2' },
      ],
      { type: 'constructor' },
    );

    expect(seen).toEqual(['failed u1', '* task-failed-badly', '* constructor']);
  });

  it('counts events that nobody handles', async () => {
    const receiver = new Receiver(transport, { onReady: () => publish({ type: 'a' }, [], { type: 'b' }) });

    await receiver.capture({ limit: 2 });

    expect(receiver.eventCount).toBe(2);
  });

  it('ends within a batch when the limit is reached', async () => {
    const events = await captured(1, {}, [{ type: 'a' }, { type: 'b' }]);

    expect(events.map(({ type }) => type)).toEqual(['a']);
  });

  it('ends its subscription when it ends', async () => {
    await captured(1, {}, { type: 'a' });

    expect(broker.publish('celeryev', 'x', { body: {} })).toBe(0);
  });

  it('ends after a time without events, each event starting it anew', async () => {
    vi.useFakeTimers();
    let ended = false;
    const receiver = new Receiver(transport);
    const capture = receiver.capture({ timeout: 5, wakeup: false }).then(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(4_000);
    publish({ type: 'a' });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(ended).toBe(false);

    await vi.advanceTimersByTimeAsync(1_000);
    await capture;

    expect(receiver.eventCount).toBe(1);
  });

  it('ends quietly when its signal aborts, and does not begin when it has', async () => {
    const controller = new AbortController();
    const capture = new Receiver(transport, { onReady: () => controller.abort() }).capture({
      signal: controller.signal,
    });

    await expect(capture).resolves.toBeUndefined();
    await expect(new Receiver(transport).capture({ signal: controller.signal })).resolves.toBeUndefined();
    expect(broker.publish('celeryev', 'x', { body: {} })).toBe(0);
  });

  it('ends when the broker is closed, and refuses to begin on a closed one', async () => {
    const capture = new Receiver(transport).capture();
    await transport.close();

    await expect(capture).resolves.toBeUndefined();
    await expect(new Receiver(transport).capture()).rejects.toThrow(/has been closed/);
  });

  it.each([{ limit: 0 }, { limit: 1.5 }, { timeout: 0 }, { timeout: Number.NaN }])(
    'refuses %j',
    async (options) => {
      await expect(new Receiver(transport).capture(options)).rejects.toThrow(/of a capture is a/);
    },
  );
});

describe('a handler that throws', () => {
  const failing = (): never => {
    throw new Error('my own fault');
  };

  it('ends the capture with its error', async () => {
    await expect(captured(2, { handlers: { '*': failing } }, { type: 'a' })).rejects.toThrow('my own fault');
    expect(broker.publish('celeryev', 'x', { body: {} })).toBe(0);
  });

  it('ends the capture also when it rejects later', async () => {
    const handlers = { '*': async () => failing() };

    await expect(captured(2, { handlers }, { type: 'a' })).rejects.toThrow('my own fault');
  });

  it('does not end it when there is an onError', async () => {
    const errors: string[] = [];
    const handlers = { '*': failing, b: () => undefined };

    await captured(2, { handlers, onError: (error, { type }) => void errors.push(`${type}: ${error}`) }, [
      { type: 'a' },
      { type: 'b' },
    ]);

    expect(errors).toEqual(['a: Error: my own fault']);
  });
});

describe('what cannot be read', () => {
  it('is counted and sampled, and what can be read is handed out', async () => {
    const samples: string[] = [];
    const receiver = new Receiver(transport, {
      onUndecodable: ({ reason }) => void samples.push(reason),
      onReady: () => publish(null, [1, 2, { type: 'a' }]),
    });

    await receiver.capture({ limit: 1 });

    expect(receiver.undecodable).toEqual({
      count: 3,
      lastSample: {
        contentType: 'application/json',
        reason: 'Element 1 of 3 in the list is a number, not an event.',
        preview: '[1,2,{"type":"a"}]',
      },
    });
    expect(samples).toHaveLength(2);
  });
});

describe('the stamp of an event', () => {
  it('has the time of its arrival', async () => {
    const [event] = await captured(1, { now: () => 1795324817.5 }, { type: 'a', local_received: 3 });

    expect(event?.local_received).toBe(1795324817.5);
  });

  it('keeps the clock of workers, replaces that of clients and gives one to events without', async () => {
    const clock = new LamportClock();
    const events = await captured(
      6,
      { clock },
      { type: 'task-sent', clock: 900 },
      { type: 'worker-online', clock: 10 },
      { type: 'task-sent', clock: 900 },
      { type: 'custom' },
      { type: 'custom', clock: null },
      { type: 'task-received', clock: 5 },
    );

    expect(events.map((event) => event.clock)).toEqual([0, 10, 10, 13, 14, 5]);
    expect(clock.value).toBe(15);
  });

  it.each(['900', Number.NaN, 1e308, -4, 2.5, [1], true])('is not misled by the clock %j', async (clock) => {
    const [first, second] = await captured(
      2,
      { clock: new LamportClock(7) },
      { type: 'a', clock },
      { type: 'b' },
    );

    expect([first?.clock, second?.clock]).toEqual([8, 9]);
  });

  it('leaves timestamps alone unless told to shift them as Celery does', async () => {
    const newYork = { type: 'a', timestamp: 1795324817, utcoffset: 5 };
    const here = Math.floor(new Date(1795324817000).getTimezoneOffset() / 60);

    const [plain] = await captured(1, {}, newYork);
    const [shifted] = await captured(1, { applyUtcoffset: true, now: () => 1795324817 }, newYork);

    expect(plain?.timestamp).toBe(1795324817);
    expect(shifted?.timestamp).toBe(1795324817 - (5 - here) * 3600);
  });

  it.each([
    { type: 'a', timestamp: 'now', utcoffset: 5 },
    { type: 'a', timestamp: 17, utcoffset: '5' },
    { type: 'a', timestamp: 17, utcoffset: null },
  ])('does not shift %j', async (event) => {
    const [shifted] = await captured(1, { applyUtcoffset: true }, event);

    expect(shifted?.timestamp).toBe(event.timestamp);
  });
});

describe('the wake-up', () => {
  it('asks every worker for a heartbeat once the broker listens for us', async () => {
    const requests = listenForRequests();

    await captured(1, { now: () => 100 }, { type: 'a' });

    expect(requests).toHaveLength(1);
    expect(JSON.parse(Buffer.from(requests[0]!.body).toString())).toEqual({
      method: 'heartbeat',
      arguments: {},
      destination: null,
      pattern: null,
      matcher: null,
    });
    expect(requests[0]!.headers).toEqual({ clock: 1, expires: 101 });
  });

  it('is sent again after every reconnect', async () => {
    const requests = listenForRequests();
    let ready = 0;
    const onReady = (): void => {
      ready += 1;
      if (ready === 1) broker.stop();
      else publish({ type: 'a' });
    };
    transport.onStatus(({ kind }) => {
      if (kind !== 'retrying') return;
      broker.restart();
      transport.retryNow();
    });

    await captured(1, { onReady });

    expect(ready).toBe(2);
    // The first one fell into the outage.
    expect(requests).toHaveLength(1);
  });

  it('is not sent when not wanted', async () => {
    const requests = listenForRequests();
    const receiver = new Receiver(transport, { onReady: () => publish({ type: 'a' }) });

    await receiver.capture({ limit: 1, wakeup: false });

    expect(requests).toEqual([]);
  });
});

it('listens and speaks to the exchanges that the transport was opened with', async () => {
  const exchanges = { eventExchange: 'otherev', controlExchange: 'other' };
  const special = connectMemory(broker, undefined, undefined, exchanges);
  await special.ready();
  const requests: Message[] = [];
  broker.listen('other.pidbox', (message) => void requests.push(message));
  const seen: string[] = [];
  const receiver = new Receiver(special, {
    handlers: { '*': ({ type }) => void seen.push(type) },
    onReady: () => {
      broker.publish('celeryev', 'task.multi', { body: { type: 'task-failed' } });
      broker.publish('otherev', 'task.multi', { body: { type: 'task-sent' } });
    },
  });

  await receiver.capture({ limit: 1 });
  await special.close();

  expect(seen).toEqual(['task-sent']);
  expect(requests).toHaveLength(1);
});
