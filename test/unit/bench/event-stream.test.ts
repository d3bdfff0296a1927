import { describe, expect, it } from 'vitest';
import { EventStream, type WireMessage } from '../../bench/event-stream.ts';
import { pythonJson } from '../../bench/event-text.ts';

const now = 1_795_000_000.25;

type Wire = Readonly<Record<string, unknown>> & { readonly type: string; readonly uuid: string };

function eventsOf({ body }: WireMessage): Wire[] {
  return JSON.parse(body.toString('latin1')) as Wire[];
}

function taken(stream: EventStream, messages: number): Wire[] {
  return Array.from({ length: messages }, () => eventsOf(stream.next(now))).flat();
}

describe('the events of the bench', () => {
  it("are on the wire as Celery's are: its fields in its order, in Python's JSON", () => {
    const stream = new EventStream({ shape: 'reference', listLength: 24 });
    const text = stream.next(now).body.toString('latin1');

    expect(text).toMatch(
      /^\[\{"hostname": "celery@worker-2\.example\.org", "utcoffset": 0, "pid": 1200, "clock": 1\d{8}, "uuid": "[0-9a-f-]{36}", "name": "app\.[a-z_.]+", "args": "/,
    );
    expect(Object.keys(JSON.parse(text)[0])).toEqual(
      'hostname utcoffset pid clock uuid name args kwargs root_id parent_id retries eta expires timestamp type'.split(
        ' ',
      ),
    );
    // What is written over its marks is what a parser reads, so nothing else can have changed.
    expect(text).not.toMatch(/[@#%^~]{2}/);
  });

  it('have the reference shape: 30 bytes of args, 40 of kwargs, 30 of result', () => {
    const stream = new EventStream({ shape: 'reference', listLength: 24 });
    const events = taken(stream, 40);
    const lengths = (field: string): unknown[] => [
      ...new Set(
        events.flatMap((event) => (event[field] === undefined ? [] : [String(event[field]).length])),
      ),
    ];

    expect(['args', 'kwargs', 'result'].map(lengths)).toEqual([[30], [40], [30]]);
  });

  it.each(['reference', 'mixed'] as const)('tell the life of every task in order, of shape %s', (shape) => {
    const stream = new EventStream({ shape, listLength: 5 });
    const events = taken(stream, 2_000);
    for (const message of stream.rest(now)) events.push(...eventsOf(message));
    const lives = new Map<string, string[]>();
    for (const { uuid, type } of events)
      lives.set(uuid, [...(lives.get(uuid) ?? []), type.slice('task-'.length)]);

    const ends = shape === 'reference' ? ['succeeded'] : ['failed', 'retried', 'succeeded'];
    expect([...new Set([...lives.values()].map((life) => life.join()))].sort()).toEqual(
      ends.map((end) => `received,started,${end}`),
    );
    expect(lives.size).toBe(stream.tasks);
    expect(events.length).toBe(stream.events);
  });

  it('are of eight workers whose clocks only grow', () => {
    const stream = new EventStream({ shape: 'reference', listLength: 1 });
    const clocks = new Map<unknown, number>();
    for (const { hostname, clock } of taken(stream, 500)) {
      expect(clock).toBeGreaterThan(clocks.get(hostname) ?? 0);
      clocks.set(hostname, Number(clock));
    }

    expect(clocks.size).toBe(8);
  });

  it('share no argument and no result between two tasks', () => {
    const events = taken(new EventStream({ shape: 'reference', listLength: 24 }), 500);
    const ofOneWorker = events.filter(({ hostname }) => String(hostname).includes('worker-1.'));
    for (const field of ['args', 'kwargs', 'result', 'runtime']) {
      const values = ofOneWorker.flatMap((event) => (event[field] === undefined ? [] : [event[field]]));
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('end with a task that is newer than all others', () => {
    const stream = new EventStream({ shape: 'mixed', listLength: 24 });
    const before = taken(stream, 20).map(({ clock }) => Number(clock));
    const [marker] = eventsOf(stream.marker('app.last', now));

    expect(marker).toMatchObject({ type: 'task-received', name: 'app.last' });
    expect(marker?.['clock']).toBeGreaterThan(Math.max(...before));
  });

  it('come with heartbeats that count what was started', () => {
    const stream = new EventStream({ shape: 'reference', listLength: 24 });
    const started = taken(stream, 80).filter(({ type }) => type === 'task-started');
    const beats = [...stream.heartbeats(now)].map(({ body }) => JSON.parse(body.toString()) as Wire);

    expect(beats.length).toBe(8);
    for (const beat of beats) {
      expect(beat['processed']).toBe(started.filter(({ hostname }) => hostname === beat['hostname']).length);
    }
  });
});

describe('pythonJson', () => {
  it("has Python's separators and keeps line feeds of texts", () => {
    expect(pythonJson({ a: [1, 2.5], b: 'x\n y, z', c: null, d: {} })).toBe(
      '{"a": [1, 2.5], "b": "x\\n y, z", "c": null, "d": {}}',
    );
  });
});
