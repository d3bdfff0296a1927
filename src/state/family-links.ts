/** A task's place among the tasks that started one another. @typeParam Self the task itself */
export class FamilyLinks<Self> {
  /** The field as the newest event had it. */
  parentId: string | undefined = undefined;
  /** The parent this task is filed under: the newest `parentId` that is not its own uuid. */
  parentUuid: string | undefined = undefined;
  /** Tasks in memory that name this one as their parent. */
  children: Set<Self> | undefined = undefined;

  /** @param copyOf the copy of a task in memory */
  clone(copyOf: (task: Self) => Self | undefined): FamilyLinks<Self> {
    const copy = new FamilyLinks<Self>();
    copy.parentId = this.parentId;
    copy.parentUuid = this.parentUuid;
    copy.children = this.children && copiedSet(this.children, copyOf);
    return copy;
  }
}

/** The copies of the tasks of a set, in its order. */
export function copiedSet<Self>(
  tasks: ReadonlySet<Self>,
  copyOf: (task: Self) => Self | undefined,
): Set<Self> {
  const copies = new Set<Self>();
  for (const task of tasks) {
    const copy = copyOf(task);
    if (copy !== undefined) copies.add(copy);
  }
  return copies;
}
