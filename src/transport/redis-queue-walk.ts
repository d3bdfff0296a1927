import type { Buffer } from 'node:buffer';
import { priorityLists, type RedisQueueNaming } from '../protocol/redis-queue-naming.ts';
import type { RedisConnection } from './redis-connection.ts';
import { readMessage } from './redis-task-element.ts';
import type { QueueReader, ReadMessage } from './task-queues.ts';

const page = 25;
/** Elements looked at in one step when the place was lost. */
const searchPage = 500;

interface Walking {
  readonly connection: RedisConnection;
  readonly naming: RedisQueueNaming;
  readonly queues: readonly string[];
}

/** How far into one list, counted from the end from which workers take. */
interface Place {
  readonly queue: string;
  readonly key: string;
  seen: number;
  /** The last one seen: it tells whether workers have taken any meanwhile, which moves the rest. */
  last: Buffer | undefined;
}

/** Looks at messages and changes nothing. What workers take meanwhile does not make it skip what they leave. */
export class RedisQueueWalk implements QueueReader {
  readonly recovered = 0;
  readonly #connection: RedisConnection;
  readonly #places: readonly Place[];
  readonly #found: { readonly queue: string; readonly element: Buffer }[] = [];
  #position = 0;

  constructor({ connection, naming, queues }: Walking) {
    this.#connection = connection;
    this.#places = queues.flatMap((queue) =>
      priorityLists(queue, naming).map(({ key }) => ({ queue, key, seen: 0, last: undefined })),
    );
  }

  async next(signal: AbortSignal): Promise<ReadMessage | undefined> {
    signal.throwIfAborted();
    if (this.#found.length === 0) await this.#find();
    const first = this.#found.shift();
    return (
      first && { queue: first.queue, ...readMessage(first.element), acknowledge: neverTaken, keep: () => {} }
    );
  }

  async close(): Promise<void> {}

  async #find(): Promise<void> {
    for (let asked = 0; asked < this.#places.length; asked += 1) {
      const place = this.#places[this.#position % this.#places.length];
      if (place === undefined) return;
      const elements = await this.#page(place);
      for (const element of elements) this.#found.push({ queue: place.queue, element });
      if (elements.length < page) this.#position += 1;
      if (elements.length > 0) return;
    }
  }

  /** The next ones that were not seen yet, oldest first. */
  async #page(place: Place): Promise<readonly Buffer[]> {
    const { client } = this.#connection;
    for (;;) {
      // One more than needed: the last one seen must still be where it was.
      const overlap = place.last === undefined ? 0 : 1;
      const from = -(place.seen + page);
      const to = overlap === 1 ? -place.seen : -1;
      const elements = (await client.lrangeBuffer(place.key, from, to)).reverse();
      const first = elements[0];
      if (overlap === 1 && !(first && place.last?.equals(first))) {
        await this.#findPlace(place);
        continue;
      }
      const fresh = elements.slice(overlap);
      place.seen += fresh.length;
      place.last = fresh.at(-1) ?? place.last;
      return fresh;
    }
  }

  /** Workers took from the end, so the last one seen is nearer to it now, or gone with all that were seen before it. */
  async #findPlace(place: Place): Promise<void> {
    const { client } = this.#connection;
    for (let from = place.seen - 1; from > 0; from -= searchPage) {
      const to = Math.max(1, from - searchPage + 1);
      const elements = await client.lrangeBuffer(place.key, -from, -to);
      const at = elements.findIndex((element) => place.last?.equals(element));
      if (at < 0) continue;
      place.seen = to + elements.length - 1 - at;
      return;
    }
    place.seen = 0;
    place.last = undefined;
  }
}

async function neverTaken(): Promise<void> {
  throw new Error('a message that was only looked at cannot be acknowledged');
}
