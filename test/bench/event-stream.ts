import { timestampText } from './event-text.ts';
import { type TaskShape, WorkerStream } from './worker-stream.ts';

export interface StreamOptions {
  readonly shape: TaskShape;
  /** Events in one message: 24 is what a worker collects at most, 1 what four of five lists of real workers hold. */
  readonly listLength: number;
}

/** What a worker publishes. */
export interface WireMessage {
  readonly routingKey: string;
  readonly hostname: string;
  /** Overwritten by the next message. */
  readonly body: Buffer;
}

export const longestList = 24;
const workerCount = 8;
/** Of one event, its traceback included. */
const mostBytes = 2_048;

/** The events of a cluster of eight workers, in the messages that Celery's workers make of them. */
export class EventStream {
  readonly #workers: readonly WorkerStream[];
  readonly #listLength: number;
  readonly #buffer: Buffer;
  #turn = 0;
  /** Sent so far, heartbeats included. */
  events = 0;

  constructor({ shape, listLength }: StreamOptions) {
    this.#workers = Array.from({ length: workerCount }, (_, index) => new WorkerStream(index + 1, shape));
    this.#listLength = listLength;
    this.#buffer = Buffer.alloc(mostBytes * (listLength + 1));
  }

  get tasks(): number {
    return this.#workers.reduce((sum, worker) => sum + worker.received, 0);
  }

  /**
   * The next list, of one worker after the other.
   * @param now seconds since the epoch
   */
  next(now: number): WireMessage {
    this.#turn += 1;
    const worker = this.#workers[this.#turn % workerCount] as WorkerStream;
    const timestamp = timestampText(now);
    return this.#list(worker, this.#listLength, (at) => worker.write(this.#buffer, at, timestamp));
  }

  /** Whatever has begun ends, so that no task is left half told. */
  *rest(now: number): Generator<WireMessage> {
    const timestamp = timestampText(now);
    for (const worker of this.#workers) {
      while (worker.isBusy)
        yield this.#list(worker, 1, (at) => worker.writeRest(this.#buffer, at, timestamp));
    }
  }

  /** One more task, which never starts: of the worker whose clock is ahead, so that it is the newest of all. */
  marker(name: string, now: number): WireMessage {
    const worker = this.#workers.reduce((ahead, each) => (each.clock > ahead.clock ? each : ahead));
    this.events += 1;
    return {
      routingKey: 'task.multi',
      hostname: worker.hostname,
      body: Buffer.from(`[${worker.marker(name, timestampText(now))}]`),
    };
  }

  *heartbeats(now: number): Generator<WireMessage> {
    const timestamp = timestampText(now);
    for (const worker of this.#workers) {
      this.events += 1;
      const body = Buffer.from(worker.heartbeat(timestamp));
      yield { routingKey: 'worker.heartbeat', hostname: worker.hostname, body };
    }
  }

  #list({ hostname }: WorkerStream, length: number, write: (at: number) => number): WireMessage {
    const buffer = this.#buffer;
    let at = buffer.write('[', 0, 'latin1');
    for (let event = 0; event < length; event++) {
      if (event > 0) at += buffer.write(', ', at, 'latin1');
      at = write(at);
    }
    at += buffer.write(']', at, 'latin1');
    this.events += length;
    return { routingKey: 'task.multi', hostname, body: buffer.subarray(0, at) };
  }
}
