import { taskColumns } from '../../presentation/task-columns.ts';
import { typeColumns } from '../../presentation/task-type-columns.ts';
import { workerColumns } from '../../presentation/worker-columns.ts';
import type { ScreenId } from './screens.ts';

/** What the sort prompt and `:sort` read of a column. */
export interface ListColumn {
  readonly id: string;
  readonly header: string;
  readonly sortKey?: string;
}

/** The columns of the list on screen. */
export function listColumns(screen: ScreenId): readonly ListColumn[] {
  if (screen === 'workers') return workerColumns;
  return screen === 'types' ? typeColumns : taskColumns;
}
