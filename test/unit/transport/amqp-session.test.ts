import { EventEmitter } from 'node:events';
import type { ChannelModel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import { AmqpSession } from '../../../src/transport/amqp-session.ts';

const address = parseBrokerUrl('amqp://broker//');

/** The broker's side of amqplib: answers every operation, or none while an alarm lasts, and all of them afterwards. */
class ScriptedModel extends EventEmitter {
  readonly calls: string[] = [];
  #alarm: { over: Promise<void>; end: () => void } | undefined;

  startAlarm(): void {
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#alarm = { over, end };
  }

  endAlarm(): void {
    this.#alarm?.end();
    this.#alarm = undefined;
  }

  async createChannel() {
    await this.#alarm?.over;
    const operation = (name: string) => async (): Promise<void> => {
      this.calls.push(name);
      await this.#alarm?.over;
    };
    const operations = ['assertExchange', 'assertQueue', 'bindQueue', 'consume', 'deleteQueue', 'close'];
    return Object.assign(
      new EventEmitter(),
      Object.fromEntries(operations.map((name) => [name, operation(name)])),
    );
  }
}

describe('AmqpSession', () => {
  let model: ScriptedModel;
  let session: AmqpSession;

  beforeEach(() => {
    vi.useFakeTimers();
    model = new ScriptedModel();
    session = new AmqpSession({
      address,
      options: {},
      model: model as unknown as ChannelModel,
      uuid: () => 'uuid',
      destroy: () => {},
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const subscription = { exchange: 'celeryev', type: 'topic', onMessage: () => {} } as const;

  it('does not wait for the end of an alarm to close a reply queue or a subscription', async () => {
    const queue = await session.openReplyQueue(() => {});
    const end = await session.subscribe(subscription);
    model.startAlarm();

    const closed = Promise.all([queue.close(), end()]);
    await vi.advanceTimersByTimeAsync(1000);

    await expect(closed).resolves.toBeDefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes a reply queue that arrives after the deadline', async () => {
    model.startAlarm();
    const failed = expect(session.openReplyQueue(() => {})).rejects.toThrow(
      'Cannot reach amqp://guest:***@broker:5672//: no answer within 4 s.',
    );
    await vi.advanceTimersByTimeAsync(4000);
    await failed;

    model.endAlarm();
    await vi.advanceTimersByTimeAsync(0);

    expect(model.calls).toEqual(['assertQueue', 'consume', 'deleteQueue', 'close']);
  });

  it('closes a subscription that arrives after the deadline', async () => {
    model.startAlarm();
    const failed = expect(session.subscribe(subscription)).rejects.toThrow('no answer within 4 s');
    await vi.advanceTimersByTimeAsync(4000);
    await failed;

    model.endAlarm();
    await vi.advanceTimersByTimeAsync(0);

    expect(model.calls).toEqual(['assertExchange', 'assertQueue', 'bindQueue', 'consume', 'close']);
  });

  it('names the alarm instead of opening a reply queue, as long as it lasts', async () => {
    model.emit('blocked', 'low on memory');

    await expect(session.openReplyQueue(() => {})).rejects.toThrow(
      'amqp://guest:***@broker:5672// takes no requests now (low on memory); try again when the alarm is over.',
    );
    model.emit('unblocked');
    await session.openReplyQueue(() => {});

    expect(model.calls).toEqual(['assertQueue', 'consume']);
  });
});
