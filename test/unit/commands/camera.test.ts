import { describe, expect, it, vi } from 'vitest';
import type { Camera, CameraFunction } from '../../../src/camera/camera.ts';
import { CameraLog } from '../../../src/commands/camera-log.ts';
import { liveShots } from '../../../src/commands/live-shots.ts';
import { takeSnapshots } from '../../../src/commands/take-snapshots.ts';
import type { Flags } from '../../../src/config/load-config.ts';
import { State } from '../../../src/state/state.ts';
import { ManualTimers } from '../../support/manual-timers.ts';
import { type CommandFixture, commandFixture } from './command-fixture.ts';

interface Started extends CommandFixture {
  readonly timers: ManualTimers;
  readonly state: State;
  readonly log: () => string;
  readonly status: Promise<number>;
}

async function started(camera: Camera | CameraFunction, flags: Flags = {}): Promise<Started> {
  const fixture = commandFixture({ camera: './cam.mjs#Cam', loglevel: 'info', ...flags });
  const { config } = fixture.context;
  const state = new State();
  const timers = new ManualTimers();
  let text = '';
  const log = new CameraLog({
    level: config.loglevel,
    write: (line) => {
      text += line;
    },
    now: () => 0.25,
  });
  const status = takeSnapshots(fixture.context, {
    ...{ camera, state, timers, log },
    settings: { freq: config.frequency, maxrate: config.maxrate, cleanupFreq: config.cleanupFreq },
    source: liveShots({ context: fixture.context, broker: fixture.open, log, timers }),
    interrupted: fixture.context.interrupted(),
  });
  await vi.waitFor(() => expect(text).toContain('starting capture'));
  text = '';
  return { ...fixture, timers, state, status, log: () => text };
}

async function publish({ broker, state }: Started, uuid: string): Promise<void> {
  broker.publish('celeryev', 'task.sent', {
    body: { type: 'task-sent', uuid, hostname: 'w1', timestamp: 1, clock: 1, utcoffset: 0 },
  });
  await vi.waitFor(() => expect(state.tasks.has(uuid)).toBe(true));
}

describe('stalk events --camera', () => {
  it('shows the events that came to the camera, and once more at the end', async () => {
    const shots: number[] = [];
    const run = await started(({ tasks }) => shots.push(tasks.size), { frequency: '2' });

    await publish(run, 'a');
    run.timers.advance(2_000);
    await publish(run, 'b');
    run.interrupt();

    expect(await run.status).toBe(0);
    expect(shots).toEqual([1, 2]);
    expect(run.timers.pendingCount).toBe(0);
    await run.open.close();
  });

  it('logs what the camera throws, counts, and goes on', async () => {
    const run = await started(() => {
      throw new RangeError('\u001b[31mno film');
    });

    run.timers.advance(2_000);
    run.interrupt();

    expect(await run.status).toBe(0);
    const lines = run.log().match(/^\[.*$/gm);
    expect(lines).toEqual([
      String.raw`[1970-01-01 00:00:00,250: ERROR/MainProcess] shot 1 failed, 1 so far: RangeError: \x1b[31mno film`,
      String.raw`[1970-01-01 00:00:00,250: ERROR/MainProcess] shot 2 failed, 2 so far: RangeError: \x1b[31mno film`,
      String.raw`[1970-01-01 00:00:00,250: ERROR/MainProcess] shot 3 failed, 3 so far: RangeError: \x1b[31mno film`,
    ]);
    await run.open.close();
  });

  it('ends with status 1 and takes no more shots when --strict says so', async () => {
    let shots = 0;
    const run = await started(
      () => {
        shots += 1;
        return Promise.reject(new Error('no film'));
      },
      { strict: true },
    );

    run.timers.advance(1_000);

    expect(await run.status).toBe(1);
    expect(shots).toBe(1);
    expect(run.log()).toContain('shot 1 failed, 1 so far: Error: no film');
    await run.open.close();
  });

  it('takes shots while the broker is away, and says so', async () => {
    let shots = 0;
    const run = await started(() => {
      shots += 1;
    });

    run.broker.stop('ECONNREFUSED');
    await vi.waitFor(() => expect(run.log()).toContain('Connection lost, attempting reconnect.'));
    run.timers.advance(3_000);
    run.interrupt();

    expect(await run.status).toBe(0);
    expect(shots).toBe(4);
    await run.open.close();
  });

  it('calls onCleanup every --cleanup-freq, and logs what it throws', async () => {
    const onCleanup = vi.fn(() => {
      throw new Error('full');
    });
    const camera = { onShutter: () => undefined, onCleanup };
    const run = await started(camera, { 'cleanup-freq': '10s', loglevel: 'Debug' });

    run.timers.advance(20_000);
    run.interrupt();
    await run.status;

    expect(onCleanup).toHaveBeenCalledTimes(2);
    expect(run.log()).toContain('DEBUG/MainProcess] Cleanup: Running...');
    expect(run.log()).toContain('ERROR/MainProcess] the cleanup failed: Error: full');
    await run.open.close();
  });

  it('hands each event to a camera that counts, and tells at the 1st, 10th and 100th time that it threw', async () => {
    const seen: unknown[] = [];
    const run = await started({
      onShutter: () => undefined,
      onEvent: (event, state) => {
        seen.push([event.type, state.tasks.size]);
        throw new Error('no more film');
      },
    });

    for (let n = 1; n <= 12; n += 1) await publish(run, `task-${n}`);
    await vi.waitFor(() => expect(seen).toHaveLength(12));
    run.interrupt();

    expect(await run.status).toBe(0);
    expect(seen.slice(0, 2)).toEqual([
      ['task-sent', 1],
      ['task-sent', 2],
    ]);
    expect(run.log().match(/onEvent failed, \d+ times so far: Error: no more film/g)).toEqual([
      'onEvent failed, 1 times so far: Error: no more film',
      'onEvent failed, 10 times so far: Error: no more film',
    ]);
    await run.open.close();
  });

  it('ends with status 1 when onEvent throws and --strict says so', async () => {
    const run = await started(
      {
        onShutter: () => undefined,
        onEvent: () => {
          throw new Error('no film');
        },
      },
      { strict: true },
    );

    await publish(run, 'a');

    expect(await run.status).toBe(1);
    await run.open.close();
  });

  it('gives the last shot ten seconds, says that it gave it up, and ends with status 1', async () => {
    let shots = 0;
    const run = await started(() => {
      shots += 1;
      return new Promise(() => undefined);
    });

    run.interrupt();
    await vi.waitFor(() => expect(shots).toBe(1));
    run.timers.advance(9_999);
    expect(run.log()).toBe('');
    run.timers.advance(1);

    expect(await run.status).toBe(1);
    expect(run.log()).toContain('the last shot was given up: it had not ended after 10 seconds');
    await run.open.close();
  });

  it('gives up a last shot that waits behind one that never ends', async () => {
    let shots = 0;
    const run = await started(() => {
      shots += 1;
      return new Promise(() => undefined);
    });
    run.timers.advance(1_000);

    run.interrupt();
    await vi.waitFor(() => {
      run.timers.advance(10_000);
      expect(run.log()).toContain('the last shot was given up');
    });

    expect([await run.status, shots]).toEqual([1, 1]);
    await run.open.close();
  });

  it('ends when the reader of its output goes away', async () => {
    const run = await started(() => undefined);

    run.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));

    expect(await run.status).toBe(0);
    await run.open.close();
  });
});

describe('CameraLog', () => {
  it('leaves out what is below its level, and survives a file that takes nothing', () => {
    const written: string[] = [];
    const log = new CameraLog({ level: 'ERROR', write: (text) => written.push(text), now: () => 0 });
    const full = new CameraLog({
      level: 'DEBUG',
      write: () => {
        throw new Error('ENOSPC');
      },
      now: () => 0,
    });

    log.add('WARNING', 'a');
    log.add('CRITICAL', 'b');
    full.add('ERROR', 'c');

    expect(written).toEqual(['[1970-01-01 00:00:00,000: CRITICAL/MainProcess] b\n']);
  });
});
