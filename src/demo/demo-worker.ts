import { Autoscaler } from './demo-autoscaler.ts';
import { type ConsumedQueue, consumedQueue } from './demo-consumed-queue.ts';
import { EventDispatcher, LogicalClock, type Sender } from './demo-events.ts';
import { Execution } from './demo-execution.ts';
import { Intake } from './demo-intake.ts';
import type { DemoParts } from './demo-parts.ts';
import { Pool } from './demo-pool.ts';
import type { Request } from './demo-request.ts';
import type { WorkerSpec } from './demo-roster.ts';
import { addRevoked, initialSettings, requestsIn, type WorkerState } from './demo-worker-state.ts';

/** Seconds between heartbeats: --heartbeat-interval. */
const heartbeatInterval = 2;
const software = { sw_ident: 'py-celery', sw_ver: '5.6.3', sw_sys: 'Linux' };

export interface WorkerOptions {
  /** What it knows from its life before the demo began, or from the others (mingle). */
  readonly clock: number;
  readonly revoked: readonly string[];
  readonly uptime: number;
  readonly totals: ReadonlyMap<string, number>;
  /** Started with -E. */
  readonly sendsTaskEvents: boolean;
  /** A `worker-*` event left: the others' gossip hears it. */
  readonly onWorkerEvent: (clock: number) => void;
  readonly onGone: () => void;
}

/** One running worker process: joins its parts and lives from `worker-online` to `worker-offline`. */
export class DemoWorker {
  readonly spec: WorkerSpec;
  readonly state: WorkerState;
  readonly clock: LogicalClock;
  readonly startedAt: number;
  readonly dispatcher: EventDispatcher;
  readonly intake: Intake;
  readonly autoscaler: Autoscaler | undefined;
  readonly queues: Map<string, ConsumedQueue> = new Map();
  /** kombu's mailbox counts by itself. */
  readonly mailboxClock: LogicalClock = new LogicalClock();
  readonly #parts: DemoParts;
  readonly #options: WorkerOptions;
  readonly #execution: Execution;
  readonly #afterSolo: (() => void)[] = [];
  readonly #repeats: { cancel: () => void }[] = [];
  #load: number;

  constructor(parts: DemoParts, spec: WorkerSpec, options: WorkerOptions) {
    const { agenda, chance } = parts;
    const pid = chance.integer(900, 32_000);
    const host = spec.hostname.slice(spec.hostname.indexOf('@') + 1);
    let nextPid = pid;
    this.#parts = parts;
    this.#options = options;
    this.#load = chance.between(0.2, 1.4);
    this.spec = spec;
    this.startedAt = agenda.now - options.uptime;
    this.clock = new LogicalClock(options.clock);
    const sender: Sender = { hostname: spec.hostname, pid, clock: this.clock };
    this.dispatcher = new EventDispatcher(parts, sender, options.sendsTaskEvents ? [] : ['worker']);
    this.state = {
      hostname: spec.hostname,
      pid,
      pool: new Pool({
        kind: spec.pool,
        concurrency: spec.concurrency,
        host,
        main: sender,
        nextPid: () => (nextPid += chance.integer(1, 3)),
      }),
      requests: new Map(),
      revoked: new Set(),
      revokedStamps: new Map(),
      settings: initialSettings(),
      totals: new Map(options.totals),
      processed: [...options.totals.values()].reduce((sum, count) => sum + count, 0),
      stage: 'running',
      sendsTaskEvents: () => this.dispatcher.sendsTaskEvents,
      emit: (type, fields) => this.dispatcher.sendTaskEvent(type, fields, chance.between(0.002, 0.015)),
    };
    addRevoked(this.state.revoked, options.revoked);
    const most = spec.autoscale?.max ?? spec.concurrency;
    this.intake = new Intake(parts, this.state, most, () => this.#startReserved());
    this.#execution = new Execution(parts, this.state, () => this.#onFree());
    this.autoscaler =
      spec.autoscale &&
      new Autoscaler(agenda, this.state, this.intake, spec.autoscale, () => this.#startReserved());
  }

  /** Says that it is there, then takes from its queues. */
  start(): void {
    this.sendWorkerEvent('worker-online', this.#vitals());
    this.#repeats.push(this.#parts.agenda.every(heartbeatInterval, () => this.#beat()));
    if (this.autoscaler) this.#repeats.push(this.#parts.agenda.every(1, () => this.autoscaler?.scale()));
    for (const queue of this.spec.queues) this.addQueue(consumedQueue(queue));
  }

  addQueue(queue: ConsumedQueue): void {
    if (this.queues.has(queue.name)) return;
    this.queues.set(queue.name, queue);
    this.#parts.queues.consume(queue.name, this.intake);
  }

  cancelQueue(name: string): void {
    this.queues.delete(name);
    this.#parts.queues.cancel(name, this.intake);
  }

  /** A solo pool runs tasks in the main process: until one ends, nothing else happens there. */
  whenResponsive(act: () => void): void {
    if (this.isBlocked) this.#afterSolo.push(act);
    else act();
  }

  get isBlocked(): boolean {
    return this.spec.pool === 'solo' && requestsIn(this.state, 'active').length > 0;
  }

  revoke(ids: readonly string[]): void {
    addRevoked(this.state.revoked, ids);
  }

  /** @throws PythonError when the pool cannot kill. */
  terminate(request: Request, signum: number): void {
    this.#execution.terminate(request, signum);
  }

  /** The answer to a `heartbeat` command: short, and with another frequency (protocol.md A.5). */
  sendRequestedHeartbeat(): void {
    this.sendWorkerEvent('worker-heartbeat', { freq: 5, ...software });
  }

  sendWorkerEvent(type: string, fields: Record<string, unknown>): void {
    this.dispatcher.sendWorkerEvent(type, fields);
    this.#options.onWorkerEvent(this.clock.value);
  }

  /** Pool or limits changed: there may be room. */
  refill(): void {
    this.#startReserved();
    this.#parts.queues.refill(this.queues.keys());
  }

  /** A warm shutdown: takes no more, lets run what runs, says goodbye. */
  shutDown(): void {
    if (this.state.stage !== 'running') return;
    this.state.stage = 'stopping';
    this.#leaveQueues();
    this.#leaveIfDone();
  }

  /** The machine goes dark without a word: no more beats, and what ran is lost. */
  vanish(): void {
    this.state.stage = 'gone';
    this.dispatcher.discard();
    this.#stopRepeats();
    this.#execution.abandon();
    this.#leaveQueues();
  }

  #leaveQueues(): void {
    for (const name of [...this.queues.keys()]) this.cancelQueue(name);
    this.intake.returnAll();
  }

  #startReserved(): void {
    this.#execution.startReserved();
    if (this.isBlocked) this.dispatcher.hold();
  }

  #onFree(): void {
    if (this.spec.pool === 'solo') this.#unblock();
    this.#startReserved();
    this.#parts.queues.refill(this.queues.keys());
    this.#leaveIfDone();
  }

  #unblock(): void {
    this.dispatcher.release();
    for (const act of this.#afterSolo.splice(0)) act();
  }

  #leaveIfDone(): void {
    if (this.state.stage !== 'stopping' || requestsIn(this.state, 'active').length > 0) return;
    this.state.stage = 'gone';
    this.#stopRepeats();
    // After the last task's events, which wait for the hub's next tick.
    this.#parts.agenda.after(0.05, () => {
      this.sendWorkerEvent('worker-offline', this.#vitals());
      this.#options.onGone();
    });
  }

  #stopRepeats(): void {
    for (const repeat of this.#repeats.splice(0)) repeat.cancel();
  }

  #beat(): void {
    if (this.isBlocked) return;
    // Heartbeats of the past would look like a clock that is off; the others' clocks still move on.
    if (this.#parts.agenda.catchingUp) this.#options.onWorkerEvent(this.clock.forward());
    else this.sendWorkerEvent('worker-heartbeat', this.#vitals());
  }

  #vitals(): Record<string, unknown> {
    const active = requestsIn(this.state, 'active').length;
    const target = 0.3 + active * 0.7;
    this.#load = Math.max(
      0.01,
      this.#load + (target - this.#load) * 0.15 + this.#parts.chance.between(-0.1, 0.1),
    );
    const loadavg = [1, 0.85, 0.6].map((share) => Number((this.#load * share).toFixed(2)));
    return { freq: heartbeatInterval, active, processed: this.state.processed, loadavg, ...software };
  }
}
