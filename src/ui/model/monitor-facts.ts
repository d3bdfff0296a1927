import type { Watched } from '../../monitor/watched.ts';
import type { WorkerFacts as Observed } from '../../monitor/worker-facts.ts';
import type { Facts, WorkerFacts } from '../operations/operation.ts';

/** The present, as operations and dialogs ask for it. */
export function monitorFacts(monitor: Watched, now: number): Facts {
  return {
    now,
    online: monitor.workers.online(),
    worker: (hostname) => {
      const observed = monitor.workers.get(hostname);
      return observed === undefined ? undefined : workerFacts(observed, now);
    },
    task: (uuid) => monitor.state.tasks.get(uuid),
    rateLimit: (taskName) => rateLimitOf(monitor.workers.all(), taskName),
    measuredRate: (taskName) => monitor.statistics.startRate(taskName, now),
  };
}

function workerFacts(observed: Observed, now: number): WorkerFacts {
  const stats = observed.stats.value;
  const starts = (observed.active.value ?? []).flatMap((task) => task.startedAt ?? []);
  return {
    online: observed.offlineSince === undefined,
    poolImplementation: stats?.pool,
    poolSize: stats?.concurrency,
    autoscale: stats?.autoscaler,
    queues: observed.activeQueues.value?.map((queue) => queue.name),
    activeCount: observed.activeCount ?? observed.active.value?.length,
    oldestActive: starts.length === 0 ? undefined : Math.max(0, now - Math.min(...starts)),
    eventsOn: observed.sendsTaskEvents ? true : undefined,
  };
}

function rateLimitOf(workers: readonly Observed[], taskName: string): string | undefined {
  for (const worker of workers) {
    const entry = worker.registered.value?.find((task) => task.name === taskName);
    if (entry?.rateLimit !== undefined) return entry.rateLimit;
  }
  return undefined;
}
