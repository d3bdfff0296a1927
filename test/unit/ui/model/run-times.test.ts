import { describe, expect, it } from 'vitest';
import type { Event } from '../../../../src/protocol/event.ts';
import { State } from '../../../../src/state/state.ts';
import { RunTimes } from '../../../../src/ui/model/run-times.ts';

function succeed(state: State, name: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const uuid = `${name}${state.eventCount}`;
    const event = { uuid, hostname: 'w1', timestamp: 1, local_received: 1, clock: state.eventCount };
    state.event({ ...event, type: 'task-received', name } as unknown as Event);
    state.event({ ...event, type: 'task-succeeded', runtime: n + 1 } as unknown as Event);
  }
}

describe('RunTimes', () => {
  it('claims nothing of a type of which too few have finished', () => {
    const state = new State();
    succeed(state, 'few', 19);
    succeed(state, 'many', 100);
    const times = new RunTimes(state, () => 0);

    expect([times.p99('few'), times.p99('many')]).toEqual([undefined, 99]);
  });

  it('measures a type again only after a while', () => {
    const state = new State();
    let now = 0;
    const times = new RunTimes(state, () => now);
    times.p99('a');
    succeed(state, 'a', 100);
    now = 4_999;
    expect(times.p99('a')).toBeUndefined();

    now = 5_000;
    expect(times.p99('a')).toBe(99);
  });

  it('forgets the types measured longest ago beyond a thousand', () => {
    const state = new State();
    const times = new RunTimes(state, () => 0);
    for (const name of ['oldest', 'kept']) times.p99(name);
    for (let n = 0; n < 999; n += 1) times.p99(`other${n}`);
    succeed(state, 'oldest', 100);
    succeed(state, 'kept', 100);

    expect([times.p99('kept'), times.p99('oldest')]).toEqual([undefined, 99]);
  });
});
