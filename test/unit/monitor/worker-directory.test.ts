import { describe, expect, it } from 'vitest';
import { WorkerDirectory, type WorkerDirectoryOptions } from '../../../src/monitor/worker-directory.ts';
import type { Event } from '../../../src/protocol/event.ts';

interface Fixture {
  readonly directory: WorkerDirectory;
  readonly clock: { now: number };
  readonly told: string[];
  event(type: string, hostname: unknown, fields?: Partial<Event>): void;
}

function fixture(options: WorkerDirectoryOptions = {}): Fixture {
  const clock = { now: 1000 };
  const told: string[] = [];
  const directory = new WorkerDirectory({
    now: () => clock.now,
    onSight: (hostname) => told.push(`sight ${hostname}`),
    onLeave: (hostname) => told.push(`leave ${hostname}`),
    onReturn: (hostname) => told.push(`return ${hostname}`),
    ...options,
  });
  return {
    directory,
    clock,
    told,
    event: (type, hostname, fields = {}) =>
      directory.noteEvent({ type, hostname, timestamp: clock.now, ...fields } as Event, clock.now),
  };
}

const beat = {
  freq: 2,
  active: 1,
  processed: 7,
  loadavg: [1, 2, 3],
  pid: 5,
  sw_ident: 'py-celery',
  sw_ver: '5.6.3',
};

describe('WorkerDirectory', () => {
  it('reads a heartbeat', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'celery@w1', { ...beat, timestamp: 999.5 });
    clock.now = 1001;

    expect(directory.get('celery@w1')).toMatchObject({
      status: 'online',
      lastBeat: 1000,
      beatAge: 1,
      drift: 0.5,
      activeCount: 1,
      processed: 7,
      loadavg: [1, 2, 3],
      pid: 5,
      software: 'py-celery 5.6.3',
      sendsTaskEvents: false,
      answers: undefined,
    });
    expect(told).toEqual(['sight celery@w1']);
  });

  it('goes from online to late to offline as heartbeats stay away', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'w', beat);

    const seen = [0, 2.9, 3.1, 3.9, 4.1].map((seconds) => {
      clock.now = 1000 + seconds;
      directory.tick();
      return directory.get('w')?.status;
    });

    expect(seen).toEqual(['online', 'online', 'late', 'late', 'offline']);
    expect(directory.get('w')).toMatchObject({ offlineSince: 1004, wasActive: 1, activeCount: undefined });
    expect(told).toEqual(['sight w', 'leave w']);
  });

  it('takes the short heartbeat that answers a request without losing the load figures', () => {
    const { directory, event, clock } = fixture();
    event('worker-heartbeat', 'w', beat);
    event('worker-heartbeat', 'w', { freq: 5 });
    clock.now = 1002;
    directory.tick();

    expect(directory.get('w')).toMatchObject({ status: 'online', activeCount: 1, processed: 7 });
  });

  it('does not wait for another heartbeat of a worker that only answered a request for one', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'w', { freq: 5, sw_ident: 'py-celery' });
    clock.now = 1100;
    directory.tick();

    expect(directory.get('w')).toMatchObject({
      status: 'online',
      lastBeat: undefined,
      software: 'py-celery',
    });
    expect(told).toEqual(['sight w']);
  });

  it('takes task events for signs of life, and for a return after its heartbeats ran out', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'w', beat);
    clock.now = 1003.5;
    event('task-started', 'w');
    clock.now = 1007;
    directory.tick();
    expect(directory.get('w')?.offlineSince).toBeUndefined();

    clock.now = 1008;
    directory.tick();
    expect(directory.get('w')?.status).toBe('offline');

    event('task-succeeded', 'w');
    expect(directory.get('w')?.status).toBe('online');
    expect(told).toEqual(['sight w', 'leave w', 'return w']);
  });

  it('does not revive a worker that said goodbye by events that were still under way', () => {
    const { directory, event } = fixture();
    event('worker-online', 'w', beat);
    event('worker-offline', 'w', beat);
    event('task-succeeded', 'w');
    event('worker-heartbeat', 'w', { freq: 5 });

    expect(directory.get('w')?.status).toBe('offline');
  });

  it('is busy when every slot is used', () => {
    const { directory, event } = fixture();
    event('worker-heartbeat', 'w', { ...beat, active: 2 });
    directory.noteInspection('w', 'stats', {
      value: { concurrency: 2 } as never,
      fetchedAt: 1000,
    });

    expect(directory.get('w')).toMatchObject({ status: 'busy', slots: 2 });
  });

  it('is silent when a request was left unanswered, until it answers again', () => {
    const { directory, event } = fixture();
    event('worker-heartbeat', 'w', beat);

    directory.noteAnswer('w', false);
    expect(directory.get('w')?.status).toBe('silent');

    directory.noteAnswer('w', true);
    expect(directory.get('w')?.status).toBe('online');
  });

  it('keeps the row of a worker that left for ten minutes', () => {
    const { directory, event, clock } = fixture();
    event('worker-online', 'w', beat);
    event('worker-offline', 'w', beat);

    clock.now += 599;
    directory.tick();
    expect(directory.get('w')).toMatchObject({ status: 'offline', goneFor: 599, wasActive: 1 });
    expect(directory.online()).toEqual([]);

    clock.now += 1;
    expect(directory.tick()).toBe(true);
    expect(directory.get('w')).toBeUndefined();
  });

  it('gives a worker whose row is gone a new one when a task of it is told of, also when no other was since', () => {
    const { directory, event, clock, told } = fixture();
    event('task-started', 'w');
    event('worker-offline', 'w', beat);
    clock.now += 600;
    directory.tick();
    event('task-started', 'w');

    expect(directory.get('w')).toMatchObject({ status: 'online', lastSeen: 1600 });
    expect(told).toEqual(['sight w', 'leave w', 'sight w']);
  });

  it('tells of a worker that comes back', () => {
    const { event, told, directory } = fixture();
    event('worker-online', 'w', beat);
    event('worker-offline', 'w', beat);
    event('worker-online', 'w', beat);

    expect(told).toEqual(['sight w', 'leave w', 'return w']);
    expect(directory.get('w')).toMatchObject({
      status: 'online',
      offlineSince: undefined,
      wasActive: undefined,
    });
  });

  it('lets nobody die of our own deafness, and gives everybody a whole window afterwards', () => {
    const { directory, event, clock } = fixture();
    event('worker-heartbeat', 'w', beat);
    clock.now = 1001;
    directory.deaf(1001);

    clock.now = 1060;
    expect(directory.tick()).toBe(false);
    expect(directory.get('w')).toMatchObject({ status: 'online', beatAge: 1 });

    directory.listening(1060);
    clock.now = 1063;
    directory.tick();
    expect(directory.get('w')?.offlineSince).toBeUndefined();

    clock.now = 1065;
    directory.tick();
    expect(directory.get('w')?.status).toBe('offline');
  });

  it('gives everybody a whole window after this process stood still', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'w', beat);
    directory.tick();
    clock.now = 1600;
    directory.tick();
    expect(directory.get('w')?.status).toBe('online');

    clock.now = 1603.9;
    directory.tick();
    expect(told).toEqual(['sight w']);

    clock.now = 1604.1;
    directory.tick();
    expect(told).toEqual(['sight w', 'leave w']);
  });

  it('does not take its own standing still for the end of a lost connection', () => {
    const { directory, event, clock } = fixture();
    event('worker-heartbeat', 'w', beat);
    directory.tick();
    directory.deaf(1000);
    clock.now = 1600;
    directory.tick();

    expect(directory.get('w')).toMatchObject({ status: 'online', beatAge: 0 });
  });

  it('tells of a return by a plain heartbeat, or by an answer, after heartbeats ran out', () => {
    const { directory, event, clock, told } = fixture();
    event('worker-heartbeat', 'w', beat);
    clock.now = 1005;
    directory.tick();
    event('worker-heartbeat', 'w', beat);
    event('worker-heartbeat', 'w', beat);
    clock.now = 1010;
    directory.tick();
    directory.noteAnswer('w', true);

    expect(told).toEqual(['sight w', 'leave w', 'return w', 'leave w', 'return w']);
  });

  it('takes an answer for a sign of life: a solo worker stops beating while a task blocks it', () => {
    const { directory, event, clock } = fixture();
    event('worker-heartbeat', 'w', beat);
    clock.now = 1010;
    directory.tick();
    expect(directory.get('w')?.status).toBe('offline');

    directory.noteAnswer('w', true);

    expect(directory.get('w')?.status).toBe('online');
    clock.now = 1013;
    directory.tick();
    expect(directory.get('w')?.offlineSince).toBeUndefined();
  });

  it('does not revive a worker that said goodbye by an answer that was still under way', () => {
    const { directory, event } = fixture();
    event('worker-online', 'w', beat);
    event('worker-offline', 'w', beat);

    directory.noteAnswer('w', true);

    expect(directory.get('w')?.status).toBe('offline');
  });

  it('counts what ended in the last minute', () => {
    const { directory, event, clock } = fixture();
    for (const type of ['task-succeeded', 'task-succeeded', 'task-failed', 'task-started', 'task-retried'])
      event(type, 'w');

    expect(directory.get('w')).toMatchObject({ doneInMinute: 3, failedInMinute: 1, sendsTaskEvents: true });
    clock.now += 60;
    expect(directory.get('w')).toMatchObject({ doneInMinute: 0, failedInMinute: 0 });
  });

  it('takes no sender of task-sent for a worker', () => {
    const { directory, event } = fixture();
    event('task-sent', 'gen1@host');

    expect(directory.size).toBe(0);
  });

  it('finds a worker that only answers', () => {
    const { directory } = fixture();
    directory.noteAnswer('celery@quiet', true);

    expect(directory.get('celery@quiet')).toMatchObject({
      status: 'online',
      answers: true,
      lastBeat: undefined,
    });
  });

  it('stays within its limit, forgetting the one not heard of for longest', () => {
    const { directory, event } = fixture({ maxWorkers: 3 });
    event('worker-heartbeat', 'a', beat);
    event('worker-heartbeat', 'b', beat);
    event('worker-heartbeat', 'a', beat);
    for (let n = 0; n < 2; n += 1) event('worker-heartbeat', `new${n}`, beat);

    expect(directory.all().map(({ hostname }) => hostname)).toEqual(['a', 'new0', 'new1']);
  });

  it.each([undefined, null, '', 7, {}, 'x'.repeat(256)])('ignores %s for a name', (hostname) => {
    const { directory, event } = fixture();
    event('worker-heartbeat', hostname, beat);
    event('task-started', hostname);

    expect(directory.size).toBe(0);
  });

  it('survives fields of any type', () => {
    const { directory, event, clock } = fixture();
    const odd: unknown[] = [null, {}, [], 'x', -1, Number.NaN, 1e300, [[]], '9'.repeat(1000)];
    for (const value of odd) {
      const fields = {
        freq: value,
        active: value,
        processed: value,
        loadavg: value,
        pid: value,
        sw_ident: value,
      };
      event('worker-heartbeat', 'w', { ...fields, timestamp: value } as Partial<Event>);
    }
    clock.now += 3600 * 3;
    directory.tick();

    expect(directory.all()).toHaveLength(1);
  });
});
