import { describe, expect, it } from 'vitest';
import { SlicedAnswer } from '../../../src/query/sliced-answer.ts';
import { Slices, type Work } from '../../../src/query/slices.ts';
import { ManualSlices } from '../../support/manual-slices.ts';

function* steps(count: number, note: (step: number) => void = () => undefined): Work {
  for (let step = 1; step <= count; step += 1) {
    note(step);
    yield;
  }
}

describe('work in slices', () => {
  it('is done at once where a slice is enough', () => {
    const { slices, isWaiting } = new ManualSlices();
    let isDone = false;

    slices.start(steps(3), () => {
      isDone = true;
    });

    expect(isDone).toBe(true);
    expect(isWaiting).toBe(false);
  });

  it('stops after 8 ms and goes on when others had their turn', () => {
    const manual = new ManualSlices();
    const done: number[] = [];

    manual.slices.start(
      steps(20, (step) => done.push(step)),
      () => done.push(0),
    );
    expect(done).toHaveLength(8);
    manual.next();
    expect(done).toHaveLength(16);
    manual.finish();

    expect(done.at(-1)).toBe(0);
    expect(manual.isWaiting).toBe(false);
  });

  it('of two takes turns, one slice each', () => {
    const manual = new ManualSlices();
    const order: string[] = [];

    manual.slices.start(
      steps(20, () => order.push('a')),
      () => order.push('A'),
    );
    manual.slices.start(
      steps(20, () => order.push('b')),
      () => order.push('B'),
    );
    manual.finish();

    const turns = order.join('').replaceAll(/a+/g, 'a').replaceAll(/b+/g, 'b');
    expect(turns).toBe('ababaAbB');
  });

  it('is given up when it is called off, and leaves nothing behind', () => {
    const manual = new ManualSlices();
    let last = 0;
    const stop = manual.slices.start(
      steps(100, (step) => {
        last = step;
      }),
      () => undefined,
    );

    stop();
    manual.finish();

    expect(last).toBe(8);
    expect(manual.isWaiting).toBe(false);
  });

  it('lets the event loop turn between two slices', async () => {
    const order: string[] = [];
    const slices = new Slices({ nowMs: () => order.length * 5 });

    await new Promise<void>((resolve) => {
      slices.start(
        steps(6, () => order.push('step')),
        resolve,
      );
      setImmediate(() => order.push('other'));
    });

    expect(order.indexOf('other')).toBeGreaterThan(0);
    expect(order.indexOf('other')).toBeLessThan(order.length - 1);
  });
});

describe('an answer in slices', () => {
  function* answer(steps: number, value: string): Generator<void, string> {
    for (let step = 0; step < steps; step += 1) yield;
    return value;
  }

  it('is there at once, or is announced and handed out then and no later', () => {
    const manual = new ManualSlices();
    const heard: (string | undefined)[] = [];
    const asked: SlicedAnswer<string> = new SlicedAnswer(manual.slices, () => heard.push(ask()));
    const ask = (): string | undefined => asked.ask(['question'], () => answer(30, 'long'));

    expect(asked.ask(['short'], () => answer(2, 'short'))).toBe('short');
    expect(ask()).toBeUndefined();
    expect(ask()).toBeUndefined();
    manual.finish();

    expect(heard).toEqual(['long']);
    expect(ask()).toBeUndefined();
  });

  it('is given up for another question', () => {
    const manual = new ManualSlices();
    const heard: number[] = [];
    const asked = new SlicedAnswer<string>(manual.slices, () => heard.push(1));

    asked.ask(['one', 1], () => answer(30, 'one'));
    expect(asked.ask(['one', 2], () => answer(1, 'two'))).toBe('two');
    manual.finish();

    expect(heard).toEqual([]);
  });
});
