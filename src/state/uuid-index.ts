import { Uint32Column } from './column.ts';

/** Buckets at first, a power of two. */
const firstBuckets = 256;

/** Characters from either end of a uuid that its place depends on: enough for what is random, cheap for what is long. */
const hashedEnd = 8;

/**
 * Tasks looked at for one uuid at most. By chance a bucket holds a handful; a sender who makes up uuids for one
 * bucket, or differs in the middle of long ones alone, ends up in a Map, which knows how to defend itself.
 */
const longestChain = 24;

/**
 * From uuids to slots, in about 14 bytes a task: a hash table that grows by one bucket at a time (linear hashing), so
 * that a million tasks never stop for it to be built anew, where a Map of that size pauses for 160 ms.
 */
export class UuidIndex {
  /** The owner's records, by slot. */
  readonly #records: readonly ({ readonly uuid: string } | undefined)[];
  readonly #buckets = new Uint32Column();
  /** By slot: the hash, and the next slot of the bucket. */
  readonly #hashes = new Uint32Column();
  readonly #next = new Uint32Column();
  /** uuids whose bucket is too long. */
  readonly #overflow: Map<string, number> = new Map();
  /** Buckets below `#split` were divided in this round already. */
  #round = firstBuckets;
  #split = 0;
  #size = 0;

  constructor(records: readonly ({ readonly uuid: string } | undefined)[]) {
    this.#records = records;
  }

  /** 0 for a uuid that is not here. */
  find(uuid: string): number {
    const hash = hashOf(uuid);
    let slot = this.#buckets.get(this.#bucketOf(hash));
    while (slot !== 0) {
      if (this.#hashes.get(slot) === hash && this.#records[slot]?.uuid === uuid) return slot;
      slot = this.#next.get(slot);
    }
    return this.#overflow.size === 0 ? 0 : (this.#overflow.get(uuid) ?? 0);
  }

  /** The uuid must not be here yet. */
  add(uuid: string, slot: number): void {
    const hash = hashOf(uuid);
    const bucket = this.#bucketOf(hash);
    const first = this.#buckets.get(bucket);
    if (this.#isLong(first)) {
      this.#overflow.set(uuid, slot);
      return;
    }
    this.#hashes.set(slot, hash);
    this.#next.set(slot, first);
    this.#buckets.set(bucket, slot);
    this.#size += 1;
    if (this.#size > this.#round + this.#split) this.#grow();
  }

  delete(uuid: string, slot: number): void {
    if (this.#overflow.size > 0 && this.#overflow.delete(uuid)) return;
    const bucket = this.#bucketOf(this.#hashes.get(slot));
    const after = this.#next.get(slot);
    let before = 0;
    for (let each = this.#buckets.get(bucket); each !== slot; each = this.#next.get(each)) before = each;
    if (before === 0) this.#buckets.set(bucket, after);
    else this.#next.set(before, after);
    this.#size -= 1;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & (this.#round - 1);
    return bucket < this.#split ? hash & (2 * this.#round - 1) : bucket;
  }

  #isLong(first: number): boolean {
    let length = 0;
    for (let slot = first; slot !== 0 && length < longestChain; slot = this.#next.get(slot)) length += 1;
    return length >= longestChain;
  }

  /** Divides one bucket in two by the next bit of the hashes. */
  #grow(): void {
    let slot = this.#buckets.get(this.#split);
    let low = 0;
    let high = 0;
    while (slot !== 0) {
      const next = this.#next.get(slot);
      if ((this.#hashes.get(slot) & this.#round) === 0) {
        this.#next.set(slot, low);
        low = slot;
      } else {
        this.#next.set(slot, high);
        high = slot;
      }
      slot = next;
    }
    this.#buckets.set(this.#split, low);
    this.#buckets.set(this.#round + this.#split, high);
    this.#split += 1;
    if (this.#split < this.#round) return;
    this.#round *= 2;
    this.#split = 0;
  }
}

/** FNV-1a over both ends, mixed as murmur3 does it. */
function hashOf(uuid: string): number {
  const { length } = uuid;
  let hash = length;
  const head = Math.min(hashedEnd, length);
  for (let i = 0; i < head; i += 1) hash = Math.imul(hash ^ uuid.charCodeAt(i), 0x01000193);
  for (let i = Math.max(head, length - hashedEnd); i < length; i += 1) {
    hash = Math.imul(hash ^ uuid.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
