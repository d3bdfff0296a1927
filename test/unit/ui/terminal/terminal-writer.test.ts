import { describe, expect, it } from 'vitest';
import { TerminalWriter, type WriteSome } from '../../../../src/ui/terminal/terminal-writer.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';

function busy(): Error {
  return Object.assign(new Error('write EAGAIN'), { code: 'EAGAIN' });
}

/** A pty with room for a few bytes; reading makes room. */
class Pty {
  taken = '';
  attempts = 0;
  room: number;

  constructor(room: number) {
    this.room = room;
  }

  readonly writeSome: WriteSome = (bytes, offset) => {
    this.attempts++;
    const count = Math.min(this.room, bytes.length - offset);
    if (count === 0) throw busy();
    this.room -= count;
    this.taken += Buffer.from(bytes.subarray(offset, offset + count)).toString('latin1');
    return count;
  };
}

describe('TerminalWriter', () => {
  it('writes the rest when the terminal has room again', () => {
    const timers = new ManualTimers();
    const pty = new Pty(4);
    const writer = new TerminalWriter(pty.writeSome, timers);
    const ends: (Error | undefined)[] = [];

    writer.write('0123456789', (error) => ends.push(error));
    expect(pty.taken).toBe('0123');
    pty.room = 4;
    timers.advance(1);
    expect(ends).toEqual([]);
    pty.room = 4;
    timers.advance(1);

    expect(pty.taken).toBe('0123456789');
    expect(ends).toEqual([undefined]);
    expect(timers.pendingCount).toBe(0);
  });

  it('asks a stalled terminal every 16 ms at the most', () => {
    const timers = new ManualTimers();
    const pty = new Pty(0);
    new TerminalWriter(pty.writeSome, timers).write('frame', () => undefined);

    timers.advance(1_600);

    expect(pty.attempts).toBeGreaterThan(90);
    expect(pty.attempts).toBeLessThan(110);
    expect(timers.pendingCount).toBe(1);
  });

  it('hands on the error that ends the terminal', () => {
    const gone = Object.assign(new Error('write EIO'), { code: 'EIO' });
    const ends: (Error | undefined)[] = [];
    const writer = new TerminalWriter(() => {
      throw gone;
    }, new ManualTimers());

    writer.write('frame', (error) => ends.push(error));

    expect(ends).toEqual([gone]);
    expect(writer.writeNow('leave')).toBe(false);
  });

  it('gives up what is under way for what must be written now', () => {
    const timers = new ManualTimers();
    const pty = new Pty(3);
    const writer = new TerminalWriter(pty.writeSome, timers);
    let isDone = false;
    writer.write('a long frame', () => {
      isDone = true;
    });

    pty.room = 100;
    expect(writer.writeNow('LEAVE')).toBe(true);
    timers.advance(1_000);

    expect(pty.taken).toBe('a lLEAVE');
    expect(isDone).toBe(false);
  });

  it('ends within its limit where the terminal takes nothing', () => {
    let nowMs = 0;
    const timers = { nowMs: () => nowMs, after: () => () => undefined };
    let attempts = 0;
    const writer = new TerminalWriter(() => {
      attempts++;
      nowMs += 20;
      throw busy();
    }, timers);

    expect(writer.writeNow('leave')).toBe(false);
    expect(nowMs).toBe(200);
    expect(attempts).toBe(10);
  });
});
