import { expect, it } from 'vitest';
import { WorkerDirectory } from '../../../../src/monitor/worker-directory.ts';
import { Statistics } from '../../../../src/statistics/statistics.ts';
import { taskFilterContext } from '../../../../src/ui/model/task-filter-context.ts';

it('takes a worker for offline also when its row has been forgotten', () => {
  let now = 1_000;
  const workers = new WorkerDirectory({ now: () => now });
  const beat = {
    type: 'worker-heartbeat',
    hostname: 'celery@w1',
    freq: 2,
    active: 0,
    timestamp: now,
    local_received: now,
    clock: 1,
  };
  const monitor = {
    workers,
    statistics: new Statistics(),
    revokePending: new Set<string>(),
    unknownTasks: new Set<string>(),
  };
  const context = taskFilterContext(
    monitor,
    () => now,
    () => undefined,
  );
  workers.noteEvent(beat, now);
  expect(context.offline('celery@w1')).toBe(false);

  for (let second = 0; second < 1_000; second += 1) {
    now += 1;
    workers.tick();
  }
  expect(workers.size).toBe(0);
  expect(context.offline('celery@w1')).toBe(true);
});
