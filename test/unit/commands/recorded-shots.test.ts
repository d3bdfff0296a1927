import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CameraLog } from '../../../src/commands/camera-log.ts';
import { recordedShots } from '../../../src/commands/recorded-shots.ts';
import { takeSnapshots } from '../../../src/commands/take-snapshots.ts';
import { State } from '../../../src/state/state.ts';
import { commandFixture } from './command-fixture.ts';

const start = 1_700_000_000;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-shots-'));
  path = join(folder, 'events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One task is received at each of these seconds after the start. */
function recorded(seconds: readonly number[]): void {
  const lines = seconds.map((at, n) =>
    JSON.stringify({
      ...{ type: 'task-received', uuid: `t${n}`, hostname: 'celery@w1', clock: n + 1, name: 'app.add' },
      ...{ timestamp: start + at, local_received: start + at },
    }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

async function shots(
  onShutter: (state: State) => unknown,
  flags: Readonly<Record<string, string>> = {},
): Promise<{ status: number; log: string }> {
  const fixture = await commandFixture({ replay: path, camera: './cam.mjs', frequency: '10', ...flags });
  const { config } = fixture.context;
  let text = '';
  const log = new CameraLog({
    level: 'INFO',
    write: (line) => {
      text += line;
    },
    now: () => 0,
  });
  const source = await recordedShots(config, log);
  const state = new State();
  const status = await takeSnapshots(fixture.context, {
    ...{ camera: onShutter, state, log, source, interrupted: new AbortController().signal },
    settings: { freq: config.frequency, maxrate: config.maxrate, cleanupFreq: config.cleanupFreq },
  });
  await source.close();
  return { status, log: text };
}

describe('a camera on a recording', () => {
  it('looks as often as it would have then, and once more at the end', async () => {
    recorded([0, 3, 12, 35, 36]);
    const seen: number[] = [];

    const { status } = await shots(({ tasks }) => seen.push(tasks.size));

    expect(status).toBe(0);
    // At 10, 20, 30, and at the end.
    expect(seen).toEqual([2, 3, 3, 5]);
  });

  it('waits for a shot that takes its time, however fast the recording is read', async () => {
    recorded([0, 15, 25, 35]);
    const seen: number[] = [];

    await shots(async ({ tasks }) => {
      const count = tasks.size;
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(count);
    });

    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('takes no shots of hours in which nothing was recorded', async () => {
    recorded([0, 1, 50_000, 50_001]);
    const seen: number[] = [];

    await shots(({ tasks }) => seen.push(tasks.size));

    expect(seen.length).toBeLessThan(4);
    expect(seen.at(-1)).toBe(4);
  });

  it('ends at the time of --at', async () => {
    recorded([0, 3, 12, 35]);
    const seen: number[] = [];

    await shots(({ tasks }) => seen.push(tasks.size), { at: '50%' });

    expect(seen.at(-1)).toBe(3);
  });
});
