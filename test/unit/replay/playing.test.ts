import { describe, expect, it } from 'vitest';
import { speedBeside, speedLabel, speeds } from '../../../src/replay/playing.ts';

describe('speeds', () => {
  it('go up and down one by one, and end', () => {
    expect(speeds.map((speed) => speedBeside(speed, 1))).toEqual([...speeds.slice(1), speeds.at(-1)]);
    expect(speeds.map((speed) => speedBeside(speed, -1))).toEqual([speeds[0], ...speeds.slice(0, -1)]);
  });

  it('go from one between two of them to its neighbours', () => {
    expect([speedBeside(3, 1), speedBeside(3, -1)]).toEqual([4, 2]);
    expect([speedBeside(63.5, 1), speedBeside(0.3, -1)]).toEqual([64, 0.25]);
  });

  it('are written short', () => {
    expect(speeds.map(speedLabel)).toEqual([
      ...['×¼', '×½', '×1', '×2', '×4', '×8', '×16', '×32', '×64', 'max'],
    ]);
  });
});
