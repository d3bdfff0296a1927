import type { Timers } from '../timers.ts';
import type { MemoryBroker } from '../transport/memory.ts';
import { Agenda } from './demo-agenda.ts';
import { listenForControl } from './demo-control.ts';
import { DemoElections } from './demo-election.ts';
import { startLoad } from './demo-load.ts';
import { type DemoOptions, defaultDemoOptions } from './demo-options.ts';
import type { DemoParts } from './demo-parts.ts';
import { Producer } from './demo-producer.ts';
import { TaskQueues } from './demo-queues.ts';
import { Chance, seededRandom } from './demo-random.ts';
import { type WorkerSpec, workerSpecs } from './demo-roster.ts';
import { taskTypes } from './demo-tasks.ts';
import { unheldTimers } from './demo-timers.ts';
import { DemoWorker } from './demo-worker.ts';
import { requestsIn } from './demo-worker-state.ts';

/** Seconds of the past that are played at the start, so that the first screen is not empty. */
const history = 40;
/** Seconds until a worker is lost for the first time, between two losses, and until it is back. */
const outage = { first: 70, every: 420, lasts: 40 } as const;

export interface DemoClusterOptions extends Partial<DemoOptions> {
  readonly broker: MemoryBroker;
  /** Default: the real clock, with timers that do not keep the process alive. */
  readonly timers?: Timers;
  /** Default: numbers that follow from `seed`. */
  readonly random?: () => number;
}

/** Several simulated workers under load, which speak Celery's own messages. */
export interface DemoCluster {
  /** Node names of the workers that run now. */
  readonly hostnames: readonly string[];
  /** How many things it remembers: appointments, messages, requests, revoked ids. It must not grow for ever. */
  readonly footprint: number;
  /** Ends everything at once, without a word to anybody; safe to call twice. */
  stop(): void;
}

/** Starts the workers and their load on `broker`; they listen to control requests at once. */
export function startDemoCluster(options: DemoClusterOptions): DemoCluster {
  const { broker, rate, seed, workers: count, events } = { ...defaultDemoOptions, ...options };
  const agenda = new Agenda(options.timers ?? unheldTimers, history);
  const chance = new Chance(options.random ?? seededRandom(seed));
  const queues = new TaskQueues();
  const producer = new Producer({ broker, agenda }, queues, chance, events);
  const parts: DemoParts = { broker, agenda, chance, queues, producer };
  const cluster = new RunningCluster(parts, events);
  for (const spec of workerSpecs(count, rate)) cluster.join(spec, history);
  startLoad(parts, rate, () => cluster.workers);
  return cluster;
}

class RunningCluster implements DemoCluster {
  readonly #parts: DemoParts;
  readonly #events: boolean;
  readonly #workers = new Map<string, DemoWorker>();
  readonly #mailboxes = new Map<string, () => void>();
  readonly #elections: DemoElections;

  constructor(parts: DemoParts, events: boolean) {
    this.#parts = parts;
    this.#events = events;
    this.#elections = new DemoElections(parts, () => this.workers);
    parts.agenda.after(history + outage.first, () => this.#loseOne());
  }

  get workers(): readonly DemoWorker[] {
    return [...this.#workers.values()];
  }

  get hostnames(): readonly string[] {
    return [...this.#workers.keys()];
  }

  get footprint(): number {
    const kept = this.workers.map(
      ({ state }) => state.requests.size + state.revoked.size + state.totals.size,
    );
    return kept.reduce((sum, size) => sum + size, this.#parts.agenda.size + this.#parts.queues.size);
  }

  stop(): void {
    for (const hostname of this.hostnames) this.#leave(hostname);
    this.#parts.agenda.stop();
  }

  /** Starts a worker; one with a past has worked for hours already. */
  join(spec: WorkerSpec, past: number): void {
    const { chance } = this.#parts;
    const others = this.workers;
    const worker = new DemoWorker(this.#parts, spec, {
      // What mingle tells a worker that starts.
      clock: Math.max(past > 0 ? 180_000 : 0, ...others.map(({ clock }) => clock.value)),
      revoked: [...new Set(others.flatMap(({ state }) => [...state.revoked]))],
      uptime: past > 0 ? chance.integer(7_000, 140_000) : 0,
      totals: past > 0 ? pastTotals(this.#parts, spec) : new Map(),
      sendsTaskEvents: this.#events,
      onWorkerEvent: (clock) => this.#gossip(worker, clock),
      onGone: () => this.#leave(spec.hostname),
    });
    this.#workers.set(spec.hostname, worker);
    this.#mailboxes.set(spec.hostname, listenForControl(this.#parts, worker, this.#elections));
    worker.start();
  }

  #leave(hostname: string): void {
    this.#mailboxes.get(hostname)?.();
    this.#mailboxes.delete(hostname);
    this.#workers.delete(hostname);
  }

  /** Workers hear each other's events, which keeps their clocks together. */
  #gossip(from: DemoWorker, clock: number): void {
    for (const worker of this.#workers.values()) {
      if (worker !== from) worker.clock.adjust(clock);
    }
  }

  /** A machine loses its power: no worker-offline, no heartbeats, and a fresh start some time later. */
  #loseOne(): void {
    const { agenda, chance } = this.#parts;
    agenda.after(outage.every * chance.between(0.8, 1.2), () => this.#loseOne());
    const candidates = this.workers.filter(
      ({ state, spec }, index) =>
        index > 0 &&
        spec.pool === 'prefork' &&
        state.stage === 'running' &&
        requestsIn(state, 'active').length > 0,
    );
    const [first, ...rest] = candidates;
    if (first === undefined) return;
    const worker = chance.pick([first, ...rest]);
    worker.vanish();
    this.#leave(worker.spec.hostname);
    agenda.after(outage.lasts, () => this.join(worker.spec, 0));
  }
}

function pastTotals({ chance }: DemoParts, { queues }: WorkerSpec): Map<string, number> {
  const ran = taskTypes.filter(({ queue }) => queues.includes(queue));
  return new Map(
    ran.map(({ name, runtime: [median] }) => [name, Math.ceil(chance.integer(60, 600) / (median + 0.2))]),
  );
}
