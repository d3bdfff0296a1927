import { IntakeMeter } from '../../../../src/monitor/intake/intake-meter.ts';
import type { IntakeReport, WorkerIntake } from '../../../../src/monitor/intake/intake-report.ts';
import type { Event } from '../../../../src/protocol/event.ts';
import { LamportClock } from '../../../../src/protocol/lamport-clock.ts';
import { State } from '../../../../src/state/state.ts';

export const start = 1_700_000_000;

export interface WorkerOptions {
  readonly hostname?: string;
  readonly pid?: number | null;
  /** Where its logical clock begins. */
  readonly clock?: number;
  /** How many tasks it had run before we came. */
  readonly processed?: number;
  readonly totals?: Record<string, number>;
  /** Began, in seconds since the epoch. */
  readonly begun?: number;
  readonly pool?: string;
}

let uuids = 0;

/** A worker as celery/worker and celery/events/dispatcher.py have it: one clock, a count, and a buffer of task events. */
export class SimulatedWorker {
  readonly hostname: string;
  readonly pid: number | null;
  clock: number;
  processed: number;
  readonly totals: Record<string, number>;
  readonly begun: number;
  readonly pool: string;
  /** Types of which it tells nothing: `send_events = False`. */
  readonly silentTypes: Set<string> = new Set();
  /** -E. */
  sendsEvents = true;
  /** What its own clock says when ours says 0. */
  skew = 0;
  readonly #buffer: Event[] = [];

  constructor(options: WorkerOptions = {}) {
    this.hostname = options.hostname ?? 'w1@sim';
    this.pid = options.pid === undefined ? 100 : options.pid;
    this.clock = options.clock ?? 1000;
    this.processed = options.processed ?? 0;
    this.totals = { ...options.totals };
    this.begun = options.begun ?? start - 10_000;
    this.pool = options.pool ?? 'celery.concurrency.prefork:TaskPool';
  }

  /** One task from its receipt to its end, into the buffer. */
  run(now: number, name = 'app.add', end = 'task-succeeded'): void {
    const uuid = `task-${uuids++}`;
    this.tell('task-received', now, name, { uuid, name, args: '()', kwargs: '{}' });
    this.count(name);
    this.tell('task-started', now, name, { uuid });
    this.tell(end, now, name, { uuid, ...(end === 'task-succeeded' ? { runtime: 0.001, result: '1' } : {}) });
  }

  /** celery/worker/state.py:task_accepted */
  count(name = 'app.add'): void {
    this.processed += 1;
    this.totals[name] = (this.totals[name] ?? 0) + 1;
  }

  /** celery/worker/request.py:Request.send_event */
  tell(type: string, now: number, name: string, fields: Record<string, unknown>): void {
    if (this.sendsEvents && !this.silentTypes.has(name)) this.#buffer.push(this.event(type, now, fields));
  }

  /** What the next tick of its hub sends. */
  flush(): Event[] {
    return this.#buffer.splice(0);
  }

  beat(now: number, type = 'worker-heartbeat', fields: Record<string, unknown> = {}): Event {
    return this.event(type, now, { freq: 2, active: 0, processed: this.processed, ...fields });
  }

  stats(now: number): Record<string, unknown> {
    this.clock += 1;
    return {
      pid: this.pid,
      clock: String(this.clock),
      total: { ...this.totals },
      uptime: Math.floor(now - this.begun),
      pool: { implementation: this.pool },
    };
  }

  event(type: string, now: number, fields: Record<string, unknown> = {}): Event {
    this.clock += 1;
    const pid = this.pid === null ? {} : { pid: this.pid };
    return {
      type,
      hostname: this.hostname,
      ...pid,
      clock: this.clock,
      timestamp: now + this.skew,
      ...fields,
    };
  }
}

/** A meter at the end of a stream that loses what it is told to lose. Time is its own. */
export class SimulatedStream {
  readonly meter: IntakeMeter;
  readonly workers: SimulatedWorker[];
  now: number = start;
  /** Workers that answer `stats`; asked while connected. */
  readonly answering: Set<SimulatedWorker> = new Set();
  /** Nothing reaches us. */
  isCut = false;
  /** Requests for `stats`, by worker. */
  readonly asked: string[] = [];
  /** How many task-started events were dropped. */
  droppedStarts = 0;
  droppedEvents = 0;
  /** Seconds by which everything comes late. */
  lateBy = 0;
  readonly #clock = new LamportClock();
  readonly #state: State;

  constructor(workers: readonly SimulatedWorker[], options: { maxWorkers?: number; maxTasks?: number } = {}) {
    this.workers = [...workers];
    for (const worker of workers) this.answering.add(worker);
    this.#state = new State({ maxTasksInMemory: options.maxTasks ?? 10_000 });
    this.meter = new IntakeMeter({
      state: this.#state,
      online: () => this.workers.map(({ hostname }) => hostname),
      ownClock: () => this.#clock.value,
      askStats: (hostnames) => this.askStats(hostnames),
      ...(options.maxWorkers === undefined ? {} : { maxWorkers: options.maxWorkers }),
    });
    this.meter.listening(start);
  }

  /** As the inspector does once it has heard of a worker. */
  askStats(hostnames: readonly string[] = this.workers.map(({ hostname }) => hostname)): void {
    for (const worker of this.workers) {
      if (!hostnames.includes(worker.hostname)) continue;
      this.asked.push(worker.hostname);
      if (this.answering.has(worker) && !this.isCut)
        this.meter.noteStats(worker.hostname, worker.stats(this.now), this.now);
    }
  }

  /** An event on its way to us; `drop` loses it. */
  send(events: readonly Event[], drop: (event: Event) => boolean = () => false): void {
    for (const event of events) {
      if (this.isCut || drop(event)) {
        this.droppedEvents += event.type.startsWith('task-') ? 1 : 0;
        this.droppedStarts += event.type === 'task-started' ? 1 : 0;
        continue;
      }
      const received = { ...event, local_received: this.now + this.lateBy };
      // As the receiver does (events/event-stamp.ts).
      if (typeof received.clock === 'number') this.#clock.adjust(received.clock);
      else received.clock = this.#clock.forward();
      this.#state.event(received);
      this.meter.noteEvent(received, this.now + this.lateBy);
    }
  }

  /** The connection is lost. */
  cut(): void {
    this.isCut = true;
    this.meter.deaf(this.now);
  }

  /** It is back. */
  reconnect(): void {
    this.isCut = false;
    this.meter.listening(this.now);
    this.meter.askTotals(this.now);
  }

  /**
   * Lets seconds go by: each tenth of one, every worker runs `tasks` tasks; it beats every two seconds, before what is in
   * its buffer goes out.
   */
  pass(
    seconds: number,
    tasks: number | ((worker: SimulatedWorker) => void) = 0,
    drop: (event: Event) => boolean = () => false,
  ): void {
    for (let step = 0; step < Math.round(seconds * 10); step += 1) {
      this.now = Math.round((this.now + 0.1) * 10) / 10;
      for (const worker of this.workers) {
        if (typeof tasks === 'number') for (let n = 0; n < tasks; n += 1) worker.run(this.now);
        else tasks(worker);
        if (Math.round(this.now * 10) % 20 === 0) this.send([worker.beat(this.now)], drop);
        this.send(worker.flush(), drop);
      }
      if (Math.round(this.now * 10) % 10 === 0) this.second();
    }
  }

  /** What the monitor does once a second. */
  second(): void {
    this.meter.tick(this.now);
    if (!this.isCut) this.meter.askTotals(this.now);
  }

  report(): IntakeReport {
    return this.meter.report(this.now, 0);
  }

  worker(hostname = 'w1@sim'): WorkerIntake {
    const found = this.report().workers.find((worker) => worker.hostname === hostname);
    if (found === undefined) throw new Error(`${hostname} is not known`);
    return found;
  }

  /** Starts that the meter says are lost, for certain and provisionally. */
  lost(hostname = 'w1@sim'): [confirmed: number, provisional: number] {
    const { confirmedStarts, provisionalStarts } = this.worker(hostname);
    return [confirmedStarts, provisionalStarts];
  }
}

/** A stream that has been watched for long enough to be compared. */
export function watched(...workers: readonly SimulatedWorker[]): SimulatedStream {
  const stream = new SimulatedStream(workers.length === 0 ? [new SimulatedWorker()] : workers);
  stream.pass(2.5, 5);
  stream.askStats();
  stream.pass(12, 5);
  return stream;
}
