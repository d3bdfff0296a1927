import { quotedIfNeeded } from '../../presentation/filter/complete-filter.ts';
import { isFilterName, mostSaved } from '../../query/kept-filters.ts';
import { kept, screenOfList, used, withFilter } from './filter-keys.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { say } from './stack.ts';
import { frameOf, type ViewState } from './view-state.ts';

/** The saved filters of the list on screen, by name. */
export function savedFilters(view: ViewState): Readonly<Record<string, string>> {
  return view.keptFilters.saved[screenOfList(view)] ?? {};
}

export function savedNames(view: ViewState): readonly string[] {
  return Object.keys(savedFilters(view)).sort();
}

/** `:filter failing`: the filter that was saved under this name; undefined where none was. */
export function recallFilter(view: ViewState, name: string, context: OverlayContext): Step | undefined {
  const filters = savedFilters(view);
  const text = Object.hasOwn(filters, name) ? filters[name] : undefined;
  return text === undefined ? undefined : used(withFilter(view, text, context), text);
}

/** `:filter save failing`: the filter in force, under this name. */
export function saveFilter(view: ViewState, name: string, context: OverlayContext): Step {
  const text = filterInForce(view);
  const names = savedNames(view);
  const problem =
    text === ''
      ? 'there is no filter to save'
      : !isFilterName(name)
        ? 'filter save NAME: letters, digits, . _ and -, at most 40'
        : !names.includes(name) && names.length >= mostSaved
          ? `${mostSaved} filters are saved already: filter drop NAME makes room`
          : undefined;
  if (problem !== undefined) return { view: say(view, problem, context.nowMs, 'warn'), effects: [] };
  const step = kept(view, { kind: 'saved', view: screenOfList(view), name, text });
  return { ...step, view: say(step.view, `saved as ${name}: ${text}`, context.nowMs) };
}

/** `:filter drop failing`. */
export function dropFilter(view: ViewState, name: string, context: OverlayContext): Step {
  if (!savedNames(view).includes(name)) {
    const problem = name === '' ? 'filter drop NAME' : `no filter is saved as ${name.slice(0, 40)}`;
    return { view: say(view, problem, context.nowMs, 'warn'), effects: [] };
  }
  const step = kept(view, { kind: 'dropped', view: screenOfList(view), name });
  return { ...step, view: say(step.view, `dropped ${name}`, context.nowMs) };
}

/** The type that the list is for and the quick filter are part of it. */
function filterInForce(view: ViewState): string {
  const frame = frameOf(view);
  if (frame.screen === 'workers' || frame.screen === 'types') return frame.filter.trim();
  if (frame.screen !== 'tasks') return '';
  const text = frame.filter.trim();
  const scopes = [
    ...(frame.type === undefined ? [] : [`name=${quotedIfNeeded(frame.type)}`]),
    ...(frame.problemsOnly ? ['is:problem'] : []),
  ];
  if (scopes.length === 0) return text;
  return [...(text === '' ? [] : [`(${text})`]), ...scopes].join(' ');
}
