import type { Event } from '../../src/protocol/event.ts';
import { seeded } from './seeded.ts';

/** 2026-08-22T15:00:00Z, when the recording ends. */
export const recordedUntil: number = Date.UTC(2026, 7, 22, 15) / 1000;
/** Two hours of it. */
const span = 7_200;

const types = [
  ...[
    'app.mail.email',
    'shop.email',
    'app.mail.send_email',
    'app.reports.build',
    'app.text.index',
    'app.Billing.charge',
  ],
  ...['celery.chord_unlock', 'celery.backend_cleanup', 'celery.group', 'img.resize_thumbnail'],
].map((name, index) => ({ name, base: [0.4, 4, 2.5, 40, 0.05, 6, 0.01, 1, 0.2, 9][index] ?? 1 }));
/** Too few of them ever finish to say how long they take. */
const rareType = { name: 'app.rare', base: 1 };

/** w1 is also the beginning of others. The last two are gone at the end: one said so, one fell silent. */
const workers = ['w1', 'w2', 'w3', 'w10', 'w12', 'text-1', 'gone', 'silent'].map((name) => `celery@${name}`);
const goneAt = recordedUntil - 900;
const exceptions: readonly (readonly [kind: string, message: string])[] = [
  ['TimeoutError', 'read timed out'],
  ['ConnectionError', "it's refused"],
  ['ValueError', 'bad text 7'],
  ['KeyError', 'timeout_ms'],
];

type Made = Record<string, unknown> & { readonly type: string; readonly timestamp: number };

/**
 * What a monitor would have recorded of so many tasks: every state, retries, workflows, etas, senders that tell of
 * sending and others, workers that go away. The events are in the order of their times, with logical clocks; none of a
 * task is late. The same for the same seed.
 */
export function recordedEvents(tasks: number, seed: number): readonly Event[] {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const made: Made[] = heartbeats();
  const roots: { readonly uuid: string; readonly root: string }[] = [];
  for (let index = 0; index < tasks; index += 1) {
    const type = index % 900 === 0 ? rareType : pick(types);
    const uuid = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
    const parent = random() < 0.3 ? roots[roots.length - 1 - Math.floor(random() * 40)] : undefined;
    const root = parent?.root ?? uuid;
    roots.push({ uuid, root });
    made.push(...taskEvents({ random, pick, index, uuid, type, parent: parent?.uuid, root }));
  }
  return made
    .map((event, place) => ({ event, place }))
    .sort((left, right) => left.event.timestamp - right.event.timestamp || left.place - right.place)
    .map(
      ({ event }, clock) =>
        ({ utcoffset: 0, clock: clock + 1, local_received: event.timestamp, ...event }) as Event,
    );
}

function heartbeats(): Made[] {
  const beats: Made[] = [];
  for (const hostname of workers) {
    const isGone = hostname === 'celery@gone' || hostname === 'celery@silent';
    const until = isGone ? goneAt : recordedUntil;
    for (let timestamp = recordedUntil - span; timestamp <= until; timestamp += 30) {
      beats.push({
        type: 'worker-heartbeat',
        hostname,
        timestamp,
        freq: 30,
        pid: 7,
        active: 1,
        processed: 9,
      });
    }
  }
  beats.push({ type: 'worker-offline', hostname: 'celery@gone', timestamp: goneAt, freq: 30, pid: 7 });
  return beats;
}

interface Making {
  readonly random: () => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly index: number;
  readonly uuid: string;
  readonly type: { readonly name: string; readonly base: number };
  readonly parent: string | undefined;
  readonly root: string;
}

function taskEvents(making: Making): readonly Made[] {
  const { random, pick, index, uuid, type, parent, root } = making;
  const hostname = pick(workers);
  const latest = hostname === 'celery@gone' || hostname === 'celery@silent' ? goneAt - 1 : recordedUntil;
  const isFinished = random() < 0.97;
  // Well within what is usual for the type, or far beyond it: nobody's percentile has to be exact.
  const runtime = isFinished ? type.base * (0.2 + 0.8 * random()) : type.base * pick([0.05, 20]);
  const [inQueue, inWorker] = [random() * 4, random() * 4];
  const sent = latest - (isFinished ? 130 + random() * (span - 1_100) : runtime + inQueue + inWorker);
  const about = {
    uuid,
    name: type.name,
    args: pick([`(${index % 5_000},)`, `(44${index % 90}, 'x')`, `('text ${index % 7}', (44, 1))`, '()']),
    kwargs: kwargsOf(making),
    retries: 0,
    eta: random() < 0.05 ? iso(sent + 60 + random() * 9_000) : null,
    expires: random() < 0.03 ? iso(sent + pick([600, 9_000])) : null,
    root_id: root,
    parent_id: parent ?? null,
  };
  const byWorker = { uuid, hostname, pid: 100 + (index % 9) };
  const events: Made[] = [];
  if (random() < 0.6) {
    const client = { hostname: `gen${index % 3}@web`, pid: 1, queue: pick(['celery', 'mail', 'priority']) };
    events.push({
      type: 'task-sent',
      timestamp: sent,
      ...client,
      routing_key: 'out',
      exchange: '',
      ...about,
    });
    if (random() < 0.03) return events;
  }
  let at = sent + inQueue;
  const tries = isFinished && random() < 0.12 ? 1 + Math.floor(random() * 3) : 0;
  for (let retries = 0; retries <= tries; retries += 1) {
    const isLast = retries === tries;
    events.push({ type: 'task-received', timestamp: at, ...byWorker, ...about, retries });
    if (isLast && random() < 0.02) return [...events, ...instead(making, byWorker, at)];
    at += inWorker;
    events.push({ type: 'task-started', timestamp: at, ...byWorker });
    if (isLast && !isFinished) {
      return random() < 0.2
        ? [...events, { type: 'task-progress', timestamp: at + 0.1, ...byWorker, percent: 5 }]
        : events;
    }
    if (!isLast) {
      at += random() * 3;
      events.push({ type: 'task-retried', timestamp: at, ...byWorker, exception: raised(pick(exceptions)) });
      at += random() * 2;
    }
  }
  return [...events, ending(making, byWorker, at, runtime)];
}

/** Of a task that was received and never started. */
function instead({ pick }: Making, byWorker: object, at: number): readonly Made[] {
  const what = pick(['nothing', 'revoked', 'rejected'] as const);
  if (what === 'nothing') return [];
  if (what === 'rejected') return [{ type: 'task-rejected', timestamp: at + 1, ...byWorker, requeue: false }];
  return [
    { type: 'task-revoked', timestamp: at + 1, ...byWorker, terminated: false, signum: null, expired: false },
  ];
}

function ending({ random, pick, index }: Making, byWorker: object, at: number, runtime: number): Made {
  const timestamp = at + runtime;
  const dice = random();
  if (dice < 0.8) {
    const result = pick([`'stored ${index}'`, 'None', "'some text'", '42']);
    return { type: 'task-succeeded', timestamp, ...byWorker, result, runtime };
  }
  const exception = raised(pick(exceptions));
  if (dice < 0.93) {
    const traceback = `Traceback (most recent call last):\n  File "/srv/app.py", line ${index % 90}\n${exception}`;
    return {
      type: 'task-failed',
      timestamp,
      ...byWorker,
      exception,
      ...(random() < 0.9 ? { traceback } : {}),
    };
  }
  if (dice < 0.97) return { type: 'task-retried', timestamp, ...byWorker, exception };
  return { type: 'task-revoked', timestamp, ...byWorker, terminated: true, signum: 15, expired: false };
}

/** As Python's repr of a dict. */
function kwargsOf({ random, pick, index }: Making): string {
  const pairs = [`'queue': '${pick(['priority', 'default', 'Priority', 'prio'])}'`, `'n': ${index % 50}`];
  if (random() < 0.2)
    pairs.push(`'note': ${pick(['None', "'some Text'", '"it\'s text, here"', "{'queue': 'priority'}"])}`);
  return `{${random() < 0.1 ? pairs.slice(1).join(', ') : pairs.join(', ')}}`;
}

function raised([kind, message]: readonly [string, string]): string {
  return `${kind}(${message.includes("'") ? `"${message}"` : `'${message}'`})`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('Z', '+00:00');
}
