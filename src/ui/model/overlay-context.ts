import type { CommandEntry } from '../../monitor/command-log.ts';
import type { Task } from '../../state/task.ts';
import type { ViewContext } from './view-context.ts';

/** What the overlays need to know beyond the view: candidates for completion, sort letters, the length of the log. */
export interface OverlayContext extends ViewContext {
  candidates(kind: 'worker' | 'type' | 'column'): readonly string[];
  /** Values seen so far of a field of the filter language, for completion. */
  readonly filterValues: (field: string) => Iterable<string>;
  /** A task in memory by its uuid, or by the beginning of it; `several` when others begin with it too. */
  findTask(uuid: string): Task | 'several' | undefined;
  /** A command of this session. */
  entry(id: number): CommandEntry | undefined;
  /** The column whose sort letter this key is, on the list on screen. */
  sortColumn(key: string): string | undefined;
  /** Ids of the commands of this session, newest first. */
  readonly log: readonly number[];
  /** How many workers the intake panel lists. */
  readonly intakeWorkers: number;
}
