import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mailbox, type RequestOptions, type RequestResult } from '../../../src/control/mailbox.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { FakeWorkers } from '../../support/fake-workers.ts';

const pong = { ok: 'pong' };
let workers: FakeWorkers;
let unread: string[];
let asked: string[][];
let mailbox: Mailbox;

beforeEach(async () => {
  workers = new FakeWorkers();
  await workers.transport.ready();
  unread = [];
  asked = [];
  mailbox = new Mailbox(uncounting(workers.transport));
  vi.useFakeTimers();
});

afterEach(async () => {
  vi.useRealTimers();
  await workers.transport.close();
});

/** A broker that does not count who gets a request, but knows who reads which queue: RabbitMQ. */
function uncounting(transport: Transport): Transport {
  return Object.assign(Object.create(transport), {
    openReplyQueue: transport.openReplyQueue.bind(transport),
    onStatus: transport.onStatus.bind(transport),
    broadcast: async (...given: Parameters<Transport['broadcast']>) => {
      const { receivers } = await transport.broadcast(...given);
      return { receivers: receivers === 0 ? 0 : undefined };
    },
    unreadQueues: async (queues: readonly string[]) => {
      asked.push([...queues]);
      return queues.filter((queue) => unread.includes(queue));
    },
  });
}

/** Milliseconds until the request was over, and what came of it. */
async function run(options: RequestOptions): Promise<{ afterMs: number; result: RequestResult }> {
  const start = Date.now();
  let afterMs = Number.NaN;
  const request = mailbox.request('ping', {}, options).then((result) => {
    afterMs = Date.now() - start;
    return result;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  return { afterMs, result: await request };
}

/** Answers to the first request so many milliseconds after it. */
function answerLater(hostname: string, afterMs: number): void {
  workers.broker.listen('celery.pidbox', () => {
    setTimeout(() => workers.reply(workers.requests[0]!, { [hostname]: pong }), afterMs);
  });
}

describe('a request that ends when it is quiet', () => {
  it('is over when nothing has come for that long after the last answer', async () => {
    answerLater('w1@x', 5);
    answerLater('w2@x', 20);

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15 } });

    expect(afterMs).toBe(170);
    expect(result.replies.map(({ hostname }) => hostname)).toEqual(['w1@x', 'w2@x']);
    expect(result.silent).toEqual([]);
  });

  it('gives slow answers more time: four times as long as the slowest took', async () => {
    answerLater('w1@x', 100);
    answerLater('w2@x', 450);

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15 }, timeout: 5 });

    expect(result.replies).toHaveLength(2);
    expect(afterMs).toBe(450 + 4 * 450);
  });

  it('never lasts longer than its timeout', async () => {
    answerLater('w1@x', 900);

    const { afterMs } = await run({ untilQuiet: { seconds: 0.5 }, timeout: 1 });

    expect(afterMs).toBe(1000);
  });

  it('waits the whole timeout for the first answer', async () => {
    workers.addListener();

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15 }, timeout: 2 });

    expect(afterMs).toBe(2000);
    expect(result.replies).toEqual([]);
  });

  it('waits for nobody when the broker reached nobody', async () => {
    mailbox = new Mailbox(uncounting(workers.transport), { controlExchange: 'other' });

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15, known: ['w1@x'] } });

    expect(afterMs).toBe(0);
    expect(result).toMatchObject({ replies: [], receivers: 0 });
  });

  it('waits for a known worker that is connected, and names it when it stays silent', async () => {
    answerLater('w1@x', 5);

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15, known: ['w1@x', 'w2@x'] } });

    expect(afterMs).toBe(1000);
    expect(result.silent).toEqual(['w2@x']);
    expect(asked).toEqual([['w2@x.celery.pidbox']]);
  });

  it('is over when the slow known worker has answered', async () => {
    answerLater('w1@x', 5);
    answerLater('w2@x', 200);

    const { afterMs, result } = await run({
      untilQuiet: { seconds: 0.15, known: ['w1@x', 'w2@x'] },
      timeout: 9,
    });

    expect(afterMs).toBe(200 + 4 * 200);
    expect(result.replies).toHaveLength(2);
  });

  it('needs half the silence once all known workers have answered: only newcomers can be missing', async () => {
    answerLater('w1@x', 5);
    answerLater('new@x', 60);
    answerLater('w2@x', 10);

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.6, known: ['w1@x', 'w2@x'] } });

    expect(afterMs).toBe(60 + 300);
    expect(result.replies).toHaveLength(3);
  });

  it('neither waits for a known worker that is gone nor names it as silent', async () => {
    answerLater('w1@x', 5);
    unread = ['gone@x.celery.pidbox'];

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15, known: ['w1@x', 'gone@x'] } });

    expect(afterMs).toBe(155);
    expect(result).toMatchObject({ silent: [], absent: ['gone@x'] });
  });

  it('does not wait for a destination that is not there, and says so', async () => {
    answerLater('w1@x', 5);
    unread = ['w9@x.celery.pidbox'];

    const { afterMs, result } = await run({
      untilQuiet: { seconds: 0.15 },
      destination: ['w1@x', 'w9@x'],
    });

    expect(afterMs).toBe(155);
    expect(result).toMatchObject({ replies: [{ hostname: 'w1@x' }], silent: ['w9@x'], absent: ['w9@x'] });
  });

  it('waits for a destination that is there although it is quiet', async () => {
    answerLater('w1@x', 5);

    const { afterMs, result } = await run({
      untilQuiet: { seconds: 0.15 },
      destination: ['w1@x', 'w2@x'],
    });

    expect(afterMs).toBe(1000);
    expect(result.silent).toEqual(['w2@x']);
    expect(result.absent).toBeUndefined();
  });

  it('waits on when the broker cannot be asked who is there', async () => {
    const transport = uncounting(workers.transport);
    transport.unreadQueues = () => Promise.reject(new Error('not now'));
    mailbox = new Mailbox(transport);
    answerLater('w1@x', 5);

    const { afterMs } = await run({ untilQuiet: { seconds: 0.15, known: ['w1@x', 'w2@x'] } });

    expect(afterMs).toBe(1000);
  });

  it('goes by the count of the broker where there is one', async () => {
    mailbox = new Mailbox(workers.transport);
    workers.answers = { ping: { 'w1@x': pong } };
    answerLater('w2@x', 700);

    const { afterMs, result } = await run({ untilQuiet: { seconds: 0.15, known: ['gone@x'] } });

    expect(afterMs).toBe(700);
    expect(result.replies).toHaveLength(2);
  });

  it('goes by silence where a pattern makes the count of no use, and by no known workers', async () => {
    mailbox = new Mailbox(workers.transport);
    workers.addListener(3);
    answerLater('w1@x', 5);

    const { afterMs, result } = await run({
      untilQuiet: { seconds: 0.15, known: ['w2@y'] },
      pattern: '*@x',
    });

    expect(afterMs).toBe(155);
    expect(result.silent).toEqual([]);
  });
});
