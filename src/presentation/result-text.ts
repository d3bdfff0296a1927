import type { ExactJson } from '../protocol/exact-json.ts';
import {
  type ChordProgress,
  type Found,
  memberIds,
  type StoredGroup,
  type TaskResult,
} from '../protocol/task-result.ts';
import { exceptionLine } from './exception-line.ts';
import { formatDuration } from './format.ts';
import { pythonRepr, pythonStr } from './python-str.ts';
import { clean } from './text.ts';
import { valueText } from './value-text.ts';

/** A task that ended so raises what it stored. Mirrors celery/states.py:PROPAGATE_STATES. */
const propagateStates: ReadonlySet<string> = new Set(['FAILURE', 'REVOKED']);

/** The first result that raises where Celery would get the value; undefined when none does. */
export function failureOf(found: Found): TaskResult | undefined {
  return resultsOf(found).find(({ state }) => propagateStates.has(state));
}

/** What `AsyncResult.get()` or `GroupResult.get()` returns, as `celery result` prints it: None is an empty line. */
export function returnText(found: Found): string {
  if (found.kind === 'group') return pythonRepr(groupValue(found.group, found.results));
  return found.kind === 'task' && found.result.result !== null ? pythonStr(found.result.result) : '';
}

/** The traceback as the worker stored it, or what was raised where it stored none. */
export function failureText({ traceback, result }: TaskResult): string {
  const stored = traceback?.trimEnd() ?? '';
  return stored === '' ? exceptionLine(result) : stored;
}

/** What `celery result --traceback` prints; of a group the tracebacks of its tasks. */
export function tracebackText(found: Found): string {
  return resultsOf(found)
    .map(({ traceback }) => traceback)
    .filter((traceback) => traceback !== undefined)
    .join('\n');
}

/** One sentence on how far it has come, with the id as its subject and no full stop. */
export function progressSentence(found: Found): string {
  const id = clean(found.id, 200);
  switch (found.kind) {
    case 'task':
      return `${id} ${taskProgress(found.result)}`;
    case 'group':
      return `the group ${id} ${groupProgress(found.group, found.results)}`;
    case 'chord':
      return `the chord ${id} ${chordProgress(found.chord)}`;
    case 'nothing':
      return `nothing is stored for ${id}: it may wait or run, its result may be ignored or gone, or nobody knows it; all of these look the same`;
  }
}

/** What would be lost, for whoever is about to delete it. */
export function storedSentence(found: Found): string {
  const id = clean(found.id, 200);
  if (found.kind === 'task') return `${id}: ${clean(found.result.state, 60)}${expiry(found.result.ttl)}`;
  if (found.kind === 'nothing') return `${id}: nothing is stored`;
  if (found.kind === 'chord') return `the chord ${id} ${chordProgress(found.chord)}`;
  const { group, results } = found;
  const stored = results.size === 1 ? '1 result' : `${results.size} results`;
  return `the group ${id}: ${stored} of ${memberIds(group).length} tasks, and the group${expiry(group.ttl)}`;
}

function resultsOf(found: Found): readonly TaskResult[] {
  if (found.kind === 'task') return [found.result];
  if (found.kind !== 'group') return [];
  return memberIds(found.group).flatMap((id) => found.results.get(id) ?? []);
}

function groupValue(group: StoredGroup, results: ReadonlyMap<string, TaskResult>): readonly ExactJson[] {
  return group.members.map((member) =>
    typeof member === 'string' ? (results.get(member)?.result ?? null) : groupValue(member, results),
  );
}

function taskProgress({ state, result }: TaskResult): string {
  const name = clean(state, 60);
  if (state === 'RETRY')
    return `failed with ${clean(exceptionLine(result), 300)} and is to run again (RETRY)`;
  const isMeta = result instanceof Map;
  const hostname = isMeta && state === 'STARTED' ? valueText(result.get('hostname')) : undefined;
  if (hostname !== undefined) return `is STARTED on ${clean(hostname, 200)} and has not ended`;
  const meta = result === null ? '' : ` ${clean(pythonRepr(result), 300)}`;
  return `is ${name}${meta} and has not ended`;
}

/** `SUCCESS 2, STARTED 1, nothing stored 3`. */
function groupProgress(group: StoredGroup, results: ReadonlyMap<string, TaskResult>): string {
  const counts = new Map<string, number>();
  for (const { state } of results.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  const missing = memberIds(group).length - results.size;
  const parts = [...counts].map(([state, count]) => `${clean(state, 60)} ${count}`);
  if (missing > 0) parts.push(`nothing stored ${missing}`);
  return `of ${memberIds(group).length} tasks has not ended: ${parts.join(', ')}`;
}

function chordProgress({ done, total }: ChordProgress): string {
  const all = total === undefined ? '' : ` of ${total}`;
  return `has ${done}${all} tasks done, and its body has not been sent`;
}

function expiry(ttl: number | undefined): string {
  return ttl === undefined ? ', kept for ever' : `, expires in ${formatDuration(ttl)}`;
}
