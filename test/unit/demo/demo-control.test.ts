import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/protocol/event.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

interface TaskInfo {
  readonly id: string;
  readonly name: string;
  readonly time_start: number | null;
  readonly worker_pid: number | null;
  readonly [field: string]: unknown;
}

const [web1, web2, media, reports, solo] = [
  'celery@web-1',
  'celery@web-2',
  'celery@media-1',
  'celery@reports-1',
  'celery@beat-solo',
] as const;

let demo: SimulatedCluster;

/** A cluster that has settled: its history is played and its first worker is not lost yet. */
async function settled(
  options: ConstructorParameters<typeof SimulatedCluster>[0] = {},
): Promise<SimulatedCluster> {
  demo = new SimulatedCluster(options);
  await demo.advance(3);
  return demo;
}

afterEach(() => demo.cluster.stop());

/** Waits until `hostname` runs a task called `name` and returns it. */
async function runningTask(hostname: string, name: string): Promise<TaskInfo> {
  for (let asked = 0; asked < 120; asked += 1) {
    const active = await demo.askOne<TaskInfo[]>(hostname, 'active');
    const found = active.find((task) => task.name === name && demo.now - Number(task.time_start) < 2);
    if (found) return found;
  }
  throw new Error(`${name} did not run on ${hostname}`);
}

function namesOf(events: readonly Event[]): unknown[] {
  const names = new Map(demo.ofType('task-received').map(({ uuid, name }) => [uuid, name]));
  return events.map(({ uuid }) => names.get(uuid));
}

function startsOf(name: string, since: number, hostname?: string): number {
  const started = demo
    .ofType('task-started', since)
    .filter((event) => !hostname || event.hostname === hostname);
  return namesOf(started).filter((started) => started === name).length;
}

describe('who answers', () => {
  it('is every worker, with the ticket of the request', async () => {
    await settled();
    const pong = { ok: 'pong' };
    expect(await demo.ask('ping')).toEqual({
      [web1]: pong,
      [web2]: pong,
      [media]: pong,
      [reports]: pong,
      [solo]: pong,
    });
    expect(demo.replyHeaders[0]).toEqual({ ticket: 't-1', clock: 1 });
  });

  it('is who is named, and nobody for a name that there is not', async () => {
    await settled();
    expect(Object.keys(await demo.ask('ping', {}, [media, 'celery@nobody']))).toEqual([media]);
    expect(await demo.ask('ping', {}, ['celery@nobody'])).toEqual({});
  });

  it('is everybody for an empty destination, and who is in it for a string', async () => {
    await settled();
    expect(Object.keys(await demo.ask('ping', {}, []))).toHaveLength(5);
    expect(Object.keys(await demo.ask('ping', {}, `${web1},${solo}`)).sort()).toEqual([solo, web1]);
  });

  it('is who matches a pattern', async () => {
    await settled();
    const ask = (pattern: string, matcher: string): Promise<string[]> =>
      demo.ask('ping', {}, null, { pattern, matcher }).then((replies) => Object.keys(replies).sort());
    expect(await ask('celery@web-?', 'glob')).toEqual([web1, web2]);
    expect(await ask('celery@(media|reports)', 'pcre')).toEqual([media, reports]);
    expect(await ask('*', 'nosuch')).toEqual([]);
  });

  it('is nobody for what is no request, and everybody afterwards', async () => {
    await settled();
    for (const body of [
      new Uint8Array([0x7b]),
      new Uint8Array(),
      '[]',
      '5',
      '{"arguments":{}}',
      '{"method":7}',
    ]) {
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      demo.broker.publish('celery.pidbox', '', { body: bytes });
    }
    await demo.advance(1);
    expect(Object.keys(await demo.ask('ping'))).toHaveLength(5);
  });
});

describe('errors', () => {
  it.each([
    ['nosuch', {}, "KeyError('nosuch')"],
    [
      'rate_limit',
      { task_name: 'app.orders.place' },
      'TypeError("rate_limit() missing 1 required positional argument: \'rate_limit\'")',
    ],
    [
      'rate_limit',
      {},
      "TypeError(\"rate_limit() missing 2 required positional arguments: 'task_name' and 'rate_limit'\")",
    ],
    ['rate_limit', { task_name: 'app.nope', rate_limit: '1/s' }, 'unknown task'],
    [
      'rate_limit',
      { task_name: 'app.orders.place', rate_limit: 'bogus' },
      'Invalid rate limit string: ValueError("could not convert string to float: \'bogus\'")',
    ],
    ['rate_limit', { task_name: 'app.orders.place', rate_limit: '1/x' }, "KeyError('x')"],
    ['time_limit', { task_name: 'app.nope', soft: 1, hard: 2 }, 'unknown task'],
    [
      'enable_events',
      { bogus: 1 },
      'TypeError("enable_events() got an unexpected keyword argument \'bogus\'")',
    ],
    ['revoke', {}, 'TypeError("revoke() missing 1 required positional argument: \'task_id\'")'],
    [
      'terminate',
      { signal: 'NOSIG', task_id: ['x'] },
      "AttributeError(\"module 'signal' has no attribute 'SIGNOSIG'\")",
    ],
    [
      'terminate',
      { task_id: [] },
      'TypeError("terminate() missing 1 required positional argument: \'signal\'")',
    ],
    ['revoke_by_stamped_headers', { headers: ['bad'] }, "IndexError('list index out of range')"],
    ['autoscale', { max: 4, min: 2 }, "ValueError('Autoscale not enabled')"],
    ['pool_restart', {}, "ValueError('Pool restarts not enabled')"],
    ['add_consumer', {}, 'TypeError("add_consumer() missing 1 required positional argument: \'queue\'")'],
    ['query_task', {}, 'TypeError("query_task() missing 1 required positional argument: \'ids\'")'],
    ['election', {}, "TypeError(\"election() missing 2 required positional arguments: 'id' and 'topic'\")"],
    ['pool_shrink', { n: 99 }, 'ValueError("Can\'t shrink pool. All processes busy!")'],
  ])('of %s %j are those of Celery', async (method, args, error) => {
    await settled();
    expect(await demo.askOne(web1, method, args)).toEqual({ error });
  });

  it('tell pools that cannot do it', async () => {
    await settled();
    expect(await demo.askOne(reports, 'pool_grow')).toEqual({
      error: 'pool_grow is not supported with autoscale. Adjust autoscale range instead.',
    });
    expect(await demo.askOne(web2, 'pool_grow')).toEqual({
      error: "AttributeError(\"'TaskPool' object has no attribute 'grow'\")",
    });
    expect(await demo.askOne(reports, 'autoscale', { max: 'x' })).toEqual({
      error: "TypeError(\"'<' not supported between instances of 'str' and 'int'\")",
    });
  });
});

describe('rate_limit', () => {
  it('slows that task on every worker, shows in registered, and can be taken back', async () => {
    await settled({ rate: 60 });
    const name = 'app.search.index_product';
    const before = demo.now;
    await demo.advance(30);
    expect(startsOf(name, before)).toBeGreaterThan(30);

    const replies = await demo.ask('rate_limit', { task_name: name, rate_limit: '6/m' });
    expect(replies[web1]).toEqual({ ok: 'new rate limit set successfully' });
    expect(await demo.askOne<string[]>(web1, 'registered')).toContain(`${name} [rate_limit=6/m]`);
    const limited = demo.now;
    await demo.advance(60);
    const perWorker = [web1, web2].map((hostname) => startsOf(name, limited, hostname));
    expect(Math.min(...perWorker)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...perWorker)).toBeLessThanOrEqual(8);
    expect(startsOf('app.webhooks.deliver', limited)).toBeGreaterThan(20);

    const freed = await demo.ask('rate_limit', { task_name: name, rate_limit: 0 });
    expect(freed[web1]).toEqual({ ok: 'rate limit disabled successfully' });
    const free = demo.now;
    await demo.advance(60);
    expect(startsOf(name, free)).toBeGreaterThan(60);
  });
});

describe('time_limit', () => {
  it('fails what runs longer, and kills its process', async () => {
    await settled();
    const name = 'app.video.transcode';
    expect(await demo.askOne(media, 'time_limit', { task_name: name, hard: 2, soft: null })).toEqual({
      ok: 'time limits set successfully',
    });
    const since = demo.now;
    await demo.until(() => startsOf(name, since, media) >= 3);
    await demo.advance(3);
    const ids = new Set(demo.ofType('task-started', since).map(({ uuid }) => uuid));
    const failed = demo
      .ofType('task-failed', since)
      .filter((event) => ids.has(event.uuid) && event.hostname === media);
    const cut = failed.filter((event) =>
      String(event['traceback']).endsWith('TimeLimitExceeded: TimeLimitExceeded(2,)\n'),
    );
    expect(cut.length).toBeGreaterThanOrEqual(2);
    expect(namesOf(cut).every((cutName) => cutName === name)).toBe(true);
    const succeeded = demo.ofType('task-succeeded', since).filter(({ uuid }) => ids.has(uuid));
    expect(namesOf(succeeded)).not.toContain(name);
  });

  it('raises SoftTimeLimitExceeded inside the task for a soft one', async () => {
    await settled();
    await demo.ask('time_limit', { task_name: 'app.video.transcode', soft: 1, hard: 30 });
    const since = demo.now;
    const failed = await demo.until(() =>
      demo.ofType('task-failed', since).find((event) => event['exception'] === 'SoftTimeLimitExceeded()'),
    );
    expect(failed['traceback']).toContain('/srv/app/video/tasks.py');
  });
});

describe('revoke', () => {
  it('keeps a task that waits for its eta from ever starting', async () => {
    await settled();
    const [waiting] = await findScheduled();
    const id = String(waiting?.id);
    const replies = await demo.ask('revoke', { task_id: [id] });
    expect(Object.values(replies)).toEqual(Array(5).fill({ ok: `tasks {'${id}'} flagged as revoked` }));
    expect(await demo.askOne(media, 'revoked')).toContain(id);
    const revoked = await demo.until(() => demo.ofType('task-revoked').find(({ uuid }) => uuid === id));
    expect(revoked).toMatchObject({ terminated: false, signum: null, expired: false });
    await demo.advance(30);
    expect(demo.ofType('task-started').map(({ uuid }) => uuid)).not.toContain(id);
  });

  it('with terminate kills what runs, where it runs, and says so', async () => {
    await settled();
    const { id, worker_pid: pid } = await runningTask(media, 'app.video.transcode');
    const replies = await demo.ask('revoke', { task_id: id, terminate: true, signal: 'SIGTERM' });
    expect(replies[media]).toEqual({ ok: `terminate: ${id}` });
    expect(replies[web1]).toEqual({ ok: 'terminate: tasks unknown' });
    expect(demo.ofType('task-revoked').find(({ uuid }) => uuid === id)).toMatchObject({
      hostname: media,
      terminated: true,
      signum: 15,
      expired: false,
    });
    const { pool } = await demo.askOne<{ pool: { processes: number[] } }>(media, 'stats');
    expect(pool.processes).toHaveLength(4);
    expect(pool.processes).not.toContain(pid);
    await demo.advance(60);
    expect(demo.ofType('task-succeeded').map(({ uuid }) => uuid)).not.toContain(id);
  });

  it('cannot kill in a pool of threads', async () => {
    await settled();
    await demo.ask('cancel_consumer', { queue: 'reports' }, [reports]);
    await demo.ask('add_consumer', { queue: 'reports' }, [web2]);
    const { id } = await runningTask(web2, 'app.reports.build_quarterly');
    expect(await demo.askOne(web2, 'terminate', { task_id: [id], signal: 'KILL' })).toEqual({
      error:
        'NotImplementedError("<class \'celery.concurrency.thread.TaskPool\'> does not implement kill_job")',
    });
  });

  it('goes by stamps, too', async () => {
    await settled();
    expect(await demo.askOne(web1, 'revoke_by_stamped_headers', { headers: ['tenant=acme'] })).toEqual({
      ok: "headers {'tenant': 'acme'} flagged as revoked, but not terminated",
    });
    const since = demo.now;
    await demo.advance(60);
    const onWeb1 = demo.ofType('task-revoked', since).filter(({ hostname }) => hostname === web1);
    expect(onWeb1.length).toBeGreaterThan(5);
    expect(
      demo.ofType('task-revoked', since).filter(({ hostname }) => hostname === web2).length,
    ).toBeLessThan(5);
  });
});

async function findScheduled(): Promise<{ readonly id: unknown }[]> {
  for (;;) {
    const replies = (await demo.ask('scheduled')) as Record<string, { eta: string; request: TaskInfo }[]>;
    const found = Object.values(replies)
      .flat()
      .filter(({ eta }) => Date.parse(eta) / 1000 > demo.now + 3);
    if (found.length > 0) return found.map(({ request }) => request);
  }
}

describe('the pool', () => {
  const processesOf = async (hostname: string): Promise<number> =>
    (await demo.askOne<{ pool: { processes: number[] } }>(hostname, 'stats')).pool.processes.length;

  it('grows and shrinks, and the prefetch count with it', async () => {
    await settled();
    const prefetch = async (): Promise<number> =>
      (await demo.askOne<{ prefetch_count: number }>(media, 'stats')).prefetch_count;
    expect([await processesOf(media), await prefetch()]).toEqual([4, 16]);
    expect(await demo.askOne(media, 'pool_grow', { n: 3 })).toEqual({ ok: 'pool will grow' });
    expect([await processesOf(media), await prefetch()]).toEqual([7, 28]);
    expect(await demo.askOne(media, 'pool_shrink', { n: 2 })).toEqual({ ok: 'pool will shrink' });
    expect([await processesOf(media), await prefetch()]).toEqual([5, 20]);
  });

  it('does not grow past what a machine can fork', async () => {
    await settled();
    expect(await demo.askOne(media, 'pool_grow', { n: 1e9 })).toEqual({
      error: "BlockingIOError(11, 'Resource temporarily unavailable')",
    });
    expect(await processesOf(media)).toBe(4);
  });

  it('follows the range of the autoscaler', async () => {
    await settled();
    expect(await demo.askOne(reports, 'autoscale', { max: 9, min: 8 })).toEqual({
      ok: 'autoscale now max=9 min=8',
    });
    expect(await processesOf(reports)).toBe(8);
    const { autoscaler } = await demo.askOne<{ autoscaler: unknown }>(reports, 'stats');
    expect(autoscaler).toMatchObject({ max: 9, min: 8, current: 8 });
    expect(await demo.askOne(reports, 'autoscale', { max: 3, min: null })).toEqual({
      ok: 'autoscale now max=3 min=8',
    });
    expect(await processesOf(reports)).toBeLessThan(8);
  });

  it('is scaled by load, up at once and down later', async () => {
    await settled();
    const sizes: number[] = [];
    for (let asked = 0; asked < 60; asked += 1) sizes.push(await processesOf(reports));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...sizes)).toBeGreaterThan(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6);
  });
});

describe('queues', () => {
  it('are left with cancel_consumer and taken with add_consumer', async () => {
    await settled();
    const queuesOf = async (hostname: string): Promise<string[]> =>
      (await demo.askOne<{ name: string }[]>(hostname, 'active_queues')).map(({ name }) => name);
    expect(await demo.askOne(media, 'cancel_consumer', { queue: 'media' })).toEqual({
      ok: 'no longer consuming from media',
    });
    expect(await queuesOf(media)).toEqual([]);
    await demo.advance(2);
    const left = demo.now;
    await demo.advance(30);
    expect(demo.ofType('task-received', left).map(({ hostname }) => hostname)).not.toContain(media);
    expect(startsOf('app.img.process_upload', left)).toBe(0);

    expect(await demo.askOne(web1, 'add_consumer', { queue: 'media' })).toEqual({ ok: 'add consumer media' });
    expect(await queuesOf(web1)).toEqual(['celery', 'email', 'media']);
    await demo.advance(30);
    expect(startsOf('app.img.process_upload', left, web1)).toBeGreaterThan(0);
  });

  it('show the exchange that add_consumer names', async () => {
    await settled();
    const args = {
      queue: 'extra',
      exchange: 'ex2',
      exchange_type: 'topic',
      routing_key: 'rk.#',
      queue_arguments: { 'x-max-priority': 5 },
    };
    await demo.askOne(web1, 'add_consumer', args);
    const queues = await demo.askOne<{ name: string }[]>(web1, 'active_queues');
    expect(queues.find(({ name }) => name === 'extra')).toMatchObject({
      exchange: { name: 'ex2', type: 'topic' },
      routing_key: 'rk.#',
      queue_arguments: { 'x-max-priority': 5 },
    });
  });
});

describe('events', () => {
  it('cannot be switched on workers with -E, which say so as Celery does', async () => {
    await settled();
    expect(await demo.askOne(web1, 'enable_events')).toEqual({ ok: 'task events already enabled' });
    expect(await demo.askOne(web1, 'disable_events')).toEqual({ ok: 'task events already disabled' });
    const since = demo.now;
    await demo.advance(10);
    expect(startsOf('app.search.index_product', since, web1)).toBeGreaterThan(0);
  });

  it('begin with enable_events and end with disable_events on workers without', async () => {
    await settled({ events: false });
    await demo.advance(30);
    expect(new Set(demo.events.map(({ type }) => type))).toEqual(
      new Set(['worker-online', 'worker-heartbeat']),
    );
    expect(await demo.ask('enable_events', {}, [web1])).toEqual({ [web1]: { ok: 'task events enabled' } });
    const since = demo.now;
    await demo.advance(20);
    const tasks = demo.events.filter(({ type }) => type.startsWith('task-'));
    expect(tasks.length).toBeGreaterThan(50);
    expect(new Set(tasks.map(({ hostname }) => hostname))).toEqual(new Set([web1]));
    expect(demo.ofType('task-sent', since)).toEqual([]);
    expect(await demo.askOne(web1, 'disable_events')).toEqual({ ok: 'task events disabled' });
    await demo.advance(1);
    const silent = demo.events.filter(({ type }) => type.startsWith('task-')).length;
    await demo.advance(10);
    expect(demo.events.filter(({ type }) => type.startsWith('task-')).length).toBe(silent);
  });

  it('of progress wait for enable_events, too', async () => {
    await settled({ events: false });
    await demo.advance(40);
    expect(demo.ofType('task-progress')).toEqual([]);
    await demo.ask('enable_events');
    await demo.until(() => demo.ofType('task-progress')[0]);
  });

  it('include a short heartbeat when one is asked for', async () => {
    await settled();
    expect(await demo.askOne(web1, 'heartbeat')).toBeNull();
    const short = demo.ofType('worker-heartbeat').filter(({ freq }) => freq === 5);
    expect(short.map(({ hostname, active }) => [hostname, active])).toEqual([[web1, undefined]]);
  });
});

describe('shutdown', () => {
  it('takes the worker away when its tasks have ended, and leaves its work to the others', async () => {
    await settled();
    await runningTask(media, 'app.video.transcode');
    const asked = demo.now;
    expect(await demo.ask('shutdown', {}, [media])).toEqual({});
    expect(demo.ofType('worker-offline')).toEqual([]);
    const offline = await demo.until(() => demo.ofType('worker-offline')[0]);
    expect(offline).toMatchObject({ hostname: media, active: 0 });
    const lastOfIt = demo.events.filter(({ hostname }) => hostname === media).at(-1);
    expect(lastOfIt).toBe(offline);
    expect(demo.ofType('task-received', asked + 0.1).map(({ hostname }) => hostname)).not.toContain(media);
    expect(demo.cluster.hostnames).not.toContain(media);

    await demo.ask('add_consumer', { queue: 'media' }, [web1]);
    const since = demo.now;
    await demo.advance(20);
    expect(startsOf('app.img.process_upload', since - 1, web1)).toBeGreaterThan(0);
    await demo.advance(300);
    expect(Object.keys(await demo.ask('ping'))).not.toContain(media);
  });

  it('hands what was prefetched to another worker of the queue', async () => {
    await settled();
    await demo.ask('shutdown', {}, [web2]);
    await demo.until(() => demo.ofType('worker-offline')[0]);
    const since = demo.now;
    await demo.advance(20);
    expect(startsOf('app.search.index_product', since, web1)).toBeGreaterThan(0);
    const started = new Set(demo.ofType('task-started').map(({ uuid }) => uuid));
    const received = demo
      .ofType('task-received')
      .filter(
        ({ hostname, eta, timestamp }) => hostname === web2 && eta === null && Number(timestamp) > since - 60,
      );
    const lost = received.filter(
      ({ uuid }) => !started.has(uuid) && !demo.ofType('task-revoked').some((event) => event.uuid === uuid),
    );
    expect(lost).toEqual([]);
  });
});

describe('a solo worker', () => {
  it('answers when the task that it runs has ended, and sends its events then', async () => {
    await settled();
    await demo.until(() => startsOf('app.search.reindex', 0) > 0);
    const started = demo.ofType('task-started').find((event) => namesOf([event])[0] === 'app.search.reindex');
    const message = demo.messages.find(({ body }) =>
      new TextDecoder().decode(body).includes(`${started?.uuid}", "result`.replace(', ', ',')),
    );
    const types = JSON.parse(new TextDecoder().decode(message?.body)).map(({ type }: Event) => type);
    expect(types).toEqual(['task-received', 'task-started', 'task-succeeded']);
  });
});

describe('inspection', () => {
  it('shows what is active, as Celery shows it', async () => {
    await settled();
    const task = await runningTask(media, 'app.video.transcode');
    expect(Object.keys(task)).toEqual(
      'id name args kwargs type hostname time_start acknowledged delivery_info worker_pid'.split(' '),
    );
    expect(task).toMatchObject({
      type: task.name,
      hostname: media,
      acknowledged: true,
      args: [expect.any(String)],
    });
    const found = await demo.ask('query_task', { ids: [task.id, 'no-such-id'] });
    expect(found[media]).toMatchObject({ [task.id]: ['active', { id: task.id }] });
    expect(found[web1]).toEqual({});
    const [safe] = await demo.askOne<TaskInfo[]>(media, 'active', { safe: true });
    expect(String(safe?.['args'])).toMatch(/^\(/);
  });

  it('shows what waits for a process when all are busy', async () => {
    await settled();
    await demo.askOne(web2, 'cancel_consumer', { queue: 'celery' });
    await demo.askOne(web2, 'cancel_consumer', { queue: 'email' });
    await demo.askOne(web1, 'pool_shrink', { n: 3 });
    let reserved: TaskInfo[] = [];
    for (let asked = 0; asked < 60 && reserved.length === 0; asked += 1)
      reserved = await demo.askOne(web1, 'reserved');
    expect(reserved[0]).toMatchObject({ time_start: null, acknowledged: false, worker_pid: null });
  });

  it('gives the stats of each pool', async () => {
    await settled();
    const stats = (await demo.ask('stats')) as Record<string, { pool: object; clock: unknown }>;
    const common = ['total', 'pid', 'clock', 'uptime', 'pool', 'broker', 'prefetch_count', 'rusage'];
    expect(Object.keys(stats[web1]!)).toEqual(common);
    expect(Object.keys(stats[reports]!).sort()).toEqual([...common, 'autoscaler'].sort());
    expect(stats[web1]).toMatchObject({ clock: expect.stringMatching(/^\d+$/), uptime: expect.any(Number) });
    const prefork =
      'implementation max-concurrency processes max-tasks-per-child put-guarded-by-semaphore timeouts writes';
    expect(Object.keys(stats[web1]!.pool)).toEqual(prefork.split(' '));
    expect(stats[web2]!.pool).toEqual({
      implementation: 'celery.concurrency.thread:TaskPool',
      'max-concurrency': 6,
      threads: 6,
    });
    expect(stats[solo]!.pool).toMatchObject({
      implementation: 'celery.concurrency.solo:TaskPool',
      'max-concurrency': 1,
      timeouts: [],
    });
  });

  it('counts the same in stats as in heartbeats', async () => {
    await settled();
    await demo.advance(1);
    const { total } = await demo.askOne<{ total: Record<string, number> }>(solo, 'stats');
    const sum = Object.values(total).reduce((all, count) => all + count, 0);
    const beats = demo.ofType('worker-heartbeat').filter(({ hostname }) => hostname === solo);
    expect(Math.abs(sum - Number(beats.at(-1)?.['processed']))).toBeLessThan(3);
  });

  it('lists registered tasks with the attributes that are asked for', async () => {
    await settled();
    const plain = await demo.askOne<string[]>(web1, 'registered');
    expect(plain).toContain('app.sms.send_code [rate_limit=60/m]');
    expect(plain).toEqual([...plain].sort());
    expect(plain.some((name) => name.startsWith('celery.'))).toBe(false);
    const all = await demo.askOne<string[]>(web1, 'registered', {
      builtins: true,
      taskinfoitems: ['max_retries', 'time_limit'],
    });
    expect(all).toContain('celery.chord_unlock [max_retries=3]');
    expect(all).toContain('app.reports.export_csv [max_retries=3 time_limit=20]');
  });

  it.each([
    ['clock', (value: unknown) => expect(value).toEqual({ clock: expect.any(Number) })],
    [
      'conf',
      (value: unknown) =>
        expect(value).toMatchObject({ stripe_api_key: '********', task_send_sent_event: true }),
    ],
    [
      'report',
      (value: unknown) => expect(value).toMatchObject({ ok: expect.stringContaining('celery:5.6.3') }),
    ],
    ['memsample', (value: unknown) => expect(value).toMatch(/^\d+\.\d\dMB$/)],
    ['memdump', (value: unknown) => expect(value).toMatch(/^- rss \(end\): /)],
    [
      'objgraph',
      (value: unknown) => expect(value).toEqual({ error: "ImportError('Requires the objgraph library')" }),
    ],
    ['dump_active', (value: unknown) => expect(value).toBeInstanceOf(Array)],
    ['dump_conf', (value: unknown) => expect(value).toHaveProperty('timezone')],
  ])('answers %s', async (method, check) => {
    await settled();
    check(await demo.askOne(web1, method));
  });

  it('answers hello to others only', async () => {
    await settled();
    expect(await demo.askOne(web1, 'hello', { from_node: web1 })).toBeNull();
    expect(await demo.askOne(web1, 'hello', { from_node: 'me@here' })).toEqual({
      revoked: expect.any(Object),
      clock: expect.any(Number),
    });
  });
});

describe('election', () => {
  it('is held by all and lets one of them send the task once', async () => {
    await settled();
    const action = { task: 'app.metrics.flush', args: [], kwargs: {}, options: {} };
    const since = demo.now;
    expect((await demo.ask('election', { id: 'e1', topic: 'task', action }))[web1]).toBeNull();
    expect(
      demo
        .ofType('worker-elect')
        .map(({ hostname }) => hostname)
        .sort(),
    ).toEqual([solo, media, reports, web1, web2].sort());
    expect(demo.ofType('worker-elect-ack').length).toBe(25);
    const sent = demo
      .ofType('task-sent', since)
      .filter(({ name, hostname }) => name === action.task && !/@beat$/.test(String(hostname)));
    expect(sent).toHaveLength(1);
  });
});
