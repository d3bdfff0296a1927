import { UnreadableResultError } from '../errors.ts';
import { type BrokerAddress, redactUrl } from '../protocol/broker-url.ts';
import { type ResultKeys, resultKeys } from '../protocol/result-keys.ts';
import { maxResultBytes, readStoredGroup, readTaskResult } from '../protocol/stored-result.ts';
import {
  type ChordProgress,
  type Found,
  isDone,
  memberIds,
  type StoredGroup,
  type TaskResult,
} from '../protocol/task-result.ts';
import { lostError } from '../transport/connection-failure.ts';
import type { RedisConnection } from '../transport/redis-connection.ts';
import { operationFailure } from '../transport/redis-failure.ts';
import { within } from '../transport/within.ts';
import { RedisWatch } from './redis-watch.ts';
import type { ResultBackend } from './result-backend.ts';

/** Keys that are asked for at once: enough to be quick, few enough not to hold up the server. */
const chunkSize = 100;
/** Of the results of one group together. */
const maxGroupBytes = 4 * maxResultBytes;
/** Milliseconds for one answer; a large result takes its time on a thin line. */
const readDeadlineMs = 30_000;

interface Stored {
  readonly bytes: Uint8Array;
  readonly ttl: number | undefined;
}

/** Results in Redis, read and deleted, never written. Mirrors celery/backends/redis.py:RedisBackend. */
export class RedisBackend implements ResultBackend {
  readonly label: string;
  readonly #address: BrokerAddress;
  readonly #keyPrefix: string;
  readonly #connection: RedisConnection;

  /** @param keyPrefix `global_keyprefix` of `result_backend_transport_options`, empty for none */
  constructor(connection: RedisConnection, address: BrokerAddress, keyPrefix: string) {
    this.label = redactUrl(address);
    this.#address = address;
    this.#keyPrefix = keyPrefix;
    this.#connection = connection;
  }

  async get(id: string): Promise<TaskResult | undefined> {
    return (await this.#results([id])).get(id);
  }

  async group(id: string): Promise<StoredGroup | undefined> {
    const [stored] = await this.#read([this.#keys(id).group]);
    return stored && readStoredGroup(id, stored.bytes, stored.ttl);
  }

  async find(id: string): Promise<Found> {
    const keys = this.#keys(id);
    const [task, group] = await this.#read([keys.task, keys.group]);
    if (task) return { kind: 'task', id, result: readTaskResult(id, task.bytes, task.ttl) };
    if (group) return await this.#groupFound(readStoredGroup(id, group.bytes, group.ttl));
    const chord = await this.#chord(id, keys);
    return chord ? { kind: 'chord', id, chord } : { kind: 'nothing', id };
  }

  async forget(id: string): Promise<number> {
    // What cannot be read can be forgotten all the same.
    const group = await this.group(id);
    const ids = group === undefined ? [id] : [id, ...memberIds(group)];
    const deleted = await this.#delete(ids.map((each) => this.#keys(each).task));
    if (group !== undefined) await this.#delete([this.#keys(id).group]);
    return deleted;
  }

  async wait(id: string, signal: AbortSignal): Promise<Found> {
    const watch = await this.#openWatch(signal);
    if (watch === undefined) return await this.find(id);
    try {
      const { task, group } = this.#keys(id);
      await watch.add([task, group]);
      let found = await this.#watched(id, watch);
      // Nothing is published while the tasks of a chord end.
      while (!isDone(found) && found.kind !== 'chord') {
        const changed = await watch.changed(signal);
        if (changed === undefined) break;
        found =
          found.kind === 'group' ? await this.#refreshed(found, changed) : await this.#watched(id, watch);
      }
      return found;
    } finally {
      await watch.close();
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Undefined when the time is over already. */
  async #openWatch(signal: AbortSignal): Promise<RedisWatch | undefined> {
    try {
      return await RedisWatch.open(this.#address, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Looks, and listens to the tasks of a group before looking at them once more. */
  async #watched(id: string, watch: RedisWatch): Promise<Found> {
    const found = await this.find(id);
    if (found.kind !== 'group' || isDone(found)) return found;
    await watch.add(memberIds(found.group).map((member) => this.#keys(member).task));
    return await this.#groupFound(found.group);
  }

  /** The group with those of its results read again whose channels had something. */
  async #refreshed(found: Extract<Found, { kind: 'group' }>, changed: ReadonlySet<string>): Promise<Found> {
    const ids = memberIds(found.group).filter((id) => changed.has(this.#keys(id).task));
    return { ...found, results: new Map([...found.results, ...(await this.#results(ids))]) };
  }

  async #groupFound(group: StoredGroup): Promise<Extract<Found, { kind: 'group' }>> {
    return { kind: 'group', id: group.id, group, results: await this.#results(memberIds(group)) };
  }

  /** By id; those that have stored nothing are absent. */
  async #results(ids: readonly string[]): Promise<ReadonlyMap<string, TaskResult>> {
    const results = new Map<string, TaskResult>();
    let bytes = 0;
    for (let at = 0; at < ids.length; at += chunkSize) {
      const some = ids.slice(at, at + chunkSize);
      const stored = await this.#read(some.map((id) => this.#keys(id).task));
      for (const [index, id] of some.entries()) {
        const each = stored[index];
        if (each === undefined) continue;
        bytes += each.bytes.length;
        if (bytes > maxGroupBytes) throw tooLarge();
        results.set(id, readTaskResult(id, each.bytes, each.ttl));
      }
    }
    return results;
  }

  /** No more of a value than is read at all, and when it goes. An empty one counts as none, as for Celery. */
  async #read(keys: readonly string[]): Promise<readonly (Stored | undefined)[]> {
    const pipeline = this.#connection.client.pipeline();
    for (const key of keys) pipeline.getrangeBuffer(key, 0, maxResultBytes).pttl(key);
    const answers = await this.#answered(pipeline.exec());
    return keys.map((_key, index) => {
      const bytes = this.#value(answers[2 * index]);
      const ttlMs = this.#value(answers[2 * index + 1]);
      if (!(bytes instanceof Uint8Array) || bytes.length === 0) return undefined;
      return { bytes, ttl: typeof ttlMs === 'number' && ttlMs >= 0 ? ttlMs / 1000 : undefined };
    });
  }

  /** Mirrors celery/backends/redis.py:RedisBackend.on_chord_part_return, which has a list under result_chord_ordered. */
  async #chord(id: string, { chord }: ResultKeys): Promise<ChordProgress | undefined> {
    const pipeline = this.#connection.client.pipeline();
    pipeline.zcard(chord.results).llen(chord.results).get(chord.size).get(chord.extra);
    const [ordered, listed, size, extra] = (await this.#answered(pipeline.exec())).map((answer) =>
      // One of the first two is of the wrong type.
      answer[0] ? undefined : answer[1],
    );
    const done = Number(ordered ?? 0) + Number(listed ?? 0);
    const total = typeof size === 'string' ? Number(size) + Number(extra ?? 0) : undefined;
    return done === 0 && total === undefined ? undefined : { id, done, total };
  }

  async #delete(keys: readonly string[]): Promise<number> {
    let deleted = 0;
    for (let at = 0; at < keys.length; at += chunkSize) {
      deleted += await this.#answered(this.#connection.client.del(...keys.slice(at, at + chunkSize)));
    }
    return deleted;
  }

  /** @throws BrokerUnreachableError or BrokerRefusedError for what the server would not do */
  #value(answer: readonly [error: Error | null, value: unknown] | undefined): unknown {
    if (answer?.[0]) throw operationFailure(answer[0], this.#address);
    return answer?.[1];
  }

  async #answered<T>(answer: Promise<T | null>): Promise<T> {
    const late = (): Error => lostError(this.#address, `no answer within ${readDeadlineMs / 1000} s`);
    try {
      const value = await within(readDeadlineMs, answer, late);
      if (value === null) throw lostError(this.#address, 'no answer');
      return value;
    } catch (error) {
      throw operationFailure(error, this.#address);
    }
  }

  #keys(id: string): ResultKeys {
    return resultKeys(id, this.#keyPrefix);
  }
}

function tooLarge(): UnreadableResultError {
  return new UnreadableResultError(
    `The results of the group are larger than the ${maxGroupBytes / 1024 / 1024} MB that are read here.`,
  );
}
