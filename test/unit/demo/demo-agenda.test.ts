import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../src/demo/demo-agenda.ts';
import { ManualTimers, startMs } from './simulated-cluster.ts';

const start = startMs / 1000;

describe('Agenda', () => {
  it('runs in the order of the times, each at its own', () => {
    const timers = new ManualTimers();
    const agenda = new Agenda(timers, 0);
    const ran: string[] = [];
    for (const delay of [3, 1, 2.5, 1]) {
      agenda.after(delay, () => ran.push(`${delay}@${(agenda.now - start).toFixed(2)}`));
    }
    timers.advance(10_000);
    expect(ran).toEqual(['1@1.00', '1@1.00', '2.5@2.50', '3@3.00']);
  });

  it('plays its history within the first second, then keeps to the real time', () => {
    const timers = new ManualTimers();
    const agenda = new Agenda(timers, 40);
    const beats: number[] = [];
    agenda.every(10, () => beats.push(Math.round(agenda.now - start)));
    timers.advance(1000);
    expect(beats).toEqual([-30, -20, -10, 0]);
    expect(agenda.catchingUp).toBe(false);
    timers.advance(20_000);
    expect(beats.slice(4)).toEqual([10, 20]);
  });

  it('does not run what was cancelled', () => {
    const timers = new ManualTimers();
    const agenda = new Agenda(timers, 0);
    const ran: number[] = [];
    const appointments = [5, 4, 3, 2, 1].map((delay) => agenda.after(delay, () => ran.push(delay)));
    agenda.cancel(appointments[3]);
    agenda.cancel(appointments[0]);
    agenda.cancel(appointments[0]);
    timers.advance(10_000);
    expect(ran).toEqual([1, 3, 4]);
    expect(agenda.size).toBe(0);
  });

  it('puts everything off after a sleep instead of catching up', () => {
    const clock = { nowMs: startMs, callback: (): void => {} };
    const after = (_delayMs: number, callback: () => void): (() => void) => {
      clock.callback = callback;
      return () => {};
    };
    const agenda = new Agenda({ nowMs: () => clock.nowMs, after }, 0);
    let beats = 0;
    agenda.every(2, () => {
      beats += 1;
    });
    clock.nowMs += 3_600_000;
    clock.callback();
    expect(beats).toBe(1);
  });

  it('leaves no timer when it is stopped, and takes nothing more', () => {
    const timers = new ManualTimers();
    const agenda = new Agenda(timers, 0);
    agenda.every(1, () => {});
    agenda.stop();
    agenda.after(1, () => {});
    expect(timers.pending).toBe(0);
    expect(agenda.size).toBe(0);
  });
});
