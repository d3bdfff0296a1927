/** As much of a task as tells what it has lost. */
interface Sheddable {
  readonly shed?: readonly string[];
}

/** What stands where a text was and had to go: nobody may take it for a text that never was. */
export const shedNote = 'dropped to save memory (--memory)';

/** Whether one of these was known and is no longer. `extra` stands for all fields that have no place of their own. */
export function isShed(task: Sheddable, ...fields: readonly string[]): boolean {
  return task.shed?.some((field) => fields.includes(field)) ?? false;
}

/** `args, result dropped to save memory (--memory)`; empty when nothing was. */
export function shedSummary({ shed = [] }: Sheddable): string {
  return shed.length === 0 ? '' : `${shed.join(', ')} ${shedNote}`;
}
