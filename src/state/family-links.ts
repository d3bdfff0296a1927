/** A task's place among the tasks that started one another. @typeParam Self the task itself */
export class FamilyLinks<Self> {
  /** The field as the newest event had it. */
  parentId: string | undefined = undefined;
  /** The parent this task is filed under: the newest `parentId` that is not its own uuid. */
  parentUuid: string | undefined = undefined;
  /** Tasks in memory that name this one as their parent. */
  children: Set<Self> | undefined = undefined;
}
