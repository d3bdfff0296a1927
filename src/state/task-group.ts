import type { Copies } from './copies.ts';
import { namedBytes, textBytes } from './memory-size.ts';

/** Tasks in memory that share a type, a worker or a state: how many there are, and their one name. */
export interface TaskGroup {
  readonly name: string;
  /** A group that nobody is in is forgotten, and not used again. */
  size: number;
}

export function copiedGroup({ name, size }: TaskGroup): TaskGroup {
  return { name, size };
}

/** The groups by name, none of them empty. */
export class TaskGroups {
  readonly #groups: Map<string, TaskGroup> = new Map();
  #bytes = 0;

  get names(): Iterable<string> {
    return this.#groups.keys();
  }

  get all(): Iterable<TaskGroup> {
    return this.#groups.values();
  }

  /** What the groups and their names take in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get(name: string): TaskGroup | undefined {
    return this.#groups.get(name);
  }

  /** Counts one task more. @param known the group of this name that was met before, which saves looking for it */
  enter(name: string, known?: TaskGroup): TaskGroup {
    const group = known !== undefined && known.size > 0 ? known : this.#groups.get(name);
    if (group !== undefined) {
      group.size += 1;
      return group;
    }
    const made = { name, size: 1 };
    this.#groups.set(name, made);
    this.#bytes += namedBytes + textBytes(name);
    return made;
  }

  /** For new groups: the same ones in the same order. */
  copyFrom(other: TaskGroups, copies: Copies<TaskGroup>): void {
    for (const [name, group] of other.#groups) this.#groups.set(name, copies.of(group));
    this.#bytes = other.#bytes;
  }

  /** Counts one task less. */
  leave(group: TaskGroup | undefined): void {
    if (group === undefined) return;
    group.size -= 1;
    if (group.size > 0) return;
    this.#groups.delete(group.name);
    this.#bytes -= namedBytes + textBytes(group.name);
  }
}
