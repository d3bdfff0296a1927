import type { View } from '../config/config.ts';
import type { WorkerIntake } from '../monitor/intake/intake-report.ts';
import { typeLimits } from '../monitor/task-type-limits.ts';
import type { Watched } from '../monitor/watched.ts';
import type { WorkerFacts } from '../monitor/worker-facts.ts';
import { compareTypes } from '../presentation/task-type-columns.ts';
import type { TypeRow } from '../presentation/task-type-row.ts';
import { typeRows } from '../presentation/task-type-rows.ts';
import { heartbeatJson, printableJson, taskJson } from '../presentation/wire-json.ts';
import type { Task } from '../state/task.ts';
import type { Worker } from '../state/worker.ts';
import type { Percentiles } from '../statistics/reading.ts';

/**
 * The view as one JSON list, with the names that Celery's events have. Absent means that no event told.
 *
 * @param now seconds since the epoch
 */
export function snapshotJson(monitor: Watched, view: View, now: number): string {
  return `${printableJson(rowsOf(monitor, view, now), 2)}\n`;
}

function rowsOf(monitor: Watched, view: View, now: number): readonly Record<string, unknown>[] {
  switch (view) {
    case 'tasks':
      return monitor.state.tasksByTime().map((task) => listedTask(task, monitor.unknownTasks));
    case 'workers': {
      const { workers } = monitor.intake.report(now, monitor.undecodable.count);
      const intakes = new Map(workers.map((intake) => [intake.hostname, intake]));
      return monitor.workers.all().map((facts) => ({
        ...workerJson(facts, monitor.state.workers.get(facts.hostname)),
        intake: intakeJson(intakes.get(facts.hostname)),
      }));
    }
    case 'types':
      return typeRows(monitor, typeLimits(monitor), 'all', now).sort(compareTypes).map(typeJson);
  }
}

function listedTask(task: Task, unknown: ReadonlySet<string>): Record<string, unknown> {
  const { uuid, state, ...fields } = taskJson(task);
  return unknown.has(task.uuid) ? { uuid, state, unknown: true, ...fields } : { uuid, state, ...fields };
}

function workerJson(facts: WorkerFacts, worker: Worker | undefined): Record<string, unknown> {
  return {
    hostname: facts.hostname,
    status: facts.status,
    ...(worker === undefined ? {} : heartbeatJson(worker)),
    done_in_minute: facts.doneInMinute,
    failed_in_minute: facts.failedInMinute,
    queues: facts.activeQueues.value?.map(({ name }) => name),
    stats: facts.stats.value,
  };
}

/** What of its task events did not arrive, and whether that can be known. */
function intakeJson(intake: WorkerIntake | undefined): Record<string, unknown> | undefined {
  if (intake === undefined) return undefined;
  return {
    ...{ knowledge: intake.knowledge, events: intake.events, started: intake.starts },
    ...{ lost_started: intake.confirmedStarts, perhaps_lost_started: intake.provisionalStarts },
    lost_events: Math.round(intake.lostEvents),
  };
}

/** A row without a name is of all that belongs to no type of the list. Spans in seconds, shares from 0 to 1. */
function typeJson(type: TypeRow): Record<string, unknown> {
  const { succeeded, failed, retried, count } = type;
  return {
    name: type.name,
    running: type.running,
    ...{ started: type.started, succeeded, failed, retried, revoked: type.revoked },
    seconds: rounded(type.seconds),
    rate: rounded(type.rate),
    ...(count === 0 ? {} : { fail_share: rounded(failed / count), retry_share: rounded(retried / count) }),
    runtime: percentilesJson(type.run),
    wait_in_worker: percentilesJson(type.workerWait),
    wait_in_queue: percentilesJson(type.queueWait),
    rate_limit: type.rateLimit,
  };
}

function percentilesJson({ count, p50, p95, p99 }: Percentiles): Record<string, unknown> | undefined {
  if (count === 0) return undefined;
  return { count, p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) };
}

/** To the microsecond, which is all that events tell. */
function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 1e6) / 1e6;
}
