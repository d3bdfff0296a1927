import { describe, expect, it } from 'vitest';
import { Polaroid, type PolaroidOptions } from '../../../src/camera/polaroid.ts';
import { State } from '../../../src/state/state.ts';
import { ManualTimers } from '../../support/manual-timers.ts';

function event(uuid: string): { type: string; [field: string]: unknown } {
  return { type: 'task-succeeded', uuid, hostname: 'w1', timestamp: 1, local_received: 1, clock: 1 };
}

/** A polaroid whose shots are noted by the time, in seconds since it began. */
function installed(options: PolaroidOptions = {}): {
  timers: ManualTimers;
  state: State;
  shots: number[];
  polaroid: Polaroid;
} {
  const timers = new ManualTimers();
  const began = timers.nowMs();
  const state = new State();
  const shots: number[] = [];
  const polaroid = new Polaroid(state, { timers, ...options });
  polaroid.shutterSignal.connect(() => shots.push((timers.nowMs() - began) / 1000));
  polaroid.install();
  return { timers, state, shots, polaroid };
}

describe('Polaroid', () => {
  it('takes the first shot after one period and then one each period, every second unless told otherwise', () => {
    const { timers, shots } = installed();
    const slower = installed({ freq: 2.5 });

    timers.advance(3_999);
    slower.timers.advance(8_000);

    expect(shots).toEqual([1, 2, 3]);
    expect(slower.shots).toEqual([2.5, 5, 7.5]);
  });

  it('takes one shot in seven seconds with a maxrate of 1/m, as Celery does', () => {
    const { timers, shots } = installed({ maxrate: '1/m' });

    timers.advance(7_000);
    expect(shots).toEqual([1]);

    timers.advance(60_000);
    expect(shots).toEqual([1, 61]);
  });

  it.each([
    ['1/s', [1, 2, 3, 4, 5, 6]],
    ['30/m', [1, 3, 5]],
    ['1200/h', [1, 4]],
    ['0.5', [1, 3, 5]],
  ])('lets %s of one shot a second through', (maxrate, expected) => {
    const { timers, shots } = installed({ maxrate });

    timers.advance(6_500);

    expect(shots).toEqual(expected);
  });

  it.each(['0', '0/m', '10/d', 'often', '-1/s', ''])('refuses %j for a maxrate', (maxrate) => {
    expect(() => new Polaroid(new State(), { maxrate })).toThrow('maxrate is N/s, N/m or N/h above 0');
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a period of %s', (freq) => {
    expect(() => new Polaroid(new State(), { freq })).toThrow('freq is a number of seconds above 0');
  });

  it('clears after each shot, also after one that the rate did not allow', () => {
    const seen: number[] = [];
    const camera = { clearAfter: true, onShutter: (state: State) => seen.push(state.eventCount) };
    const { timers, state } = installed({ camera, maxrate: '1/m' });

    state.event(event('a'));
    timers.advance(1_000);
    expect([seen, state.eventCount, state.tasks.size]).toEqual([[1], 0, 0]);

    state.event(event('b'));
    timers.advance(1_000);
    expect([seen, state.eventCount, state.tasks.size]).toEqual([[1], 0, 0]);
  });

  it('keeps what it has seen without clearAfter', () => {
    const seen: number[] = [];
    const { timers, state } = installed({ camera: ({ eventCount }) => seen.push(eventCount) });

    state.event(event('a'));
    timers.advance(2_000);

    expect(seen).toEqual([1, 1]);
  });

  it('shows a state that stands still, and takes in afterwards what came meanwhile', () => {
    const seen: number[] = [];
    const { timers, state } = installed({
      camera: (shown) => {
        shown.event(event('b'));
        seen.push(shown.tasks.size);
      },
    });

    state.event(event('a'));
    timers.advance(1_000);

    expect(seen).toEqual([1]);
    expect(state.tasks.size).toBe(2);
  });

  it('cleans up in its own time, an hour unless told otherwise', () => {
    const cleanups: string[] = [];
    const camera = { onShutter: () => undefined, onCleanup: () => cleanups.push('camera') };
    const { timers, polaroid } = installed({ camera, freq: 1000 });
    polaroid.cleanupSignal.connect(() => cleanups.push('listener'));

    timers.advance(3_599_999);
    expect(cleanups).toEqual([]);
    timers.advance(1);
    expect(cleanups).toEqual(['listener', 'camera']);
    timers.advance(3_600_000);
    expect(cleanups).toHaveLength(4);
  });

  it('waits for the promise of a shot before it takes the next, a period later', async () => {
    const dones: (() => void)[] = [];
    const { timers, shots } = installed({ camera: () => new Promise<void>((done) => dones.push(done)) });

    timers.advance(5_000);
    expect(shots).toEqual([1]);

    dones[0]?.();
    await new Promise(setImmediate);
    timers.advance(1_000);
    expect(shots).toEqual([1, 6]);
  });

  it('tells what a shot throws or rejects with, and goes on', async () => {
    const errors: string[] = [];
    let shot = 0;
    const { timers } = installed({
      camera: () => {
        shot += 1;
        if (shot === 1) throw new Error('thrown');
        return Promise.reject(new Error('rejected'));
      },
      onError: (error, work) => errors.push(`${work} ${error}`),
    });

    timers.advance(1_000);
    timers.advance(1_000);
    await new Promise(setImmediate);
    timers.advance(1_000);
    await new Promise(setImmediate);

    expect(errors).toEqual(['shutter Error: thrown', 'shutter Error: rejected', 'shutter Error: rejected']);
  });

  it('takes the shot though a listener throws', () => {
    const errors: unknown[] = [];
    let shots = 0;
    const { timers, polaroid } = installed({
      camera: () => {
        shots += 1;
      },
      onError: (error) => errors.push(error),
    });
    const stop = polaroid.shutterSignal.connect(() => {
      throw new Error('deaf');
    });

    timers.advance(1_000);
    stop();
    timers.advance(1_000);

    expect(shots).toBe(2);
    expect(errors).toEqual([new Error('deaf')]);
  });

  it('takes one last shot when it is cancelled, after the one under way, and leaves no timer', async () => {
    const order: string[] = [];
    let done: () => void = () => undefined;
    const { timers, polaroid } = installed({
      camera: async () => {
        order.push('begun');
        await new Promise<void>((resolve) => {
          done = resolve;
        });
        order.push('done');
      },
    });

    timers.advance(1_000);
    const cancelled = polaroid.cancel();
    done();
    await new Promise(setImmediate);
    done();
    await cancelled;

    expect(order).toEqual(['begun', 'done', 'begun', 'done']);
    expect(timers.pendingCount).toBe(0);
  });

  it('drops the last shot where the rate does not allow it, and where nobody wants it', async () => {
    const limited = installed({ maxrate: '1/m' });
    const unwanted = installed();

    limited.timers.advance(1_500);
    await limited.polaroid.cancel();
    await unwanted.polaroid.cancel({ lastCapture: false });

    expect([limited.shots, unwanted.shots]).toEqual([[1], []]);
  });

  it('is a class to extend, as in Celery', () => {
    const timers = new ManualTimers();
    const state = new State();
    const seen: number[] = [];
    class Cam extends Polaroid {
      override clearAfter = true;
      override onShutter({ eventCount }: State): void {
        seen.push(eventCount);
      }
    }

    new Cam(state, { timers }).install();
    state.event(event('a'));
    timers.advance(2_000);

    expect(seen).toEqual([1, 0]);
  });
});
