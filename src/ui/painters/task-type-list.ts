import { headerLine, layoutColumns, rowLine } from '../../presentation/column.ts';
import { formatCount } from '../../presentation/format.ts';
import { typeColumns } from '../../presentation/task-type-columns.ts';
import { spreadColumns, type TypeDetails, typeFooter } from '../../presentation/task-type-footer.ts';
import type { TypeRow } from '../../presentation/task-type-row.ts';
import { selectedIndex, windowTop } from '../model/list.ts';
import { typeId } from '../model/reduce-task-types.ts';
import type { TypesFrame, ViewState } from '../model/view-state.ts';
import type { Scene } from '../scene.ts';
import { type Painted, toHeight } from './body.ts';

/** Header, one row per type, and what is known of the selected one. */
export function paintTypes(
  scene: Scene,
  view: ViewState,
  frame: TypesFrame,
  size: { readonly width: number; readonly rows: number; readonly screenRows: number },
): Painted {
  const context = scene.drawing(view);
  const { rows, total } = scene.types(view, frame);
  const ids = rows.map(typeId);
  const selected = selectedIndex(frame.list, ids);
  const row = rows[selected];
  const footer =
    row === undefined || size.screenRows < 24
      ? []
      : typeFooter(row, detailsOf(scene, view, row, frame), size.width, context);
  const pageRows = Math.max(1, size.rows - 1 - Math.min(footer.length, size.rows - 6));
  const top = windowTop(frame.list.top, selected, rows.length, pageRows);
  const layout = layoutColumns(typeColumns, size.width, { all: view.allColumns, pan: view.pan });
  const body = rows.slice(top, top + pageRows).map((entry, index) =>
    rowLine(layout, entry, context, {
      selected: top + index === selected,
      marked: frame.list.marks.has(typeId(entry)),
      dim: entry.name === undefined,
    }),
  );
  if (rows.length === 0) body.push([{ text: noTypes(total), tone: 'muted' }]);
  const lines = [headerLine(layout, frame.sort, context), ...toHeight(body, pageRows), ...footer];
  return { lines: toHeight(lines, size.rows), pageRows };
}

/** While paused, figures stand still, and the spread was not kept. */
function detailsOf(scene: Scene, view: ViewState, { name }: TypeRow, { window }: TypesFrame): TypeDetails {
  const { statistics, facts } = scene.monitor;
  const { now } = scene.drawing(view);
  const hasSpread = name !== undefined && view.paused === undefined;
  return {
    spread: hasSpread ? statistics.spread(name, window, spreadColumns, now) : undefined,
    sentSeen: facts.sentSeen,
  };
}

function noTypes(hidden: number): string {
  return hidden === 0
    ? ' No task has been seen yet.'
    : ` 0 of ${formatCount(hidden)} match. Esc clears the filter.`;
}
