import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Whose metrics these are, and what their help says. Names, types and labels are those of Flower and celery-exporter. */
const taskLabels = ['name', 'hostname', 'queue_name'] as const;

/** Mirrors celery-exporter's src/exporter.py:Exporter.state_counters; only `task-failed` has one label more. */
const countedEvents: Readonly<Record<string, { readonly name: string; readonly help: string }>> = {
  'task-sent': { name: 'celery_task_sent_total', help: 'Sent when a task message is published.' },
  'task-received': { name: 'celery_task_received_total', help: 'Sent when the worker receives a task.' },
  'task-started': {
    name: 'celery_task_started_total',
    help: 'Sent just before the worker executes the task.',
  },
  'task-succeeded': { name: 'celery_task_succeeded_total', help: 'Sent if the task executed successfully.' },
  'task-failed': { name: 'celery_task_failed_total', help: 'Sent if the execution of the task failed.' },
  'task-rejected': { name: 'celery_task_rejected_total', help: 'The task was rejected by the worker.' },
  'task-revoked': { name: 'celery_task_revoked_total', help: 'Sent if the task has been revoked.' },
  'task-retried': {
    name: 'celery_task_retried_total',
    help: 'Sent if the task failed, but will be retried.',
  },
};

/** All that the camera writes, each with no value yet. */
export interface Metrics {
  /** What `events` and `failed` and all others are written from. */
  readonly registry: Registry;
  /** celery-exporter's counters, by the type of the event. */
  readonly ofTasks: ReadonlyMap<string, Counter>;
  readonly events: Counter;
  readonly runtime: Histogram;
  readonly exporterRuntime: Histogram;
  readonly prefetchTime: Gauge;
  readonly online: Gauge;
  readonly executing: Gauge;
  readonly up: Gauge;
  readonly active: Gauge;
  readonly inMemory: Gauge;
  readonly received: Counter;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const make = (name: string, help: string, labelNames: readonly string[]) => ({
    ...{ name, help, labelNames: [...labelNames] },
    registers: [registry],
  });
  const ofTasks = Object.entries(countedEvents).map(([type, { name, help }]): [string, Counter] => [
    type,
    new Counter(make(name, help, type === 'task-failed' ? [...taskLabels, 'exception'] : taskLabels)),
  ]);
  return {
    registry,
    ofTasks: new Map(ofTasks),
    // Flower's: flower/events.py:PrometheusMetrics.
    events: new Counter(make('flower_events_total', 'Number of events', ['worker', 'type', 'task'])),
    runtime: new Histogram(make('flower_task_runtime_seconds', 'Task runtime', ['worker', 'task'])),
    prefetchTime: new Gauge(
      make(
        'flower_task_prefetch_time_seconds',
        'The time the task spent waiting at the celery worker to be executed.',
        ['worker', 'task'],
      ),
    ),
    online: new Gauge(make('flower_worker_online', 'Worker online status', ['worker'])),
    executing: new Gauge(
      make(
        'flower_worker_number_of_currently_executing_tasks',
        'Number of tasks currently executing at a worker',
        ['worker'],
      ),
    ),
    // celery-exporter's.
    exporterRuntime: new Histogram(
      make('celery_task_runtime', 'Histogram of task runtime measurements.', taskLabels),
    ),
    up: new Gauge(
      make('celery_worker_up', 'Indicates if a worker has recently sent a heartbeat.', ['hostname']),
    ),
    active: new Gauge(
      make('celery_worker_tasks_active', 'The number of tasks the worker is currently processing', [
        'hostname',
      ]),
    ),
    // Ours.
    inMemory: new Gauge(
      make('stalk_tasks_in_memory', 'Tasks that stalk remembers, by their state', ['state']),
    ),
    received: new Counter(make('stalk_events_received_total', 'Events of any kind that stalk received', [])),
  };
}

export const exporterLabels: readonly string[] = taskLabels;
