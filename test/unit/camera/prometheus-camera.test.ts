import { describe, expect, it } from 'vitest';
import { PrometheusCamera } from '../../../src/camera/prometheus-camera.ts';
import { State } from '../../../src/state/state.ts';

function shooting(options: ConstructorParameters<typeof State>[0] = {}) {
  const state = new State(options);
  let text = '';
  const camera = new PrometheusCamera(
    (whole) => {
      text = whole;
    },
    () => 103,
  );
  return {
    feed: (type: string, fields: Record<string, unknown> = {}) => {
      const event = { hostname: 'w1@host', timestamp: 100, local_received: 100, clock: 1, type, ...fields };
      state.event(event);
      camera.onEvent(event, state);
    },
    shot: async () => {
      await camera.onShutter(state);
      return text;
    },
    /** The lines of one metric, without help and type. */
    series: async (name: string) => {
      await camera.onShutter(state);
      return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    },
  };
}

describe('the camera prometheus', () => {
  it('writes Flower’s and celery-exporter’s metrics of a task that succeeded', async () => {
    const { feed, series } = shooting();
    feed('task-received', { uuid: 'a', name: 'proj.add' });
    feed('task-started', { uuid: 'a', clock: 2, timestamp: 100.5 });

    expect(await series('flower_task_prefetch_time_seconds')).toEqual([
      'flower_task_prefetch_time_seconds{worker="w1@host",task="proj.add"} 0.5',
    ]);
    feed('task-succeeded', { uuid: 'a', clock: 3, timestamp: 102, runtime: 1.5 });
    expect(await series('flower_events_total')).toEqual([
      'flower_events_total{worker="w1@host",type="task-received",task="proj.add"} 1',
      'flower_events_total{worker="w1@host",type="task-started",task="proj.add"} 1',
      'flower_events_total{worker="w1@host",type="task-succeeded",task="proj.add"} 1',
    ]);
    expect(await series('flower_task_runtime_seconds_sum')).toEqual([
      'flower_task_runtime_seconds_sum{worker="w1@host",task="proj.add"} 1.5',
    ]);
    expect(await series('flower_task_prefetch_time_seconds')).toEqual([
      'flower_task_prefetch_time_seconds{worker="w1@host",task="proj.add"} 0',
    ]);
    const labels = 'name="proj.add",hostname="host",queue_name="celery"';
    expect(await series('celery_task_succeeded_total')).toEqual([`celery_task_succeeded_total{${labels}} 1`]);
    expect(await series('celery_task_retried_total')).toEqual([`celery_task_retried_total{${labels}} 0`]);
    expect(await series('celery_task_sent_total')).toEqual([]);
    expect(await series('celery_task_failed_total')).toEqual([
      `celery_task_failed_total{${labels},exception=""} 0`,
    ]);
    expect(await series('celery_task_runtime_count')).toEqual([`celery_task_runtime_count{${labels}} 1`]);
    expect(await series('stalk_tasks_in_memory')).toEqual(['stalk_tasks_in_memory{state="SUCCESS"} 1']);
  });

  it('names queue and exception as the events do', async () => {
    const { feed, series } = shooting();
    feed('task-sent', { uuid: 'a', name: 't', queue: 'mail', hostname: 'gen1@web' });
    feed('task-failed', { uuid: 'a', clock: 2, exception: "ValueError('no')" });

    expect(await series('celery_task_sent_total')).toEqual([
      'celery_task_sent_total{name="t",hostname="web",queue_name="mail"} 1',
    ]);
    expect(await series('celery_task_failed_total')).toContain(
      'celery_task_failed_total{name="t",hostname="host",queue_name="mail",exception="ValueError"} 1',
    );
  });

  it('counts on when the state forgets tasks, so that counters never go back', async () => {
    const { feed, series } = shooting({ maxTasksInMemory: 3 });
    for (let n = 0; n < 50; n += 1) feed('task-received', { uuid: `${n}`, name: 't', clock: n + 1 });

    expect(await series('celery_task_received_total')).toEqual([
      'celery_task_received_total{name="t",hostname="host",queue_name="celery"} 50',
    ]);
    expect(await series('stalk_tasks_in_memory')).toEqual(['stalk_tasks_in_memory{state="RECEIVED"} 3']);
    expect(await series('stalk_events_received_total')).toEqual(['stalk_events_received_total 50']);
  });

  it('shows workers as they are at the shot, those of one host together in celery-exporter’s', async () => {
    const { feed, series } = shooting();
    feed('worker-heartbeat', { freq: 2, active: 3 });
    feed('worker-heartbeat', { hostname: 'w2@host', freq: 2, active: 4 });
    feed('worker-heartbeat', { hostname: 'w3@gone', freq: 1, active: 5, local_received: 90, timestamp: 90 });

    expect(await series('flower_worker_online')).toEqual([
      'flower_worker_online{worker="w1@host"} 1',
      'flower_worker_online{worker="w2@host"} 1',
      'flower_worker_online{worker="w3@gone"} 0',
    ]);
    expect(await series('celery_worker_up')).toEqual([
      'celery_worker_up{hostname="host"} 1',
      'celery_worker_up{hostname="gone"} 0',
    ]);
    expect(await series('celery_worker_tasks_active')).toEqual([
      'celery_worker_tasks_active{hostname="host"} 7',
      'celery_worker_tasks_active{hostname="gone"} 0',
    ]);
  });

  it('takes hostile names for what they are, and makes no more series than it may', async () => {
    const { feed, shot, series } = shooting();
    feed('task-received', { uuid: 'a', name: 'x"} 1\n\u001b[31mflower_events_total{a="' });
    feed('task-received', { uuid: 'b', name: 'n'.repeat(1_000) });
    feed('task-succeeded', { uuid: 'c', runtime: Number.NaN });
    feed('task-succeeded', { uuid: 'c', runtime: 'long' });
    feed('task-succeeded', { uuid: 'c', runtime: -1 });
    const text = await shot();
    expect(text).not.toMatch(/[^\n\x20-\x7e…]/);
    expect(text.split('\n').every((line) => /^(#.*|[a-z_]+(\{.*\})? [\d.eE+-]+|)$/.test(line))).toBe(true);

    for (let n = 0; n < 6_000; n += 1) feed('task-received', { uuid: `${n}`, name: `made-up-${n}` });
    const counted = await series('flower_events_total');
    expect(counted).toHaveLength(5_001);
    expect(counted.at(-1)).toMatch(/^flower_events_total\{worker="other",type="other",task="other"\} \d+$/);
  });
});
