import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mailbox, type RequestOptions, type RequestResult } from '../../../src/control/mailbox.ts';
import type { Reply } from '../../../src/control/reply.ts';
import { BrokerUnreachableError, UsageError } from '../../../src/errors.ts';
import type { Message } from '../../../src/protocol/message.ts';
import { connectMemory } from '../../../src/transport/memory.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { FakeWorkers } from '../../support/fake-workers.ts';
import { type CapturedRequest, fixtureLines } from '../../support/messages.ts';

const pong = { ok: 'pong' };
let workers: FakeWorkers;
let mailbox: Mailbox;

beforeEach(async () => {
  workers = new FakeWorkers();
  await workers.transport.ready();
  mailbox = new Mailbox(workers.transport);
});

afterEach(async () => {
  vi.useRealTimers();
  await workers.transport.close();
});

/** Lets a request run into its timeout, in no time. */
async function timedOut(request: () => Promise<RequestResult>, timeoutMs = 1_000): Promise<RequestResult> {
  vi.useFakeTimers();
  const result = request();
  await vi.advanceTimersByTimeAsync(timeoutMs - 1);
  let settled = false;
  void result.then(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  return await result;
}

describe('a request', () => {
  it('resolves with what each worker answered', async () => {
    workers.answers = { ping: { 'w1@x': pong } };

    const result = await mailbox.request('ping', {});

    expect(result).toEqual({
      replies: [{ hostname: 'w1@x', value: pong, latencyMs: expect.any(Number), expected: true }],
      silent: [],
      duplicates: [],
      unreadable: 0,
      receivers: 1,
    });
  });

  it('has the body and headers of kombu for every captured request that we would send', async () => {
    mailbox = new Mailbox(workers.transport, { now: () => 1_000, createTicket: () => 'ticket' });
    let sent = 0;
    for (const { request } of fixtureLines<CapturedRequest>('control.ndjson')) {
      const body = JSON.parse(request.rawBody);
      const options = body.destination === null ? {} : { destination: body.destination };
      const asked = workers.requests.length;
      try {
        if (body.ticket === undefined) await mailbox.cast(body.method, body.arguments, options);
        else await mailbox.request(body.method, body.arguments, { ...options, timeout: 0.001 });
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        continue;
      }
      sent += 1;
      expect(workers.requests.length).toBeGreaterThan(asked);
      const ours = workers.requests.at(-1)!;
      expect(JSON.stringify(Object.keys(ours))).toBe(JSON.stringify(Object.keys(body)));
      expect({ ...ours, ticket: 0, reply_to: 0 }).toEqual({ ...body, ticket: 0, reply_to: 0 });
      expect(Object.keys(workers.messages.at(-1)!.headers)).toEqual(Object.keys(request.headers));
    }
    expect(sent).toBeGreaterThan(80);
  });

  it('says when it expires, and counts its requests', async () => {
    mailbox = new Mailbox(workers.transport, { now: () => 1_000 });

    await mailbox.cast('heartbeat', {});
    await mailbox.cast('heartbeat', {});

    expect(workers.messages.map(({ headers }) => headers)).toEqual([
      { clock: 1, expires: 1_001 },
      { clock: 2, expires: 1_001 },
    ]);
  });

  it('is over as soon as every worker of its destination has answered', async () => {
    workers.addListener();
    workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong, 'w3@x': pong } };

    const { replies, silent } = await mailbox.request('ping', {}, { destination: ['w1@x', 'w2@x'] });

    expect(replies.map(({ hostname }) => hostname)).toEqual(['w1@x', 'w2@x']);
    expect(silent).toEqual([]);
  });

  it('is over as soon as the expected workers have answered', async () => {
    workers.addListener(5);
    workers.answers = { ping: { 'new@x': pong, 'w1@x': pong } };

    const { replies } = await mailbox.request('ping', {}, { expected: ['w1@x'] });

    expect(replies.map(({ hostname, expected }) => [hostname, expected])).toEqual([
      ['new@x', false],
      ['w1@x', true],
    ]);
  });

  it('is over as soon as all that the broker reached have answered', async () => {
    workers.answers = { ping: { 'w1@x': pong } };

    const { silent } = await mailbox.request('ping', {}, { expected: ['w1@x', 'gone@x'] });

    expect(silent).toEqual(['gone@x']);
  });

  it('waits for nobody when the broker reached nobody', async () => {
    const nobody = new Mailbox(workers.transport, { controlExchange: 'other' });

    const result = await nobody.request('ping', {}, { destination: ['w1@x'] });

    expect(result).toMatchObject({ replies: [], silent: ['w1@x'], receivers: 0 });
  });

  it('names who was silent when its time is over', async () => {
    workers.addListener();
    workers.answers = { ping: { 'w1@x': pong } };

    const result = await timedOut(() => mailbox.request('ping', {}, { destination: ['w1@x', 'w2@x'] }));

    expect(result).toMatchObject({ replies: [{ hostname: 'w1@x' }], silent: ['w2@x'] });
  });

  it('is not prolonged by replies', async () => {
    workers.addListener();
    const onReply = vi.fn();

    const result = await timedOut(() => {
      const request = mailbox.request('ping', {}, { timeout: 2, onReply });
      setTimeout(() => workers.reply(workers.requests[0]!, { 'late@x': pong }), 1_900);
      return request;
    }, 2_000);

    expect(result.replies).toMatchObject([{ hostname: 'late@x' }]);
    expect(onReply).toHaveBeenCalledOnce();
  });

  it('waits longer for a command that takes longer', async () => {
    workers.addListener();

    const result = await timedOut(() => mailbox.request('objgraph', {}), 60_000);

    expect(result.replies).toEqual([]);
  });

  it('does not count the opening of the reply queue as the time of a worker', async () => {
    let now = 100;
    const { transport } = workers;
    const slow: Transport = Object.assign(Object.create(transport), {
      openReplyQueue: (onMessage: (message: Message) => void) => {
        now = 105;
        return transport.openReplyQueue(onMessage);
      },
      onStatus: transport.onStatus.bind(transport),
      broadcast: transport.broadcast.bind(transport),
    });
    workers.answers = { ping: { 'w1@x': pong } };

    const { replies } = await new Mailbox(slow, { now: () => now }).request('ping', {});

    expect(replies[0]?.latencyMs).toBe(0);
  });

  it('tells how long each worker took', async () => {
    let now = 100;
    mailbox = new Mailbox(workers.transport, { now: () => now });
    workers.broker.listen('celery.pidbox', () => {
      now = 100.25;
    });
    workers.answers = { ping: { 'w1@x': pong } };

    const { replies } = await mailbox.request('ping', {}, { expected: ['w1@x'] });

    expect(replies[0]?.latencyMs).toBeCloseTo(250);
  });

  it('calls onReply with each reply as it arrives', async () => {
    workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong } };
    const seen: Reply[] = [];

    const { replies } = await mailbox.request(
      'ping',
      {},
      { expected: ['w1@x', 'w2@x'], onReply: (reply) => void seen.push(reply) },
    );

    expect(seen).toEqual(replies);
  });

  it('merges the answers of two workers of one name and says so', async () => {
    workers.addListener();
    workers.broker.listen('celery.pidbox', () =>
      workers.reply(workers.requests[0]!, { 'w1@x': { ok: 'twin' } }),
    );
    workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong } };

    const { replies, duplicates } = await mailbox.request('ping', {});

    expect(replies.map(({ hostname, value }) => [hostname, value])).toEqual([
      ['w1@x', pong],
      ['w2@x', pong],
    ]);
    expect(duplicates).toEqual(['w1@x']);
  });

  it('keeps any value and any name that a worker answers with', async () => {
    const answers = { __proto__x: null, 'w1@x': [1, { a: null }], '': 'text' };
    workers.answers = { nosuch: answers };

    const { replies } = await mailbox.request('nosuch', {}, { expected: ['', 'w1@x', '__proto__x'] });

    expect(Object.fromEntries(replies.map(({ hostname, value }) => [hostname, value]))).toEqual(answers);
  });

  it('takes no answer with the ticket of another', async () => {
    workers.addListener();
    workers.broker.listen('celery.pidbox', () => {
      workers.reply(workers.requests[0]!, { 'w1@x': pong }, { ticket: 'another' });
    });

    const { replies, unreadable } = await timedOut(() => mailbox.request('ping', {}));

    expect([replies, unreadable]).toEqual([[], 0]);
  });
});

describe('an answer that cannot be read', () => {
  const pickled = { contentType: 'application/x-python-serialize' };

  it('is that of the only worker that has not answered', async () => {
    workers.answers = { ping: { 'w1@x': pong } };
    workers.broker.listen('celery.pidbox', () => workers.reply(workers.requests[0]!, 'gAR9', pickled));
    workers.addListener();

    const result = await mailbox.request('ping', {}, { destination: ['w1@x', 'w2@x'] });

    expect(result.replies[1]).toMatchObject({
      hostname: 'w2@x',
      value: {
        error: expect.stringMatching(/^The worker answered, but not readably\. It is written in pickle/),
      },
    });
    expect(result).toMatchObject({ silent: [], unreadable: 0 });
  });

  it('is counted when it could be of several', async () => {
    workers.addListener();
    workers.broker.listen('celery.pidbox', () => workers.reply(workers.requests[0]!, 'gAR9', pickled));

    const result = await timedOut(() => mailbox.request('ping', {}, { destination: ['w1@x', 'w2@x'] }));

    expect(result).toMatchObject({
      replies: [],
      silent: ['w1@x', 'w2@x'],
      unreadable: 1,
      unreadableReason: expect.stringContaining('task_serializer'),
    });
  });

  it('ends the waiting all the same', async () => {
    workers.broker.listen('celery.pidbox', () => {
      for (const body of [null, [], 'w1@x']) workers.reply(workers.requests[0]!, body);
    });

    const { unreadable } = await mailbox.request('ping', {});

    expect(unreadable).toBe(3);
  });
});

describe('a request whose connection is lost', () => {
  it('rejects at once, because nobody can answer any more', async () => {
    workers.addListener();
    workers.answers = { ping: { 'w1@x': pong } };
    const stopWhenAsked = (): void => queueMicrotask(() => workers.broker.stop());
    workers.broker.listen('celery.pidbox', stopWhenAsked);

    const request = mailbox.request('ping', {}, { expected: ['w1@x', 'w2@x'], timeout: 3_600 });

    await expect(request).rejects.toThrow(
      new BrokerUnreachableError('The connection was lost; the command may have been carried out.'),
    );
    expect(workers.broker.queues()).toEqual([]);
  });

  it('resolves when all had answered before', async () => {
    workers.answers = { ping: { 'w1@x': pong } };

    const { replies } = await mailbox.request(
      'ping',
      {},
      { expected: ['w1@x'], onReply: () => queueMicrotask(() => workers.broker.stop()) },
    );

    expect(replies).toHaveLength(1);
  });
});

describe('the reply queue', () => {
  const request = (options: RequestOptions = {}): Promise<unknown> => mailbox.request('ping', {}, options);

  it('is gone after an answer', async () => {
    workers.answers = { ping: { 'w1@x': pong } };

    await request();

    expect(workers.broker.queues()).toEqual([]);
  });

  it('is gone after silence', async () => {
    workers.addListener();

    await request({ timeout: 0.001 });

    expect(workers.broker.queues()).toEqual([]);
  });

  it('is gone after an abort, whose reason the request rejects with', async () => {
    workers.addListener();
    const controller = new AbortController();
    workers.broker.listen('celery.pidbox', () => controller.abort(new Error('enough')));

    await expect(request({ signal: controller.signal })).rejects.toThrow('enough');
    expect(workers.broker.queues()).toEqual([]);
  });

  it('is gone after onReply has thrown, and the request rejects with that', async () => {
    workers.answers = { ping: { 'w1@x': pong } };
    const onReply = (): never => {
      throw new Error('my own fault');
    };

    await expect(request({ onReply })).rejects.toThrow('my own fault');
    expect(workers.broker.queues()).toEqual([]);
  });

  it('is gone after an abort while the request is sent', async () => {
    const { transport } = workers;
    const controller = new AbortController();
    const slow: Transport = Object.assign(Object.create(transport), {
      openReplyQueue: transport.openReplyQueue.bind(transport),
      onStatus: transport.onStatus.bind(transport),
      broadcast: async () => {
        controller.abort(new Error('enough'));
        return { receivers: undefined };
      },
    });

    const sent = new Mailbox(slow).request('ping', {}, { signal: controller.signal, timeout: 3_600 });

    await expect(sent).rejects.toThrow('enough');
    expect(workers.broker.queues()).toEqual([]);
  });

  it('is not opened for a request that has been aborted', async () => {
    await expect(request({ signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow(
      'never mind',
    );
    expect(workers.requests).toEqual([]);
  });

  it('does not hide that there is no connection', async () => {
    workers.broker.stop();

    await expect(request()).rejects.toThrow(BrokerUnreachableError);
  });
});

describe('a cast', () => {
  it('has no ticket and resolves at once', async () => {
    const { receivers } = await mailbox.cast('shutdown', {}, { destination: ['w1@x'] });
    await Promise.resolve();

    expect(receivers).toBe(1);
    expect(workers.requests).toEqual([
      { method: 'shutdown', arguments: {}, destination: ['w1@x'], pattern: null, matcher: null },
    ]);
  });
});

describe('adding a consumer', () => {
  const queues = [{ name: 'q', exchange: { name: 'ex', type: 'topic' }, routing_key: 'q' }];

  it('is refused when workers know the exchange with another type', async () => {
    workers.answers = { active_queues: { 'w1@x': queues }, conf: { 'w1@x': {} } };

    await expect(mailbox.request('add_consumer', { queue: 'new', exchange: 'ex' })).rejects.toThrow(
      'add_consumer was not sent: the exchange ex is of type topic, and a worker that declares it as direct stops.',
    );
    await expect(mailbox.cast('add_consumer', { queue: 'new', exchange: 'ex' })).rejects.toThrow(UsageError);
    expect(workers.requests.map(({ method }) => method)).not.toContain('add_consumer');
  });

  it('asks all workers first and then only those who are to obey', async () => {
    workers.answers = {
      active_queues: { 'w1@x': queues },
      add_consumer: { 'w1@x': { ok: 'add consumer new' } },
    };
    const args = { queue: 'new', exchange: 'ex', exchange_type: 'topic' };

    const { replies } = await mailbox.request('add_consumer', args, { destination: ['w1@x'] });

    expect(replies).toMatchObject([{ value: { ok: 'add consumer new' } }]);
    expect(workers.requests.map(({ method, destination }) => [method, destination])).toEqual([
      ['active_queues', null],
      ['add_consumer', ['w1@x']],
    ]);
  });

  it.each([null, 'text', [null, 5, { exchange: null }, { exchange: { name: 'new', type: 7 } }]])(
    'does not trip over the answer %j',
    async (value) => {
      workers.answers = { active_queues: { 'w1@x': value }, add_consumer: { 'w1@x': { ok: 'fine' } } };

      const { replies } = await mailbox.request('add_consumer', { queue: 'new' });

      expect(replies).toHaveLength(1);
    },
  );
});

it('speaks to the exchange that the transport was opened with', async () => {
  const requests: string[] = [];
  workers.broker.listen('other.pidbox', () => void requests.push('other'));
  const transport = connectMemory(workers.broker, undefined, undefined, { controlExchange: 'other' });
  await transport.ready();

  await new Mailbox(transport).cast('heartbeat', {});
  await new Mailbox(transport, { controlExchange: 'celery' }).cast('heartbeat', {});
  await transport.close();

  expect(requests).toEqual(['other']);
  expect(workers.requests).toHaveLength(1);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3601])('refuses a timeout of %d s', async (timeout) => {
  await expect(mailbox.request('ping', {}, { timeout })).rejects.toThrow(UsageError);
  expect(workers.requests).toEqual([]);
});
