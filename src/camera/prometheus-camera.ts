import type { Event } from '../protocol/event.ts';
import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';
import type { Camera } from './camera.ts';
import { LabelSets } from './label-sets.ts';
import { exporterLabels, type Metrics, makeMetrics } from './prometheus-metrics.ts';
import { taskEventOf } from './task-event.ts';

/** Combinations of labels per metric. */
const mostSeries = 5_000;

/** What celery-exporter calls the queue of a task whose events name none: Celery's `task_default_queue`. */
const defaultQueue = 'celery';

type Labels = Readonly<Record<string, string>>;

/**
 * Writes all metrics at each shot, in Prometheus' text format. Counters count events as they come, so they never go back,
 * whatever the state forgets; gauges are read from the state at the shot.
 */
export class PrometheusCamera implements Camera {
  readonly #metrics: Metrics = makeMetrics();
  readonly #write: (text: string) => unknown;
  readonly #now: () => number;
  readonly #flower: LabelSets = new LabelSets(['worker', 'type', 'task'], mostSeries);
  readonly #flowerTasks: LabelSets = new LabelSets(['worker', 'task'], mostSeries);
  readonly #exporter: LabelSets = new LabelSets(exporterLabels, mostSeries, (labels) => this.#begin(labels));
  readonly #sent: LabelSets = new LabelSets(exporterLabels, mostSeries);
  readonly #failed: LabelSets = new LabelSets([...exporterLabels, 'exception'], mostSeries);
  readonly #workers: LabelSets = new LabelSets(['worker'], mostSeries);
  readonly #hosts: LabelSets = new LabelSets(['hostname'], mostSeries);
  readonly #states: LabelSets = new LabelSets(['state'], mostSeries);

  /**
   * @param write takes the whole text
   * @param now seconds since the epoch
   */
  constructor(write: (text: string) => unknown, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  onEvent(event: Event, state: State): void {
    this.#metrics.received.inc();
    const found = taskEventOf(event, state);
    if (found === undefined) return;
    const { type, hostname, task } = found;
    const name = task.name ?? '';
    this.#metrics.events.inc(this.#flower.of(hostname, type, name));
    const worker = this.#flowerTasks.of(hostname, name);
    const runtime = event['runtime'];
    // Flower takes a run of 0 seconds for none.
    if (isSeconds(runtime) && runtime > 0) this.#metrics.runtime.observe(worker, runtime);
    this.#notePrefetch(type, task, worker);
    this.#countForExporter(type, task, hostname, runtime);
  }

  async onShutter(state: State): Promise<void> {
    const { inMemory, registry } = this.#metrics;
    this.#readWorkers(state);
    inMemory.reset();
    for (const [name, count] of state.countByState()) inMemory.inc(this.#states.of(name), count);
    await this.#write(await registry.metrics());
  }

  /** Mirrors flower/events.py:EventsState.event: of the newest run, 0 once that has ended. */
  #notePrefetch(type: string, { eta, started, received }: Task, labels: Labels): void {
    if (eta || typeof started !== 'number' || typeof received !== 'number') return;
    if (type === 'task-started') this.#metrics.prefetchTime.set(labels, started - received);
    if (type === 'task-succeeded' || type === 'task-failed') this.#metrics.prefetchTime.set(labels, 0);
  }

  /** Mirrors celery-exporter's track_task_event, whose `hostname` is what stands behind the `@`. */
  #countForExporter(type: string, task: Task, hostname: string, runtime: unknown): void {
    const counter = this.#metrics.ofTasks.get(type);
    if (counter === undefined) return;
    const values = [task.name ?? '', hostOf(hostname), task.queue ?? defaultQueue] as const;
    // Senders are many: their labels make no series of zeros.
    if (type === 'task-sent') {
      counter.inc(this.#sent.of(...values));
      return;
    }
    const labels = this.#exporter.of(...values);
    if (type === 'task-failed') counter.inc(this.#failed.of(...values, exceptionOf(task.exception)));
    else counter.inc(labels);
    if (type === 'task-succeeded' && isSeconds(runtime))
      this.#metrics.exporterRuntime.observe(labels, runtime);
  }

  /** A counter that is there from the start with 0 shows its first event as an increase. */
  #begin(labels: Labels): void {
    for (const [type, counter] of this.#metrics.ofTasks) {
      if (type === 'task-failed') counter.inc({ ...labels, exception: '' }, 0);
      else if (type !== 'task-sent') counter.inc(labels, 0);
    }
  }

  /** celery-exporter has one series for all workers of a host: up while one of them is, their running tasks together. */
  #readWorkers(state: State): void {
    const { online, executing, up, active } = this.#metrics;
    for (const gauge of [online, executing, up, active]) gauge.reset();
    const now = this.#now();
    const upHosts = new Set<Labels>();
    for (const worker of state.workers.values()) {
      const isAlive = worker.alive(now);
      const labels = this.#workers.of(worker.hostname);
      online.set(labels, isAlive ? 1 : 0);
      if (typeof worker.active === 'number') executing.set(labels, worker.active);
      const host = this.#hosts.of(hostOf(worker.hostname));
      if (isAlive) upHosts.add(host);
      up.set(host, upHosts.has(host) ? 1 : 0);
      active.inc(host, isAlive ? (worker.active ?? 0) : 0);
    }
  }
}

/** Mirrors celery/utils/nodenames.py:nodesplit; a name without `@` is the host. */
function hostOf(hostname: string): string {
  return hostname.slice(hostname.indexOf('@') + 1);
}

/** `ValueError('no')` → `ValueError`. Mirrors celery-exporter's get_exception_class_name. */
function exceptionOf(text: string | null | undefined): string {
  return /^(\w+)\(/.exec(text ?? '')?.[1] ?? 'UnknownException';
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
