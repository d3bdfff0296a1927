import { randomUUID } from 'node:crypto';

export type WireEvent = Readonly<Record<string, unknown>>;

interface RunningTask {
  readonly uuid: string;
  readonly pid: number;
  readonly number: number;
}

const names = [
  'app.orders.place',
  'app.billing.charge',
  'app.mail.send_email',
  'app.search.index_product',
  'app.img.resize_thumbnail',
  'app.reports.render_monthly_statement',
] as const;
/** Tasks that wait in a worker, and tasks that run in it, before the oldest moves on. */
const waiting = 8;
const running = 4;
/** Every this many tasks one fails or is retried. */
const failsEvery = 16;
const retriesEvery = 23;

/** The tasks of one worker, as the events that Celery 5.6 sends of them: received, started, and how they ended. */
export class WorkerLife {
  readonly hostname: string;
  readonly #pid: number;
  readonly #received: RunningTask[] = [];
  readonly #started: RunningTask[] = [];
  #clock = 0;
  #processed = 0;
  tasks = 0;

  constructor(index: number) {
    this.hostname = `celery@worker-${index}.example.org`;
    this.#pid = 1000 + index * 100;
  }

  /** What the worker's event dispatcher collects before it sends: `count` events of interleaved tasks. */
  events(count: number, now: number): WireEvent[] {
    return Array.from({ length: count }, () => this.#next(now));
  }

  /** Whatever has begun ends, so that no task is left half told. */
  rest(now: number): WireEvent[] {
    const events: WireEvent[] = [];
    while (this.#received.length > 0 || this.#started.length > 0) {
      events.push(this.#started.length > 0 ? this.#end(now) : this.#start(now));
    }
    return events;
  }

  heartbeat(now: number): WireEvent {
    return {
      ...this.#stamp(now, 'worker-heartbeat'),
      freq: 2,
      active: this.#started.length,
      processed: this.#processed,
      loadavg: [1.53, 1.15, 0.62],
      sw_ident: 'py-celery',
      sw_ver: '5.6.3',
      sw_sys: 'Linux',
    };
  }

  #next(now: number): WireEvent {
    if (this.#started.length > running) return this.#end(now);
    if (this.#received.length > waiting) return this.#start(now);
    return this.#receive(now);
  }

  #receive(now: number): WireEvent {
    this.tasks += 1;
    const task = { uuid: randomUUID(), pid: this.#pid + 1 + (this.tasks % 4), number: this.tasks };
    this.#received.push(task);
    return {
      ...this.#stamp(now, 'task-received', task.uuid),
      name: names[task.number % names.length],
      args: `(${100_000 + task.number}, '49.${task.number % 90}')`,
      kwargs: `{'customer': 'c-${task.number % 977}', 'capture': True, 'note': 'gift wrapped'}`,
      root_id: task.uuid,
      parent_id: null,
      retries: 0,
      eta: null,
      expires: null,
    };
  }

  #start(now: number): WireEvent {
    const task = this.#received.shift();
    if (task === undefined) return this.#receive(now);
    this.#started.push(task);
    return { ...this.#stamp(now, 'task-started', task.uuid), pid: task.pid };
  }

  #end(now: number): WireEvent {
    const task = this.#started.shift();
    if (task === undefined) return this.#start(now);
    this.#processed += 1;
    if (task.number % failsEvery === 0)
      return this.#fail(now, task, 'task-failed', "ValueError('card declined')");
    if (task.number % retriesEvery === 0) {
      return this.#fail(now, task, 'task-retried', "TimeoutError('no answer within 5 s')");
    }
    return {
      ...this.#stamp(now, 'task-succeeded', task.uuid),
      result: `{'order': ${100_000 + task.number}, 'status': 'placed', 'charge': 'ch_${task.uuid.slice(0, 8)}'}`,
      runtime: 0.02 + (task.number % 100) / 1000,
    };
  }

  #fail(now: number, task: RunningTask, type: string, exception: string): WireEvent {
    const frames = [
      ['/srv/venv/site-packages/celery/app/trace.py', 585, 'trace_task', 'R = retval = fun(*args, **kwargs)'],
      [
        '/srv/venv/site-packages/celery/app/trace.py',
        858,
        '__protected_call__',
        'return self.run(*args, **kwargs)',
      ],
      ['/srv/app/billing.py', 56, 'charge', 'gateway.capture(order, amount)'],
      ['/srv/app/gateway.py', 112, 'capture', 'raise self._error(response)'],
    ];
    const lines = frames.map(
      ([file, line, name, code]) => `  File "${file}", line ${line}, in ${name}\n    ${code}`,
    );
    const traceback = ['Traceback (most recent call last):', ...lines, exception, ''].join('\n');
    return { ...this.#stamp(now, type, task.uuid), exception, traceback };
  }

  #stamp(timestamp: number, type: string, uuid?: string): WireEvent {
    this.#clock += 1;
    const sender = { hostname: this.hostname, utcoffset: 0, pid: this.#pid, clock: this.#clock };
    return { ...sender, ...(uuid === undefined ? {} : { uuid }), timestamp, type };
  }
}
