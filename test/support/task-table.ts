import { textWidth } from '../../src/presentation/text.ts';

/** A row of the Tasks list as the screen shows it at 80 columns or more. */
export type TaskLine = {
  selected: boolean;
  marked: boolean;
  glyph: string;
  state: string;
  /** As much of it as is shown. */
  uuid: string;
  name: string;
  text: string;
};

const taskLine = /^([> ])([* ]) ?([^\s?]\??) *(\S+) +([0-9a-f]{8}[0-9a-f-]*) +(\S+)/;

/** The rows between the header and the rule that names the mode. */
export function taskLines(screen: readonly string[]): TaskLine[] {
  const header = screen.findIndex((row) => /^ {3}STATE +UUID/.test(row));
  const rule = screen.findIndex((row) => /^[─-]{2} (FOLLOW|HOLD|PAUSED)/.test(row));
  if (header < 0 || rule < 0) return [];
  return screen.slice(header + 1, rule).flatMap((text) => {
    const found = taskLine.exec(text);
    if (found === null) return [];
    const [, cursor, mark, glyph = '', state = '', uuid = '', name = ''] = found;
    return [{ selected: cursor === '>', marked: mark === '*', glyph, state, uuid, name, text }];
  });
}

/** The row under the cursor. */
export function selectedTask(screen: readonly string[]): TaskLine | undefined {
  return taskLines(screen).find((line) => line.selected);
}

export function selectedUuid(screen: readonly string[]): string {
  return selectedTask(screen)?.uuid ?? '(none)';
}

/** Where the cursor is among the rows on screen, from 0; -1 when no row has it. */
export function selectedPlace(screen: readonly string[]): number {
  return taskLines(screen).findIndex((line) => line.selected);
}

/** The rule under the list: FOLLOW, HOLD or PAUSED, and what it says besides. */
export function modeRule(screen: readonly string[]): string {
  return screen.find((row) => /^[─-]{2} (FOLLOW|HOLD|PAUSED)/.test(row)) ?? '';
}

/** Tasks that came since the list was held. */
export function newerTasks(screen: readonly string[]): number {
  return Number((/([\d,]+) newer tasks?/.exec(modeRule(screen))?.[1] ?? '0').replaceAll(',', ''));
}

export function messageOf(screen: readonly string[]): string {
  return (screen.at(-2) ?? '').trim();
}

/** Columns of a terminal that the row takes. */
export function rowWidth(row: string): number {
  return textWidth(row);
}
