import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MuninCamera } from '../../../src/camera/munin-camera.ts';
import { State } from '../../../src/state/state.ts';

function shooting() {
  const state = new State({ maxTasksInMemory: 5 });
  let text = '';
  const camera = new MuninCamera((whole) => {
    text = whole;
  });
  return {
    feed: (type: string, fields: Record<string, unknown>) => {
      const event = { hostname: 'w1', timestamp: 100, local_received: 100, clock: 1, type, ...fields };
      state.event(event);
      camera.onEvent(event, state);
    },
    shot: () => {
      camera.onShutter();
      return text;
    },
  };
}

describe('the camera munin', () => {
  it('has the graphs of celery_tasks and celery_tasks_states, whose values never go back', () => {
    const { feed, shot } = shooting();
    for (let n = 0; n < 20; n += 1) {
      feed('task-received', { uuid: `${n}`, name: 'proj.add', clock: 2 * n + 1 });
      feed('task-started', { uuid: `${n}`, clock: 2 * n + 2 });
    }
    const [types, states] = shot().split(/(?=^multigraph celery_tasks_states$)/m);

    expect(types).toBe(
      [
        ...['multigraph celery_tasks', 'graph_title Celery tasks', 'graph_args --lower-limit 0'],
        ...['graph_scale no', 'graph_vlabel tasks per $' + '{graph_period}', 'graph_category celery'],
        ...['proj_add.label proj.add', 'proj_add.type DERIVE', 'proj_add.min 0'],
        ...['proj_add.info number of proj.add tasks', 'proj_add.value 20', ''],
      ].join('\n'),
    );
    expect(states?.match(/^\w+\.value \d+$/gm)).toEqual([
      ...['sent.value 0', 'received.value 20', 'started.value 20', 'failed.value 0', 'retried.value 0'],
      ...['succeeded.value 0', 'revoked.value 0', 'rejected.value 0'],
    ]);
  });

  it('gives names that munin could not tell apart a number each, and survives hostile ones', () => {
    const { feed, shot } = shooting();
    const names = ['a.b', 'a_b', '1st', 'x.value 9\n#\\\u001b[31m', ''];
    for (const [n, name] of names.entries()) feed('task-started', { uuid: `u${n}`, name });
    const text = shot();

    expect(text.match(/^.*\.label .*$/gm)?.slice(0, 5)).toEqual([
      ...['a_b.label a.b', 'a_b_2.label a_b', '_1st.label 1st'],
      'x_value_9_____31m.label x.value 9 ___x1b[31m',
      '_.label tasks without a name',
    ]);
    expect(text).not.toMatch(/[^\n\x20-\x7e]/);
  });

  it('draws a hundred types, and the others as one', () => {
    const { feed, shot } = shooting();
    for (let n = 0; n < 130; n += 1) feed('task-started', { uuid: `u${n}`, name: `t${n}`, clock: n + 1 });

    expect(shot().match(/^t\d+\.value 1$/gm)).toHaveLength(100);
    expect(shot()).toContain('other_tasks.value 30\n');
  });

  it('is what the plugin of docs/camera.md gives munin', () => {
    const { feed, shot } = shooting();
    feed('task-started', { uuid: 'a', name: 'proj.add' });
    const docs = readFileSync(fileURLToPath(new URL('../../../docs/camera.md', import.meta.url)), 'utf8');
    const script = /```sh\n(#!\/bin\/sh\n[^`]*celery\.munin[^`]*)```/.exec(docs)?.[1] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'stalk-munin-'));
    try {
      const file = join(folder, 'celery.munin');
      writeFileSync(file, shot());
      writeFileSync(join(folder, 'celery'), script.replace('/var/lib/stalk/celery.munin', file));
      const plugin = (...args: string[]) =>
        execFileSync('sh', [join(folder, 'celery'), ...args], { encoding: 'utf8' });

      expect(plugin('config')).not.toMatch(/\.value /);
      expect(plugin('config')).toMatch(
        /^multigraph celery_tasks\ngraph_title [\s\S]*^rejected\.label rejected$/m,
      );
      expect(plugin()).toMatch(
        /^multigraph celery_tasks\nproj_add\.value 1\nmultigraph celery_tasks_states\n(\w+\.value \d+\n)+$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
