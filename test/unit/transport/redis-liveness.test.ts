import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import { RedisLiveness } from '../../../src/transport/redis-liveness.ts';

const address = parseBrokerUrl('redis://cache');

describe('RedisLiveness', () => {
  let reasons: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    reasons = [];
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function watch(ping: () => Promise<unknown>): RedisLiveness {
    return new RedisLiveness(ping, address, (reason) => reasons.push(reason.message));
  }

  it('is content as long as pings are answered', async () => {
    const liveness = watch(async () => 'PONG');

    await vi.advanceTimersByTimeAsync(600_000);
    liveness.stop();

    expect(reasons).toEqual([]);
  });

  it('tells once that nothing has answered for 12 s', async () => {
    watch(() => new Promise(() => {}));

    await vi.advanceTimersByTimeAsync(600_000);

    expect(reasons).toEqual(['Lost the connection to redis://cache:6379/0: no answer for 12 s.']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes any message for a sign of life, however late the answer', async () => {
    const liveness = watch(() => new Promise(() => {}));

    for (let second = 0; second < 600; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      liveness.seen();
    }
    liveness.stop();

    expect(reasons).toEqual([]);
  });

  it('takes an error reply for a sign of life, and a closed socket for none', async () => {
    const misconf = Object.assign(new Error('MISCONF cannot save'), { name: 'ReplyError' });
    const serving = watch(() => Promise.reject(misconf));
    await vi.advanceTimersByTimeAsync(600_000);
    serving.stop();
    expect(reasons).toEqual([]);

    watch(() => Promise.reject(new Error('Connection is closed.')));
    await vi.advanceTimersByTimeAsync(600_000);

    expect(reasons).toHaveLength(1);
  });

  it('does not misjudge a program that was stopped for long', async () => {
    const liveness = watch(async () => 'PONG');

    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(4000);
    liveness.stop();

    expect(reasons).toEqual([]);
  });
});
