import { describe, expect, it } from 'vitest';
import { JsonCamera } from '../../../src/camera/json-camera.ts';
import { Polaroid } from '../../../src/camera/polaroid.ts';
import { TextCamera } from '../../../src/camera/text-camera.ts';
import { State } from '../../../src/state/state.ts';
import { ManualTimers } from '../../support/manual-timers.ts';

function feed(state: State, type: string, fields: Record<string, unknown>): void {
  state.event({ type, hostname: 'w1', timestamp: 100, local_received: 100, clock: 1, ...fields });
}

describe('the camera text', () => {
  it('prints counts of what came since the last shot, and nothing when nothing came', () => {
    const printed: string[] = [];
    const state = new State();
    const timers = new ManualTimers();
    new Polaroid(state, { timers, camera: new TextCamera((text) => printed.push(text)) }).install();

    feed(state, 'worker-heartbeat', { freq: 2 });
    feed(state, 'task-received', { uuid: 'a', name: 'proj.add' });
    feed(state, 'task-succeeded', { uuid: 'a', clock: 2 });
    feed(state, 'task-received', { uuid: 'b', name: 'proj.add' });
    timers.advance(2_000);
    feed(state, 'task-started', { uuid: 'b', clock: 3 });
    timers.advance(1_000);

    expect(printed).toEqual([
      'Workers: 1\nTasks: 2\n    RECEIVED: 1\n    SUCCESS: 1\nTotal: 4 events, 2 tasks\n',
      'Workers: 1\nTasks: 1\n    STARTED: 1\nTotal: 1 events, 0 tasks\n',
    ]);
  });
});

describe('the camera json', () => {
  it('writes a line with the counts, all workers, and the tasks that changed since the last', () => {
    const lines: string[] = [];
    const state = new State();
    let now = 101;
    const camera = new JsonCamera(
      (text) => lines.push(text),
      () => now,
    );

    feed(state, 'worker-heartbeat', { freq: 2, active: 1, processed: 5 });
    feed(state, 'task-received', { uuid: 'a', name: 'proj.add', args: '(1,)' });
    feed(state, 'task-received', { uuid: 'b', name: 'proj\u009b.add\u2028' });
    camera.onShutter(state);
    now = 200;
    feed(state, 'task-succeeded', { uuid: 'a', clock: 2, result: '2', timestamp: 101 });
    camera.onShutter(state);
    camera.onShutter(state);

    expect(lines.every((line) => /^[^\n\u0080-\u009f\u2028]+\n$/.test(line))).toBe(true);
    const [first, second, third] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      ...{ timestamp: 101, event_count: 3, task_count: 2 },
      workers: [{ hostname: 'w1', alive: true, active: 1, processed: 5, freq: 2 }],
      tasks_by_state: { RECEIVED: 2 },
      tasks: [
        { uuid: 'a', state: 'RECEIVED', name: 'proj.add', args: '(1,)', worker: 'w1' },
        { uuid: 'b', name: 'proj\u009b.add\u2028' },
      ],
    });
    expect(second).toMatchObject({
      workers: [{ alive: false }],
      tasks_by_state: { RECEIVED: 1, SUCCESS: 1 },
      tasks: [{ uuid: 'a', state: 'SUCCESS', result: '2' }],
    });
    expect(third.tasks).toEqual([]);
  });
});
