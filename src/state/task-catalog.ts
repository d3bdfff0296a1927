import type { Copies } from './copies.ts';
import { LruMap } from './lru-map.ts';
import { namedBytes, textBytes } from './memory-size.ts';
import { isStoredName } from './stored-value.ts';
import { type TaskGroup, TaskGroups } from './task-group.ts';

/** Names remembered, in case a sender invents them; Celery remembers all. */
const maxTypes = 10_000;

/** Texts of which all tasks share one copy, and the longest of them. */
const maxShared = 4_096;
const longestShared = 256;

/** Which types and states the tasks in memory have, and the types seen so far. */
export class TaskCatalog {
  readonly states: TaskGroups = new TaskGroups();
  readonly #types: TaskGroups = new TaskGroups();
  readonly #typesSeen: LruMap<string> = new LruMap(maxTypes, (name) => {
    this.#seenBytes -= namedBytes + textBytes(name);
  });
  #seenBytes = 0;
  #shared: Map<string, string> = new Map();

  ofType(name: string): TaskGroup | undefined {
    return this.#types.get(name);
  }

  /** What the names take in memory. */
  get bytes(): number {
    return this.#types.bytes + this.states.bytes + this.#seenBytes;
  }

  /** Sorted; also those of evicted tasks. */
  types(): string[] {
    return [...new Set([...this.#types.names, ...this.#typesSeen.entries.keys()])].sort();
  }

  /** Counts a task of this name, and no longer one in `before`. */
  retype(before: TaskGroup | undefined, name: string | null): TaskGroup | undefined {
    if (before?.name === name) return before;
    this.#types.leave(before);
    if (name === null) return undefined;
    const type = this.#types.enter(name);
    if (type.size === 1) this.#remember(type.name);
    return type;
  }

  /** Counts a task of this state, and no longer one in `before`. */
  restate(before: TaskGroup | undefined, state: string): TaskGroup {
    if (before?.name === state) return before;
    this.states.leave(before);
    return this.states.enter(state);
  }

  /** A task is counted nowhere any more. */
  leave(type: TaskGroup | undefined, state: TaskGroup | undefined): void {
    this.#types.leave(type);
    this.states.leave(state);
  }

  countByState(): Map<string, number> {
    return new Map([...this.states.all].map(({ name, size }) => [name, size]));
  }

  /** The one copy of a text that many tasks have: the name of a queue, of a client. */
  share(text: string): string {
    if (text.length > longestShared) return text;
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    // A sender that invents them makes us begin anew, no more.
    if (this.#shared.size >= maxShared) this.#shared.clear();
    this.#shared.set(text, text);
    return text;
  }

  /**
   * For a new catalog. It goes on with the pool of shared texts of the other: which copy of equal texts a task has makes
   * no difference but in memory.
   */
  copyFrom(other: TaskCatalog, copies: Copies<TaskGroup>): void {
    this.states.copyFrom(other.states, copies);
    this.#types.copyFrom(other.#types, copies);
    this.#typesSeen.copyFrom(other.#typesSeen, (name) => name);
    this.#seenBytes = other.#seenBytes;
    this.#shared = other.#shared;
  }

  /** Longer names than any program has are known as long as a task has them. */
  #remember(name: string): void {
    if (!isStoredName(name) || this.#typesSeen.get(name) !== undefined) return;
    this.#typesSeen.add(name, name);
    this.#seenBytes += namedBytes + textBytes(name);
  }
}

/** What a text takes that was given to `share`: nothing of its own, if it is shared. */
export function unsharedBytes(text: string): number {
  return text.length <= longestShared ? 0 : textBytes(text);
}
