import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { BrokerRefusedError, BrokerUnreachableError } from '../../../src/errors.ts';
import { parseBrokerUrl } from '../../../src/protocol/broker-url.ts';
import type { Timers } from '../../../src/timers.ts';
import type { ConnectionStatus } from '../../../src/transport/connection-status.ts';
import { ReconnectingTransport, retryDelayMs } from '../../../src/transport/reconnecting-transport.ts';
import type { BrokerError, Session } from '../../../src/transport/session.ts';
import type { Subscription } from '../../../src/transport/transport.ts';

const address = parseBrokerUrl('amqp://user:s3cret@broker//');
const unreachable = new BrokerUnreachableError('nobody there');
const refused = new BrokerRefusedError('wrong password');

/** Time that moves by hand, and one pending timer at most: the policy never needs two. */
class ManualTimers implements Timers {
  #nowMs = 1_000_000;
  #pending: { readonly dueMs: number; readonly callback: () => void } | undefined;

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#pending = timer;
    return () => {
      if (this.#pending === timer) this.#pending = undefined;
    };
  }

  get pending(): boolean {
    return this.#pending !== undefined;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const timer = this.#pending;
    if (!timer || timer.dueMs > this.#nowMs) return;
    this.#pending = undefined;
    timer.callback();
  }
}

/** A session whose fate the test decides. */
class ScriptedSession implements Session {
  readonly lost: Promise<BrokerError>;
  readonly subscribed: Subscription[] = [];
  readonly ended: Subscription[] = [];
  closed = false;
  lose: (reason: BrokerError) => void = () => {};
  refuseSubscription: BrokerError | undefined;

  constructor() {
    this.lost = new Promise((resolve) => {
      this.lose = resolve;
    });
  }

  async subscribe(subscription: Subscription): Promise<() => Promise<void>> {
    if (this.refuseSubscription) throw this.refuseSubscription;
    this.subscribed.push(subscription);
    return async () => {
      this.ended.push(subscription);
    };
  }

  async broadcast(): Promise<{ receivers: number }> {
    return { receivers: 3 };
  }

  async openReplyQueue() {
    return { replyTo: { exchange: '', routing_key: 'r' } as const, close: async () => {} };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Opens as scripted, one entry per attempt; hangs until aborted when the script is at its end. */
function create(...script: (ScriptedSession | BrokerError)[]) {
  const timers = new ManualTimers();
  const statuses: ConnectionStatus[] = [];
  let attempts = 0;
  const open = async (signal: AbortSignal): Promise<Session> => {
    const next = script[attempts++];
    if (next instanceof ScriptedSession) return next;
    if (next) throw next;
    return await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new BrokerUnreachableError('given up')));
    });
  };
  const transport = new ReconnectingTransport(address, open, timers);
  transport.onStatus((status) => statuses.push(status));
  return { transport, timers, statuses, attempts: () => attempts };
}

/** Lets everything that only waits for promises happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function subscription(extra: Partial<Subscription> = {}): Subscription {
  return { exchange: 'celeryev', type: 'topic', onMessage: () => {}, ...extra };
}

const request = { body: { method: 'ping' }, headers: {}, deliveryMode: 2 } as const;

describe('retryDelayMs', () => {
  it('backs off 1, 2, 4, 8, 15 and then always 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => retryDelayMs(attempt) / 1000)).toEqual([
      1, 2, 4, 8, 15, 30, 30, 30,
    ]);
  });
});

describe('ReconnectingTransport', () => {
  it('connects at once and tells when it is ready', async () => {
    const { transport, statuses } = create(new ScriptedSession());

    expect(transport.status).toEqual({ kind: 'connecting', attempt: 1 });
    await transport.ready();

    expect(statuses).toEqual([{ kind: 'ready', sinceMs: 1_000_000 }]);
    await transport.close();
  });

  it('does not show the password of its address, which can still be read', async () => {
    const { transport } = create();

    expect(inspect(transport, { depth: null }) + JSON.stringify(transport)).not.toContain('s3cret');
    expect(inspect(transport)).toContain("username: 'user'");
    expect(transport.address.password).toBe('s3cret');
    await transport.close();
  });

  it('tries an unreachable broker again with growing pauses', async () => {
    const { transport, timers, statuses, attempts } = create(unreachable, unreachable, new ScriptedSession());
    await settled();

    expect(statuses).toEqual([
      { kind: 'retrying', attempt: 1, retryAtMs: 1_001_000, lostAtMs: undefined, error: 'nobody there' },
    ]);
    timers.advance(999);
    await settled();
    expect(attempts()).toBe(1);
    timers.advance(1);
    await settled();
    expect(transport.status).toMatchObject({ kind: 'retrying', attempt: 2, retryAtMs: 1_003_000 });
    timers.advance(2000);
    await transport.ready();

    expect(attempts()).toBe(3);
    await transport.close();
  });

  it('tries a broker that refuses every 30 s only', async () => {
    const { transport, timers, attempts } = create(refused, refused, new ScriptedSession());
    await settled();

    expect(transport.status).toMatchObject({
      kind: 'refused',
      error: 'wrong password',
      retryAtMs: 1_030_000,
    });
    timers.advance(29_999);
    await settled();
    expect(attempts()).toBe(1);
    timers.advance(1);
    await settled();
    expect(transport.status).toMatchObject({ kind: 'refused', attempt: 2, retryAtMs: 1_060_000 });

    await transport.close();
  });

  it('backs off step by step when a broker refuses that once let it in', async () => {
    const first = new ScriptedSession();
    const { transport, timers } = create(first, refused);
    await transport.ready();
    timers.advance(10_000);

    first.lose(unreachable);
    await settled();
    timers.advance(1000);
    await settled();

    expect(transport.status).toMatchObject({ kind: 'refused', attempt: 2, retryAtMs: 1_013_000 });
    await transport.close();
  });

  it('remembers when the connection was lost until it is back', async () => {
    const first = new ScriptedSession();
    const { transport, timers } = create(first, unreachable);
    await transport.ready();
    timers.advance(60_000);

    first.lose(new BrokerUnreachableError('CONNECTION_FORCED'));
    await settled();
    expect(transport.status).toMatchObject({
      kind: 'retrying',
      attempt: 1,
      lostAtMs: 1_060_000,
      error: 'CONNECTION_FORCED',
    });
    expect(first.closed).toBe(true);
    timers.advance(1000);
    await settled();

    expect(transport.status).toMatchObject({ attempt: 2, lostAtMs: 1_060_000, error: 'nobody there' });
    await transport.close();
  });

  it('tells the loss while the lost session is still closing, and opens the next one after it', async () => {
    const first = new ScriptedSession();
    const { transport, timers, attempts } = create(first, new ScriptedSession());
    await transport.ready();
    let closed = (): void => {};
    vi.spyOn(first, 'close').mockReturnValue(
      new Promise((resolve) => {
        closed = resolve;
      }),
    );

    first.lose(unreachable);
    await settled();
    expect(transport.status.kind).toBe('retrying');
    timers.advance(1000);
    await settled();
    expect(attempts()).toBe(1);
    closed();
    await transport.ready();

    expect(attempts()).toBe(2);
    await transport.close();
  });

  it('starts the back-off anew only after a session that lasted', async () => {
    const sessions = [new ScriptedSession(), new ScriptedSession(), new ScriptedSession()];
    const { transport, timers } = create(...sessions);
    await transport.ready();

    sessions[0]!.lose(unreachable);
    await settled();
    expect(transport.status).toMatchObject({ attempt: 1 });
    timers.advance(1000);
    await transport.ready();
    sessions[1]!.lose(unreachable);
    await settled();
    expect(transport.status).toMatchObject({ attempt: 2 });
    timers.advance(2000);
    await transport.ready();
    timers.advance(5000);
    sessions[2]!.lose(unreachable);
    await settled();

    expect(transport.status).toMatchObject({ attempt: 1 });
    await transport.close();
  });

  it('tries at once when told to, and leaves no timer behind', async () => {
    const { transport, timers, attempts } = create(refused, new ScriptedSession());
    await settled();

    transport.retryNow();
    await transport.ready();
    transport.retryNow();

    expect([attempts(), timers.pending]).toEqual([2, false]);
    await transport.close();
  });

  it('subscribes on every session and reports each confirmation after it is ready', async () => {
    const sessions = [new ScriptedSession(), new ScriptedSession()];
    const { transport, timers } = create(...sessions);
    const confirmed: string[] = [];
    const wanted = subscription({ onReady: () => confirmed.push(transport.status.kind) });

    await transport.subscribe(wanted);
    await transport.ready();
    sessions[0]!.lose(unreachable);
    await settled();
    timers.advance(1000);
    await transport.ready();

    expect(sessions.map((session) => session.subscribed)).toEqual([[wanted], [wanted]]);
    expect(confirmed).toEqual(['ready', 'ready']);
    await transport.close();
  });

  it('does not bring an ended subscription back', async () => {
    const sessions = [new ScriptedSession(), new ScriptedSession()];
    const { transport, timers } = create(...sessions);
    await transport.ready();
    const kept = subscription();
    const dropped = subscription();
    await transport.subscribe(kept);
    const end = await transport.subscribe(dropped);

    await end();
    sessions[0]!.lose(unreachable);
    await settled();
    timers.advance(1000);
    await transport.ready();

    expect(sessions[0]!.ended).toEqual([dropped]);
    expect(sessions[1]!.subscribed).toEqual([kept]);
    await transport.close();
  });

  it('ends a subscription on the session that is being restored', async () => {
    const session = new ScriptedSession();
    const { transport } = create(session);
    const dropped = subscription();
    const slow = subscription();
    const original = session.subscribe.bind(session);
    vi.spyOn(session, 'subscribe').mockImplementation((each) =>
      each === slow ? new Promise(() => {}) : original(each),
    );
    const end = await transport.subscribe(dropped);
    await transport.subscribe(slow);
    await settled();

    await end();

    expect(transport.status.kind).toBe('connecting');
    expect(session.ended).toEqual([dropped]);
    await transport.close();
  });

  it('confirms a subscription made by a listener of the status once, when it stands', async () => {
    const session = new ScriptedSession();
    const { transport } = create(session);
    const confirmed: number[] = [];
    const wanted = subscription({ onReady: () => confirmed.push(session.subscribed.length) });
    const original = session.subscribe.bind(session);
    vi.spyOn(session, 'subscribe').mockImplementation(async (each) => {
      await settled();
      return await original(each);
    });
    transport.onStatus(({ kind }) => {
      if (kind === 'ready') void transport.subscribe(wanted);
    });

    await transport.ready();
    await settled();
    await settled();

    expect(confirmed).toEqual([1]);
    await transport.close();
  });

  it('goes on reconnecting when a listener throws, and lets the error surface', async () => {
    const first = new ScriptedSession();
    const { transport, timers } = create(first, new ScriptedSession());
    const surfacing: (() => void)[] = [];
    vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((callback) => {
      surfacing.push(callback);
    });
    const stop = transport.onStatus(({ kind }) => {
      throw new Error(`a bug at ${kind}`);
    });

    await transport.ready();
    first.lose(unreachable);
    await settled();
    timers.advance(1000);
    await transport.ready();
    stop();
    vi.restoreAllMocks();

    expect(surfacing).toHaveLength(3);
    for (const surface of surfacing) expect(surface).toThrow(/^a bug at (ready|retrying)$/);
    await transport.close();
  });

  it('tells the caller when the broker refuses one subscription, and keeps the connection', async () => {
    const session = new ScriptedSession();
    session.refuseSubscription = refused;
    const { transport } = create(session);
    await transport.ready();

    await expect(transport.subscribe(subscription())).rejects.toBe(refused);

    expect(transport.status.kind).toBe('ready');
    await transport.close();
  });

  it('keeps a subscription whose session is lost while it is being established', async () => {
    const sessions = [new ScriptedSession(), new ScriptedSession()];
    const { transport, timers } = create(...sessions);
    await transport.ready();
    const wanted = subscription();
    vi.spyOn(sessions[0]!, 'subscribe').mockImplementation(async () => {
      sessions[0]!.lose(unreachable);
      await settled();
      throw unreachable;
    });

    await transport.subscribe(wanted);
    timers.advance(1000);
    await transport.ready();

    expect(sessions[1]!.subscribed).toEqual([wanted]);
    await transport.close();
  });

  it('shows a refusal to restore a subscription as the state of the connection', async () => {
    const session = new ScriptedSession();
    session.refuseSubscription = refused;
    const { transport } = create(session);

    await transport.subscribe(subscription());
    await settled();

    expect(transport.status).toMatchObject({ kind: 'refused', error: 'wrong password' });
    expect(session.closed).toBe(true);
    await transport.close();
  });

  it('sends nothing while it is not connected, and says why', async () => {
    const { transport } = create(unreachable, refused);
    const early = transport.broadcast('celery.pidbox', request);
    await expect(early).rejects.toThrow(
      new BrokerUnreachableError(
        'The request was not sent: the connection to amqp://user:***@broker:5672// is not established yet.',
      ),
    );
    await settled();

    await expect(transport.broadcast('celery.pidbox', request)).rejects.toThrow(
      new BrokerUnreachableError('The request was not sent: nobody there'),
    );
    transport.retryNow();
    await settled();
    await expect(transport.openReplyQueue(() => {})).rejects.toThrow(
      new BrokerRefusedError('The request was not sent: wrong password'),
    );

    await transport.close();
  });

  it('gives up waiting with the reason of the broker when its signal aborts', async () => {
    const { transport } = create(refused);
    const abort = new AbortController();
    const ready = transport.ready(abort.signal);
    await settled();

    abort.abort();

    await expect(ready).rejects.toThrow(refused);
    await transport.close();
  });

  it.each(['opening', 'waiting', 'ready'])('closes while it is %s', async (moment) => {
    const session = new ScriptedSession();
    const { transport, timers } = create(
      ...(moment === 'opening' ? [] : [moment === 'ready' ? session : unreachable]),
    );
    await settled();

    await Promise.all([transport.close(), transport.close()]);

    expect(transport.status).toEqual({ kind: 'closed' });
    expect(timers.pending).toBe(false);
    expect(session.closed).toBe(moment === 'ready');
    await expect(transport.ready()).rejects.toThrow(/has been closed/);
  });

  it('closes a session that opens after it was told to close', async () => {
    const session = new ScriptedSession();
    const { transport } = create(session);

    await transport.close();

    expect(session.closed).toBe(true);
    expect(transport.status).toEqual({ kind: 'closed' });
  });
});
