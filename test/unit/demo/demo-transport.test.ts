import { afterEach, describe, expect, it } from 'vitest';
import { openDemoTransport } from '../../../src/demo/demo-transport.ts';
import { UsageError } from '../../../src/errors.ts';
import type { Message } from '../../../src/protocol/message.ts';
import { demoAddress } from '../../../src/transport/memory.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { ManualTimers } from './simulated-cluster.ts';

let transport: Transport;

afterEach(() => transport.close());

function open(query: Record<string, string> = {}): ManualTimers {
  const timers = new ManualTimers();
  transport = openDemoTransport({ address: { ...demoAddress, query }, timers });
  return timers;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('openDemoTransport', () => {
  it('starts the cluster with the first subscription, which misses nothing', async () => {
    const timers = open({ workers: '3' });
    await transport.ready();
    timers.advance(60_000);
    const messages: Message[] = [];
    await transport.subscribe({
      exchange: 'celeryev',
      type: 'topic',
      onMessage: (message) => messages.push(message),
    });
    timers.advance(500);
    await settle();
    expect(messages.slice(0, 3).map(({ routingKey }) => routingKey)).toEqual(Array(3).fill('worker.online'));
    expect(messages.length).toBeGreaterThan(100);
  });

  it('answers requests without a subscription', async () => {
    const timers = open({ workers: '2' });
    await transport.ready();
    const replies: string[] = [];
    const queue = await transport.openReplyQueue(({ body }) => replies.push(new TextDecoder().decode(body)));
    await transport.broadcast('celery.pidbox', {
      body: {
        method: 'ping',
        arguments: {},
        destination: null,
        pattern: null,
        matcher: null,
        ticket: 't',
        reply_to: queue.replyTo,
      },
      headers: { clock: 1, expires: 0 },
      deliveryMode: 2,
    });
    await settle();
    timers.advance(1000);
    await settle();
    expect(replies.sort()).toEqual(['{"celery@web-1":{"ok":"pong"}}', '{"celery@web-2":{"ok":"pong"}}']);
  });

  it('leaves no timer behind when it is closed', async () => {
    const timers = open();
    await transport.ready();
    await transport.subscribe({ exchange: 'celeryev', type: 'topic', onMessage: () => {} });
    expect(timers.pending).toBeGreaterThan(0);
    await transport.close();
    expect(timers.pending).toBe(0);
    expect(transport.status.kind).toBe('closed');
  });

  it('refuses an address that asks for something else', () => {
    expect(() => open({ worker: '3' })).toThrow(UsageError);
  });
});
