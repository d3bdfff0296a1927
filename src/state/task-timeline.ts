import { PairColumn } from './column.ts';
import { eventClock, isNumber } from './event-time.ts';
import type { Origin } from './origin-table.ts';
import type { Task } from './task.ts';
import { TimelineEntries } from './timeline-entries.ts';
import { leafCapacity, TimelineLeaf } from './timeline-leaf.ts';

/** A leaf that is still this full after its dead entries have gone is left, and a new one begun. */
const fullEnough = leafCapacity / 2;

/** Two leaves that follow each other and hold no more than this together become one. */
const mostJoined = leafCapacity * 0.75;

/** Nothing is cleaned in turn while fewer than one entry in so many is dead. */
const leastDead = 8;

/** Leaves that are cleaned each time that one is full: all of them, in turn, before the dead are many. */
const cleanedAtOnce = 3;

/**
 * The events of the tasks in time order, from which the tasks are listed newest or oldest first. Mirrors the sorted
 * list `_taskheap` of celery/events/state.py and its way of inserting: one entry per task event, appended when it is
 * greater than the last and else put after its equals by binary search.
 *
 * Only the oldest and the newest entry of a task matter to the lists. The others, and those of evicted tasks, are dead:
 * they go when their leaf is cleaned. Leaves are short, so that an event that comes late, from a worker whose clock is
 * far behind, is put in its place without moving a million others.
 *
 * The order of `timetuple` is not transitive when only some clocks are known, so that a place depends on the probes of
 * the search. Those are Python's own, probe for probe, up to 4,096 entries; beyond it such events may come to lie
 * elsewhere than in Celery, which has no right place for them either.
 *
 * Celery's fault that is mended here: at 4 × maxTasks entries Celery drops the lowest, so that a few busy tasks push
 * others out of the list though they are still in memory. Here a task keeps its place as long as it is in memory.
 */
export class TaskTimeline {
  readonly #tasks: readonly (Task | undefined)[];
  #entries = new TimelineEntries();
  #leaves: TimelineLeaf[] = [new TimelineLeaf()];
  /** The oldest and the newest entry by slot, 0 for a task that has no place. */
  #ends = new PairColumn();
  /** Entries in all leaves, and those of them that are an end of a task. */
  #length = 0;
  #alive = 0;
  /** Whether the order may not be transitive. */
  #someWithoutClock = false;
  #nextCleaned = 0;

  /** @param tasks by slot */
  constructor(tasks: readonly (Task | undefined)[]) {
    this.#tasks = tasks;
  }

  /** Entries, the dead ones among them. */
  get length(): number {
    return this.#length;
  }

  /** What the names of the origins take in memory. */
  get originBytes(): number {
    return this.#entries.origins.bytes;
  }

  /** @param clock 0 for none @param timestamp seconds since the epoch */
  insert(clock: number, timestamp: number, origin: Origin, slot: number): void {
    const number = this.#entries.origins.use(origin.id, origin.number);
    origin.number = number;
    const entry = this.#entries.add(clock, timestamp, number, slot);
    if (clock === 0) this.#someWithoutClock = true;
    let leaf = this.#leaves[this.#leaves.length - 1] ?? this.#addLeaf();
    const isNewest = this.#length === 0 || this.#entries.isBefore(leaf.last, entry);
    if (isNewest) {
      if (leaf.isFull) leaf = this.#roomAtEnd(leaf);
      leaf.append(entry);
    } else {
      this.#putInPlace(entry);
    }
    this.#length += 1;
    this.#noteEnds(slot, entry, isNewest);
  }

  /** The task has no place any more. */
  remove(slot: number): void {
    const newest = this.#ends.right(slot);
    if (newest === 0) return;
    this.#alive -= newest === this.#ends.left(slot) ? 1 : 2;
    this.#ends.set(slot, 0, 0);
  }

  /** Each task once: newest first at its newest entry, oldest first at its oldest. */
  list(reverse: boolean, limit: number, accepts?: (task: Task) => boolean): Task[] {
    const tasks: Task[] = [];
    if (!(limit > 0)) return tasks;
    for (const leaf of reverse ? this.#leaves.toReversed() : this.#leaves) {
      for (let i = 0; i < leaf.length; i += 1) {
        const task = reverse ? this.newestAt(leaf.at(leaf.length - 1 - i)) : this.#oldestAt(leaf.at(i));
        if (task === undefined || (accepts !== undefined && !accepts(task))) continue;
        tasks.push(task);
        if (tasks.length >= limit) return tasks;
      }
    }
    return tasks;
  }

  /** The entries as they are now, in pieces of this time order: what a walk needs that outlasts this turn. */
  snapshot(): Uint32Array[] {
    return this.#leaves.map((leaf) => leaf.copied());
  }

  /** The task whose newest entry this is now. */
  newestAt(entry: number): Task | undefined {
    const slot = this.#entries.slotOf(entry);
    return this.#ends.right(slot) === entry ? this.#tasks[slot] : undefined;
  }

  /** For a new timeline over the copies of the tasks, each in the slot of its original. */
  copyFrom(other: TaskTimeline): void {
    this.#entries.copyFrom(other.#entries);
    this.#leaves = other.#leaves.map((leaf) => leaf.clone());
    this.#ends.copyFrom(other.#ends);
    this.#length = other.#length;
    this.#alive = other.#alive;
    this.#someWithoutClock = other.#someWithoutClock;
    this.#nextCleaned = other.#nextCleaned;
  }

  clear(): void {
    this.#entries = new TimelineEntries();
    this.#leaves = [new TimelineLeaf()];
    this.#ends = new PairColumn();
    this.#length = 0;
    this.#alive = 0;
    this.#someWithoutClock = false;
  }

  /** One entry per task, from what is known of it now. Mirrors celery/events/state.py:State.rebuild_taskheap. */
  rebuild(tasks: Iterable<Task>): void {
    this.clear();
    const added: number[] = [];
    for (const task of tasks) {
      const clock = eventClock(task.clock);
      if (clock === 0) this.#someWithoutClock = true;
      const origin = this.#entries.origins.use(task.origin ?? '', 0);
      added.push(this.#entries.add(clock, timeOf(task), origin, task.slot));
    }
    added.sort((a, b) => this.#entries.compare(a, b));
    for (const entry of added) {
      const leaf = this.#leaves[this.#leaves.length - 1];
      (leaf === undefined || leaf.isFull ? this.#addLeaf() : leaf).append(entry);
      this.#length += 1;
      this.#noteEnds(this.#entries.slotOf(entry), entry, true);
    }
  }

  #oldestAt(entry: number): Task | undefined {
    const slot = this.#entries.slotOf(entry);
    return this.#ends.left(slot) === entry ? this.#tasks[slot] : undefined;
  }

  #noteEnds(slot: number, entry: number, isNewest: boolean): void {
    const oldest = this.#ends.left(slot);
    const newest = this.#ends.right(slot);
    if (newest === 0) {
      this.#ends.set(slot, entry, entry);
    } else if (isNewest || this.#isAfter(entry, newest)) {
      this.#ends.setRight(slot, entry);
    } else if (this.#isAfter(oldest, entry)) {
      this.#ends.setLeft(slot, entry);
    } else {
      return;
    }
    // One entry more that is an end of its task, unless it takes the place of one that is no longer.
    if (newest === oldest) this.#alive += 1;
  }

  /** Whether `a` lies behind `b`, of which one was put in its place just now. */
  #isAfter(a: number, b: number): boolean {
    const [leaf] = this.#leaves;
    if (this.#someWithoutClock && this.#leaves.length === 1 && leaf !== undefined) {
      return leaf.placeOf(a) > leaf.placeOf(b);
    }
    return this.#entries.isBefore(b, a);
  }

  #putInPlace(entry: number): void {
    const index = this.#leafFor(entry);
    const leaf = this.#leaves[index] ?? this.#addLeaf();
    if (!leaf.isFull) {
      leaf.insert(this.#placeAfterEquals(leaf, entry), entry);
      return;
    }
    this.#clean(leaf);
    if (leaf.length > fullEnough) this.#leaves.splice(index + 1, 0, leaf.split());
    this.#cleanInTurn();
    this.#dropEmpty();
    this.#putInPlace(entry);
  }

  /** The leaf whose stretch the entry falls into: the last that does not begin after it. */
  #leafFor(entry: number): number {
    let low = 0;
    let high = this.#leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries.isBefore(entry, this.#leaves[middle]?.at(0) ?? 0)) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, low - 1);
  }

  /** Mirrors Python's bisect.insort, probe for probe. */
  #placeAfterEquals(leaf: TimelineLeaf, entry: number): number {
    let low = 0;
    let high = leaf.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries.isBefore(entry, leaf.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** A leaf at the end that has room; the moment to clean up, once in some thousand events. */
  #roomAtEnd(full: TimelineLeaf): TimelineLeaf {
    this.#clean(full);
    this.#cleanInTurn();
    this.#dropEmpty();
    const leaf = this.#leaves[this.#leaves.length - 1];
    return leaf === undefined || leaf.length > fullEnough ? this.#addLeaf() : leaf;
  }

  #cleanInTurn(): void {
    if ((this.#length - this.#alive) * leastDead < this.#length) return;
    for (let i = 0; i < cleanedAtOnce; i += 1) {
      if (this.#nextCleaned >= this.#leaves.length - 1) this.#nextCleaned = 0;
      const leaf = this.#leaves[this.#nextCleaned];
      const next = this.#leaves[this.#nextCleaned + 1];
      if (leaf === undefined || next === undefined) return;
      this.#clean(leaf);
      if (leaf.length + next.length <= mostJoined) {
        leaf.join(next);
        this.#leaves.splice(this.#nextCleaned + 1, 1);
      }
      this.#nextCleaned += 1;
    }
  }

  #clean(leaf: TimelineLeaf): void {
    const before = leaf.length;
    leaf.keep((entry) => {
      const slot = this.#entries.slotOf(entry);
      if (this.#ends.right(slot) === entry || this.#ends.left(slot) === entry) return true;
      this.#entries.free(entry);
      return false;
    });
    this.#length -= before - leaf.length;
  }

  #dropEmpty(): void {
    if (this.#leaves.every(({ length }) => length > 0)) return;
    this.#leaves = this.#leaves.filter(({ length }) => length > 0);
    if (this.#leaves.length === 0) this.#addLeaf();
  }

  #addLeaf(): TimelineLeaf {
    const leaf = new TimelineLeaf();
    this.#leaves.push(leaf);
    return leaf;
  }
}

function timeOf(task: Task): number {
  if (isNumber(task.timestamp)) return task.timestamp;
  return isNumber(task.localReceived) ? task.localReceived : 0;
}
