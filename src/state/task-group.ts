/** Tasks in memory that share a type, a worker or a state: how many there are, and their one name. */
export interface TaskGroup {
  readonly name: string;
  size: number;
}

/** The groups by name, none of them empty. */
export class TaskGroups {
  readonly #groups: Map<string, TaskGroup> = new Map();

  get names(): Iterable<string> {
    return this.#groups.keys();
  }

  get all(): Iterable<TaskGroup> {
    return this.#groups.values();
  }

  get(name: string): TaskGroup | undefined {
    return this.#groups.get(name);
  }

  /** Takes one task out of a group and puts it into that of the name; returns where it is now. */
  move(from: TaskGroup | undefined, to: string | undefined): TaskGroup | undefined {
    if (from?.name === to) return from;
    if (from !== undefined) {
      from.size -= 1;
      if (from.size === 0) this.#groups.delete(from.name);
    }
    return to === undefined ? undefined : this.#enter(to);
  }

  #enter(name: string): TaskGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) {
      known.size += 1;
      return known;
    }
    const group = { name, size: 1 };
    this.#groups.set(name, group);
    return group;
  }
}
