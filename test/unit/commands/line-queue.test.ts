import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineQueue } from '../../../src/commands/line-queue.ts';

/** A reader that takes nothing until it is told to. */
class SlowReader extends Writable {
  text = '';
  writes = 0;
  isSlow = true;
  #waiting: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 16, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.writes += 1;
    const take = (): void => {
      this.text += chunk;
      done();
    };
    if (this.isSlow) this.#waiting.push(take);
    else take();
  }

  readOn(): void {
    this.isSlow = false;
    for (const take of this.#waiting.splice(0)) take();
  }
}

/** Runs what the event loop would run next. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const never = new AbortController().signal;

describe('LineQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes the lines of one turn at once, and soon', async () => {
    const reader = new SlowReader();
    reader.isSlow = false;
    const queue = new LineQueue(reader, { onDropped: () => {} });

    for (let line = 0; line < 100; line += 1) queue.push(`line ${line}\n`);
    await turns();

    expect(reader.writes).toBe(1);
    expect(reader.text.split('\n')).toHaveLength(101);
  });

  it('drops whole lines beyond its limit, says how many once a second, and keeps the others in order', async () => {
    const reader = new SlowReader();
    const told: number[] = [];
    const queue = new LineQueue(reader, { limit: 200, onDropped: (count) => told.push(count) });

    queue.push('the first, on its way\n');
    await turns();
    for (let line = 0; line < 100; line += 1) queue.push(`line ${String(line).padStart(4, '0')}\n`);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([80]);
    queue.push('line lost\n');
    vi.advanceTimersByTime(999);
    expect(told).toEqual([80]);
    reader.readOn();
    await turns();
    queue.push('after\n');
    await queue.end(never);

    expect(told).toEqual([80, 1]);
    expect(queue.droppedCount).toBe(81);
    const kept = Array.from({ length: 20 }, (_, line) => `line ${String(line).padStart(4, '0')}\n`);
    expect(reader.text).toBe(['the first, on its way\n', ...kept, 'after\n'].join(''));
  });

  it('holds no more than its limit, however much comes', async () => {
    const reader = new SlowReader();
    const queue = new LineQueue(reader, { limit: 1000, onDropped: () => {} });

    queue.push(`${'x'.repeat(99)}\n`);
    await turns();
    for (let line = 0; line < 10_000; line += 1) queue.push(`${'y'.repeat(99)}\n`);
    const dropped = queue.droppedCount;
    reader.readOn();
    await queue.end(never);

    expect(dropped).toBe(9990);
    expect(reader.text).toHaveLength(1100);
  });

  it('waits at its end for the reader, and counts what it never took when it may not wait', async () => {
    const reader = new SlowReader();
    const told: number[] = [];
    const queue = new LineQueue(reader, { onDropped: (count) => told.push(count) });
    queue.push('in flight\n');
    await turns();
    queue.push('waits\n');
    const impatience = new AbortController();

    const ended = queue.end(impatience.signal);
    await turns();
    expect(told).toEqual([]);
    impatience.abort();
    await ended;

    expect(told).toEqual([2]);
  });

  it('neither writes nor tells anything once the reader has gone', async () => {
    const reader = new SlowReader();
    const told: number[] = [];
    const queue = new LineQueue(reader, { limit: 1, onDropped: (count) => told.push(count) });
    queue.push('in flight\n');
    await turns();
    queue.push('dropped\n');

    queue.abandon();
    queue.push('late\n');
    await queue.end(never);
    vi.advanceTimersByTime(5000);

    expect(told).toEqual([]);
    expect(reader.writes).toBe(1);
  });
});
