import { StalkError, UnroutableError } from '../errors.ts';
import { type TaskIdentity, taskIdentity } from '../protocol/task-message.ts';
import {
  NotCarriedError,
  type QueueReader,
  type ReadMessage,
  type TaskQueues,
} from '../transport/task-queues.ts';
import type { QueueMapping } from './queue-mapping.ts';

export interface MigrationOptions {
  readonly source: TaskQueues;
  readonly destination: TaskQueues;
  /** Queues that the source has. */
  readonly mapping: readonly QueueMapping[];
  /** Messages go away from the source, each when the destination has confirmed it; else they are copied. */
  readonly moves: boolean;
  /** Only tasks of these names. */
  readonly tasks?: ReadonlySet<string> | undefined;
  /** Messages at most. */
  readonly limit?: number | undefined;
  /** Seconds that more messages are waited for when there are none; infinite for ever. */
  readonly patience: number;
  /** Who migrates, for others who want to: `gen1234@host`. */
  readonly owner: string;
  /** Aborts to end in good order. */
  readonly signal: AbortSignal;
  /** Seconds, of any clock. */
  readonly now: () => number;
  /** After each message, which is at the destination now. */
  readonly onMigrated?: (migrated: number, identity: TaskIdentity) => void;
  readonly onWaiting?: (queue: string, owner: string) => void;
}

/** Messages that could not be carried over and are where they were, for one reason. */
export interface LeftBehind {
  readonly queue: string;
  /** A part of a sentence. */
  readonly reason: string;
  readonly count: number;
}

export interface MigrationOutcome {
  readonly end: 'empty' | 'limit' | 'interrupted' | 'failed';
  /** What went wrong, when it failed. */
  readonly failure: unknown;
  readonly migrated: number;
  /** Of other tasks than those asked for. */
  readonly passedOver: number;
  readonly leftBehind: readonly LeftBehind[];
  /** Of a run that was killed before this one; they were put back first. */
  readonly recovered: number;
  /** May be on both sides: confirmed or sent to the destination, and still at the source. */
  readonly perhapsTwice: number;
}

/** Messages on their way to the destination at once, and their bytes. */
const mostInFlight = 100;
const mostBytesInFlight = 32 * 1024 * 1024;
/** Milliseconds between two looks at empty queues. */
const lookEveryMs = 250;
/** Different reasons that are told apart. */
const mostReasons = 20;

/**
 * Carries messages from one broker to another. A message is acknowledged at the source only after the destination has
 * confirmed it, so that whatever happens it is on one side at least. Mirrors celery/contrib/migrate.py without its
 * defects (protocol.md D.4); messages go straight to the queue of the same name, or that of the mapping, and not to the
 * exchange they once went through, which might hand them to further queues.
 */
export class Migration {
  readonly #options: MigrationOptions;
  readonly #destinations: ReadonlyMap<string, string>;
  readonly #inFlight = new Set<Promise<void>>();
  /** Ends whatever waits. */
  readonly #stop = new AbortController();
  readonly #leftBehind = new Map<string, LeftBehind>();
  #bytesInFlight = 0;
  #migrated = 0;
  #passedOver = 0;
  #perhapsTwice = 0;
  #recovered = 0;
  #failure: unknown;

  constructor(options: MigrationOptions) {
    this.#options = options;
    this.#destinations = new Map(options.mapping.map((each) => [each.source, each.destination]));
  }

  get migrated(): number {
    return this.#migrated;
  }

  /** Never rejects but for a fault of ours: what went wrong is part of the outcome. */
  async run(): Promise<MigrationOutcome> {
    const { destination, signal } = this.#options;
    const interrupt = (): void => this.#stop.abort();
    signal.addEventListener('abort', interrupt);
    if (signal.aborted) interrupt();
    void destination.lost.then((reason) => this.#fail(reason));
    try {
      const reader = await this.#open();
      if (reader === undefined) return this.#outcome('interrupted');
      this.#recovered = reader.recovered;
      const end = await this.#carryAll(reader);
      await Promise.all(this.#inFlight);
      await reader.close();
      return this.#outcome(end);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  async #open(): Promise<QueueReader | undefined> {
    const { source, mapping, moves, owner, onWaiting } = this.#options;
    const queues = mapping.map((each) => each.source);
    const { signal } = this.#stop;
    const waiting = onWaiting === undefined ? {} : { onWaiting };
    return await this.#unlessStopped(source.read(queues, { takes: moves, owner, signal, ...waiting }));
  }

  async #carryAll(reader: QueueReader): Promise<'empty' | 'limit' | 'interrupted'> {
    const { limit = Number.POSITIVE_INFINITY, patience, now } = this.#options;
    let lastSeenAt = now();
    for (;;) {
      if (this.#stop.signal.aborted) return 'interrupted';
      if (this.#isFull(limit)) {
        await Promise.race(this.#inFlight);
        continue;
      }
      if (this.#migrated >= limit) return 'limit';
      const read = await this.#unlessStopped(reader.next(this.#stop.signal));
      if (read !== undefined) {
        lastSeenAt = now();
        this.#consider(read);
      } else if (this.#inFlight.size > 0) {
        await Promise.race(this.#inFlight);
      } else if (now() - lastSeenAt >= patience) {
        return this.#stop.signal.aborted ? 'interrupted' : 'empty';
      } else {
        await this.#pause();
      }
    }
  }

  /** Whether what is under way must be waited for before more is taken: it may fill the limit, or the memory. */
  #isFull(limit: number): boolean {
    const { size } = this.#inFlight;
    if (size === 0) return false;
    return size >= mostInFlight || this.#bytesInFlight >= mostBytesInFlight || this.#migrated + size >= limit;
  }

  #consider(read: ReadMessage): void {
    const { tasks } = this.#options;
    const { message, flaw } = read;
    if (message === undefined) {
      this.#leave(read, flaw ?? 'it cannot be read');
      return;
    }
    const identity = taskIdentity(message);
    if (tasks !== undefined && !(identity.name !== undefined && tasks.has(identity.name))) {
      this.#passedOver += 1;
      read.keep();
      return;
    }
    const carrying = this.#carry(read, message, identity).finally(() => {
      this.#inFlight.delete(carrying);
      this.#bytesInFlight -= message.body.byteLength;
    });
    this.#bytesInFlight += message.body.byteLength;
    this.#inFlight.add(carrying);
  }

  async #carry(
    read: ReadMessage,
    message: NonNullable<ReadMessage['message']>,
    identity: TaskIdentity,
  ): Promise<void> {
    const { destination, moves, onMigrated } = this.#options;
    const routingKey = this.#destinations.get(read.queue) ?? read.queue;
    try {
      await destination.publish({ exchange: '', routingKey }, message);
    } catch (error) {
      if (error instanceof NotCarriedError) this.#leave(read, error.message);
      else {
        // Whether the message arrived before the connection went is not known.
        if (!(error instanceof UnroutableError)) this.#perhapsTwice += 1;
        read.keep();
        this.#fail(error);
      }
      return;
    }
    try {
      if (moves) await read.acknowledge();
      else read.keep();
    } catch (error) {
      this.#perhapsTwice += 1;
      this.#fail(error);
      return;
    }
    this.#migrated += 1;
    onMigrated?.(this.#migrated, identity);
  }

  #leave(read: ReadMessage, reason: string): void {
    read.keep();
    const key = JSON.stringify([read.queue, reason]);
    const known = this.#leftBehind.get(key);
    if (known === undefined && this.#leftBehind.size >= mostReasons) return;
    this.#leftBehind.set(key, { queue: read.queue, reason, count: (known?.count ?? 0) + 1 });
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#stop.abort();
  }

  /** Undefined also when it fails or the run is stopped: the loop then sees why. */
  async #unlessStopped<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      const isOurs = !(error instanceof StalkError) && !(error instanceof DOMException);
      if (isOurs) throw error;
      if (!this.#stop.signal.aborted) this.#fail(error);
      return undefined;
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, lookEveryMs);
      signal.addEventListener('abort', end);
    });
  }

  #outcome(end: 'empty' | 'limit' | 'interrupted'): MigrationOutcome {
    return {
      end: this.#failure === undefined ? end : 'failed',
      failure: this.#failure,
      migrated: this.#migrated,
      passedOver: this.#passedOver,
      leftBehind: [...this.#leftBehind.values()],
      recovered: this.#recovered,
      perhapsTwice: this.#perhapsTwice,
    };
  }
}
