/** What is kept of filters for later sessions, by the view that they are of: one's words mean nothing in another. */
export interface KeptFilters {
  /** By name. */
  readonly saved: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Oldest first. */
  readonly history: Readonly<Record<string, readonly string[]>>;
}

/** One thing that happened to them. */
export type FilterChange =
  | { readonly kind: 'used'; readonly view: string; readonly text: string }
  | { readonly kind: 'saved'; readonly view: string; readonly name: string; readonly text: string }
  | { readonly kind: 'dropped'; readonly view: string; readonly name: string };

export const noFilters: KeptFilters = { saved: {}, history: {} };

/** Filters that ↑ and ↓ go through; the oldest are forgotten. */
const longestHistory = 50;
export const mostSaved = 200;
/** As long as a filter may be. */
const longestText = 4096;
const mostViews = 20;
const namePattern = /^[\w.-]{1,40}$/;

/** Whether a filter can be saved under it: a word, and none that means something else there. */
export function isFilterName(name: string): boolean {
  return namePattern.test(name) && name !== 'save' && name !== 'drop' && name !== '__proto__';
}

export function withChange(kept: KeptFilters, change: FilterChange): KeptFilters {
  const { view } = change;
  const saved = kept.saved[view] ?? {};
  switch (change.kind) {
    case 'used': {
      const others = (kept.history[view] ?? []).filter((text) => text !== change.text);
      const history = [...others, change.text].slice(-longestHistory);
      return { ...kept, history: { ...kept.history, [view]: history } };
    }
    case 'saved':
      return { ...kept, saved: { ...kept.saved, [view]: { ...saved, [change.name]: change.text } } };
    case 'dropped': {
      const { [change.name]: _dropped, ...others } = saved;
      return { ...kept, saved: { ...kept.saved, [view]: others } };
    }
  }
}

/** What a file holds of them, whoever wrote it: nothing else gets in, and no more than there may be. */
export function readKept(value: unknown): KeptFilters {
  const { saved, history } = recordOf(value);
  return {
    saved: Object.fromEntries(
      entriesOf(saved, mostViews).map(([view, filters]) => [view, Object.fromEntries(savedOf(filters))]),
    ),
    history: Object.fromEntries(
      entriesOf(history, mostViews).map(([view, texts]) => [
        view,
        Array.isArray(texts) ? texts.filter(isFilter).slice(-longestHistory) : [],
      ]),
    ),
  };
}

function savedOf(filters: unknown): readonly (readonly [string, string])[] {
  return entriesOf(filters, mostSaved).flatMap(([name, text]) =>
    isFilterName(name) && isFilter(text) ? [[name, text] as const] : [],
  );
}

function entriesOf(value: unknown, most: number): readonly (readonly [string, unknown])[] {
  return Object.entries(recordOf(value))
    .filter(([name]) => name !== '__proto__')
    .slice(0, most);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isFilter(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= longestText;
}
