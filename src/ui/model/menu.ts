import type { Line } from '../../presentation/line.ts';
import type { Effect } from './effect.ts';

/** One row of a menu: the palette, the actions of a row, help, the command log. */
export interface MenuItem {
  /** What typing is matched against, and what Tab completes to in the palette. */
  readonly text: string;
  readonly title: string;
  readonly keys: string;
  /** Why it can do nothing now; shown beside it, and said when it is chosen. */
  readonly disabled: string | undefined;
  readonly effect: Effect | undefined;
  /** Takes words after it, so Tab adds a space and Enter waits for them. */
  readonly takesWords: boolean;
}

/** The menu row after an arrow key, clamped. */
export function menuRow(row: number, key: string, count: number): number {
  const step: Readonly<Record<string, number>> = {
    down: 1,
    up: -1,
    pagedown: 10,
    pageup: -10,
    'ctrl-n': 1,
    'ctrl-d': 10,
    'ctrl-u': -10,
  };
  return Math.max(0, Math.min(count - 1, row + (step[key] ?? 0)));
}

/**
 * Rank of an item for what was typed, lower is better, or undefined when it does not match: a whole prefix, then the
 * prefix of a word, then anywhere, then in the description, then letters in order.
 */
export function matchRank(item: MenuItem, typed: string): number | undefined {
  const query = typed.trim().toLowerCase();
  const text = item.text.toLowerCase();
  const wanting = item.takesWords ? 1.5 : 0;
  if (query === '') return 0;
  if (text.startsWith(query)) return 0 + wanting;
  if (text.split(/[\s_-]/).some((word) => word.startsWith(query))) return 1 + wanting;
  if (text.includes(query)) return 2 + wanting;
  if (item.title.toLowerCase().includes(query) || item.keys.toLowerCase() === query) return 3 + wanting;
  return inOrder(text, query) ? 4 + wanting : undefined;
}

export function ranked(items: readonly MenuItem[], typed: string): readonly MenuItem[] {
  return items
    .map((item, place) => ({ item, place, rank: matchRank(item, typed) }))
    .filter((entry): entry is typeof entry & { rank: number } => entry.rank !== undefined)
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map((entry) => entry.item);
}

function inOrder(text: string, query: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === query[at]) at++;
  return at === query.length;
}

/** Keys of a menu as a Line for the row, so that the palette, help and actions look alike. */
export function menuLine(item: MenuItem, selected: boolean, columns: readonly [number, number]): Line {
  const [textWidth, titleWidth] = columns;
  const words = item.text.padEnd(textWidth).slice(0, textWidth);
  const title = (item.disabled ?? item.title).padEnd(titleWidth).slice(0, titleWidth);
  const gutter = selected ? '> ' : '  ';
  if (selected) return [{ text: `${gutter}${words} ${title} ${item.keys}`, tone: 'selected' }];
  const tone = item.disabled === undefined ? 'plain' : 'muted';
  return [
    { text: gutter + words, tone },
    { text: ` ${title} `, tone: 'muted' },
    { text: item.keys, tone: 'key' },
  ];
}
