import { type EventMoment, EventText, numberMark, pythonJson, spreadMark, uuidMark } from './event-text.ts';

/**
 * What the tasks of a stream look like. `reference`: what goals are about, every task succeeds, with 30 bytes of args,
 * 40 of kwargs and 30 of result. `mixed`: some fail with a traceback, some are retried.
 */
export type TaskShape = 'reference' | 'mixed';

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
/** Of the mixed shape every this many tasks one fails or is retried. */
const failsEvery = 16;
const retriesEvery = 23;
/** Nine digits from the first to the last event. */
const firstClock = 100_000_000;

/** The tasks of one worker, as the events that Celery 5.6 sends of them: received, started, and how they ended. */
export class WorkerStream {
  readonly hostname: string;
  readonly #index: number;
  readonly #shape: TaskShape;
  readonly #pid: number;
  readonly #texts: ReturnType<typeof textsOf>;
  readonly #moment: EventMoment = { clock: firstClock, timestamp: '' };
  /** Tasks so far; they go first in, first out, so that counts are all there is to remember. */
  received = 0;
  started = 0;
  ended = 0;

  /** @param index 1 to 255 */
  constructor(index: number, shape: TaskShape) {
    this.#index = index;
    this.#shape = shape;
    this.hostname = `celery@worker-${index}.example.org`;
    this.#pid = 1000 + index * 100;
    this.#texts = textsOf({ hostname: this.hostname, pid: this.#pid }, shape);
  }

  /** Writes the next event and returns where it ends. */
  write(target: Buffer, at: number, timestamp: string): number {
    if (this.started - this.ended > running) return this.#end(target, at, timestamp);
    if (this.received - this.started > waiting) return this.#start(target, at, timestamp);
    this.received += 1;
    const text = this.#texts.received[this.received % names.length];
    return this.#write(text, this.received, target, at, timestamp);
  }

  get clock(): number {
    return this.#moment.clock;
  }

  /** Whether there is a task that has not ended. */
  get isBusy(): boolean {
    return this.ended < this.received;
  }

  /** The same for what brings the oldest task to its end, so that none is left half told. */
  writeRest(target: Buffer, at: number, timestamp: string): number {
    return this.started > this.ended ? this.#end(target, at, timestamp) : this.#start(target, at, timestamp);
  }

  heartbeat(timestamp: string): string {
    const beat = this.#event('worker-heartbeat', timestamp, {
      freq: 2,
      active: this.started - this.ended,
      // Celery counts a task as processed when it is accepted, which is when it starts.
      processed: this.started,
      loadavg: [1.53, 1.15, 0.62],
      sw_ident: 'py-celery',
      sw_ver: '5.6.3',
      sw_sys: 'Linux',
    });
    return beat.replace('"freq": 2,', '"freq": 2.0,');
  }

  /** A task that is received and nothing more. */
  marker(name: string, timestamp: string): string {
    const uuid = `00000000-0000-4000-8000-0000000000${this.#index.toString(16).padStart(2, '0')}`;
    const call = { name, args: '()', kwargs: '{}', root_id: uuid, parent_id: null };
    return this.#event('task-received', timestamp, { uuid, ...call, retries: 0, eta: null, expires: null });
  }

  #event(type: string, timestamp: string, fields: Readonly<Record<string, unknown>>): string {
    this.#moment.clock += 1;
    const sender = { hostname: this.hostname, utcoffset: 0, pid: this.#pid, clock: this.#moment.clock };
    return pythonJson({ ...sender, ...fields, timestamp: Number(timestamp), type });
  }

  #start(target: Buffer, at: number, timestamp: string): number {
    this.started += 1;
    return this.#write(this.#texts.started, this.started, target, at, timestamp);
  }

  #end(target: Buffer, at: number, timestamp: string): number {
    this.ended += 1;
    return this.#write(this.#texts[this.#endOf(this.ended)], this.ended, target, at, timestamp);
  }

  #endOf(task: number): 'succeeded' | 'failed' | 'retried' {
    if (this.#shape === 'reference') return 'succeeded';
    if (task % failsEvery === 0) return 'failed';
    return task % retriesEvery === 0 ? 'retried' : 'succeeded';
  }

  #write(text: EventText | undefined, task: number, target: Buffer, at: number, timestamp: string): number {
    this.#moment.clock += 1;
    this.#moment.timestamp = timestamp;
    return text?.write(target, at, { worker: this.#index, task }, this.#moment) ?? at;
  }
}

function textsOf(sender: { readonly hostname: string; readonly pid: number }, shape: TaskShape) {
  const received = names.map(
    (name) =>
      new EventText(sender, 'task-received', {
        uuid: uuidMark,
        name,
        ...callOf(shape),
        root_id: uuidMark,
        parent_id: null,
        retries: 0,
        eta: null,
        expires: null,
      }),
  );
  const ended = { uuid: uuidMark };
  return {
    received,
    started: new EventText(sender, 'task-started', ended),
    succeeded: new EventText(sender, 'task-succeeded', {
      ...ended,
      result: resultOf(shape),
      runtime: `0.${spreadMark}${numberMark}`,
    }),
    failed: new EventText(sender, 'task-failed', { ...ended, ...failureOf("ValueError('card declined')") }),
    retried: new EventText(sender, 'task-retried', {
      ...ended,
      ...failureOf("TimeoutError('no answer within 5 s')"),
    }),
  };
}

function callOf(shape: TaskShape): { readonly args: string; readonly kwargs: string } {
  if (shape === 'reference') {
    return {
      args: `('orders-${numberMark}', '149.90')`,
      kwargs: `{'customer': 'c${numberMark}', 'gift': True}`,
    };
  }
  return {
    args: `(${numberMark}, '49.90')`,
    kwargs: `{'customer': 'c-${numberMark}', 'capture': True, 'note': 'gift wrapped'}`,
  };
}

function resultOf(shape: TaskShape): string {
  return shape === 'reference'
    ? `{'charge': 'ch_${numberMark}_eur'}`
    : `{'order': ${numberMark}, 'status': 'placed', 'charge': 'ch_${spreadMark}'}`;
}

function failureOf(exception: string): { readonly exception: string; readonly traceback: string } {
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
  return { exception, traceback: ['Traceback (most recent call last):', ...lines, exception, ''].join('\n') };
}
