import type { TaskView } from './task-view.ts';
import { valueText } from './value-text.ts';

/** No field is searched further: a sender cuts at about a thousand characters, a hostile one may not. */
const longest = 65_536;

const searched = ['name', 'uuid', 'worker', 'queue', 'args', 'kwargs', 'result', 'exception'] as const;

/**
 * The predicate of a plain-text filter: every word must occur in one of the searched fields, `"two words"` count as
 * one. Case matters for a word with a capital letter. An empty filter keeps everything.
 */
export function textFilter(text: string): (task: TaskView) => boolean {
  const words = filterWords(text).map(wordPattern);
  return (task) => words.every((word) => searched.some((field) => matches(task[field], word)));
}

/** `"send email" w1` → `send email`, `w1`; a quote that is still open runs to the end. */
function filterWords(text: string): string[] {
  const words = text.match(/"[^"]*"?|[^\s"]+/g) ?? [];
  return words.map((word) => word.replaceAll('"', '')).filter((word) => word !== '');
}

/** A pattern, since that compares without making a lower-case copy of every field. */
function wordPattern(word: string): RegExp {
  const hasCapital = word !== word.toLowerCase();
  return new RegExp(word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), hasCapital ? '' : 'i');
}

function matches(value: unknown, word: RegExp): boolean {
  const text = valueText(value);
  return text !== undefined && word.test(text.length > longest ? text.slice(0, longest) : text);
}
