import { completeFilter } from '../../presentation/filter/complete-filter.ts';
import type { FilterVocabulary } from '../../presentation/filter/filter-fields.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import { taskFilterFields } from '../../presentation/filter/task-filter-fields.ts';
import { typeFilterFields } from '../../presentation/filter/task-type-filter-fields.ts';
import { workerFilterFields } from '../../presentation/filter/worker-filter-fields.ts';
import { type FilterChange, withChange } from '../../query/kept-filters.ts';
import { editKey, editorWith, type LineEditor } from './line-editor.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { refilter } from './reduce-list.ts';
import { isTopScreen, type TopScreenId } from './screens.ts';
import type { ViewContext } from './view-context.ts';
import { frameOf, type Overlay, type ViewState, withFrame } from './view-state.ts';

type FilterOverlay = Extract<Overlay, { kind: 'filter' }>;

const vocabularies: { readonly [Id in TopScreenId]: FilterVocabulary } = {
  tasks: taskFilterFields,
  workers: workerFilterFields,
  types: typeFilterFields,
};

/** What can be asked of the rows of a list. */
export function vocabularyOf(screen: TopScreenId): FilterVocabulary {
  return vocabularies[screen];
}

/**
 * A key while a filter is typed. Results follow each key; while the text does not parse, the last valid filter stays
 * in force, and Enter waits until it does.
 */
export function keyInFilter(
  view: ViewState,
  overlay: FilterOverlay,
  key: string,
  context: OverlayContext,
): Step {
  if (key === 'escape' || key === 'ctrl-c') {
    return { view: { ...withFilter(view, overlay.before, context), overlay: undefined }, effects: [] };
  }
  if (key === 'enter') {
    if (overlay.problem !== undefined) return { view, effects: [] };
    return used({ ...view, overlay: undefined }, overlay.editor.text);
  }
  const editor = edited(view, overlay, key, context);
  return { view: editor === undefined ? view : typeFilter(view, overlay, editor, context), effects: [] };
}

function edited(
  view: ViewState,
  overlay: FilterOverlay,
  key: string,
  context: OverlayContext,
): LineEditor | undefined {
  if (key === 'tab') return completed(view, overlay.editor, context);
  if (key === 'up' || key === 'down') return recalled(view, overlay.editor, key);
  return editKey(overlay.editor, key);
}

/** The list under what is typed now. */
export function typeFilter(
  view: ViewState,
  overlay: FilterOverlay,
  editor: LineEditor,
  context: ViewContext,
): ViewState {
  const parsed = parseFilter(editor.text, vocabularyOf(screenOfList(view)));
  if (!parsed.ok) return { ...view, overlay: { ...overlay, editor, problem: parsed.error } };
  return withFilter({ ...view, overlay: { ...overlay, editor, problem: undefined } }, editor.text, context);
}

/** The list on screen under another filter, which must parse. */
export function withFilter(view: ViewState, filter: string, context: ViewContext): ViewState {
  const frame = frameOf(view);
  if (frame.screen === 'tasks') return withFrame(view, refilter({ ...frame, filter }, context));
  if (frame.screen !== 'workers' && frame.screen !== 'types') return view;
  return withFrame(view, { ...frame, filter, list: { ...frame.list, top: 0 } });
}

export function screenOfList(view: ViewState): TopScreenId {
  const { screen } = frameOf(view);
  return isTopScreen(screen) ? screen : 'tasks';
}

function completed(view: ViewState, editor: LineEditor, context: OverlayContext): LineEditor | undefined {
  const vocabulary = vocabularyOf(screenOfList(view));
  const { start, end, options } = completeFilter(
    editor.text,
    editor.cursor,
    vocabulary,
    context.filterValues,
  );
  const [best] = options;
  if (best === undefined) return undefined;
  const before = editor.text.slice(0, start) + best.text;
  return { text: before + editor.text.slice(end), cursor: before.length };
}

function recalled(view: ViewState, editor: LineEditor, key: 'up' | 'down'): LineEditor | undefined {
  const history = view.keptFilters.history[screenOfList(view)] ?? [];
  const at = history.lastIndexOf(editor.text);
  const next =
    key === 'up' ? history[(at < 0 ? history.length : at) - 1] : at < 0 ? undefined : history[at + 1];
  return next === undefined ? undefined : editorWith(next);
}

/** The filter goes into the history of its view. */
export function used(view: ViewState, text: string): Step {
  return text.trim() === ''
    ? { view, effects: [] }
    : kept(view, { kind: 'used', view: screenOfList(view), text });
}

/** A change of what is kept of filters, here and for later sessions. */
export function kept(view: ViewState, change: FilterChange): Step {
  return {
    view: { ...view, keptFilters: withChange(view.keptFilters, change) },
    effects: [{ kind: 'keep-filter', change }],
  };
}
