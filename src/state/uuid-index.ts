import { PairColumn, Uint32Column } from './column.ts';
import { textHash } from './text-hash.ts';

/** Buckets at first, a power of two. */
const firstBuckets = 256;

/**
 * Tasks looked at for one uuid at most. By chance a bucket holds a handful; a sender who makes up uuids for one
 * bucket, or lets them differ in their beginnings alone, ends up in a Map, which knows how to defend itself.
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
  readonly #links = new PairColumn();
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
    const hash = textHash(uuid) >>> 0;
    let slot = this.#buckets.get(this.#bucketOf(hash));
    while (slot !== 0) {
      if (this.#links.left(slot) === hash && this.#records[slot]?.uuid === uuid) return slot;
      slot = this.#links.right(slot);
    }
    return this.#overflow.size === 0 ? 0 : (this.#overflow.get(uuid) ?? 0);
  }

  /** The uuid must not be here yet. */
  add(uuid: string, slot: number): void {
    const hash = textHash(uuid) >>> 0;
    const bucket = this.#bucketOf(hash);
    const first = this.#buckets.get(bucket);
    if (this.#isLong(first)) {
      this.#overflow.set(uuid, slot);
      return;
    }
    this.#links.set(slot, hash, first);
    this.#buckets.set(bucket, slot);
    this.#size += 1;
    if (this.#size > this.#round + this.#split) this.#grow();
  }

  delete(uuid: string, slot: number): void {
    if (this.#overflow.size > 0 && this.#overflow.delete(uuid)) return;
    const bucket = this.#bucketOf(this.#links.left(slot));
    const after = this.#links.right(slot);
    let before = 0;
    for (let each = this.#buckets.get(bucket); each !== slot; each = this.#links.right(each)) before = each;
    if (before === 0) this.#buckets.set(bucket, after);
    else this.#links.setRight(before, after);
    this.#size -= 1;
  }

  /** For a new index over the copies of the records, each in the slot of its original. */
  copyFrom(other: UuidIndex): void {
    this.#buckets.copyFrom(other.#buckets);
    this.#links.copyFrom(other.#links);
    for (const [uuid, slot] of other.#overflow) this.#overflow.set(uuid, slot);
    this.#round = other.#round;
    this.#split = other.#split;
    this.#size = other.#size;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & (this.#round - 1);
    return bucket < this.#split ? hash & (2 * this.#round - 1) : bucket;
  }

  #isLong(first: number): boolean {
    let length = 0;
    for (let slot = first; slot !== 0 && length < longestChain; slot = this.#links.right(slot)) length += 1;
    return length >= longestChain;
  }

  /** Divides one bucket in two by the next bit of the hashes. */
  #grow(): void {
    let slot = this.#buckets.get(this.#split);
    let low = 0;
    let high = 0;
    while (slot !== 0) {
      const next = this.#links.right(slot);
      if ((this.#links.left(slot) & this.#round) === 0) {
        this.#links.setRight(slot, low);
        low = slot;
      } else {
        this.#links.setRight(slot, high);
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
