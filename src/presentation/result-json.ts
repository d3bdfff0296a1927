import { type ExactJson, ExactNumber, type ExactObject } from '../protocol/exact-json.ts';
import { type Found, isDone, memberIds, type StoredGroup, type TaskResult } from '../protocol/task-result.ts';

/**
 * All that is stored under an id, in Celery's names: `state` for what is stored as `status`, everything else as it is,
 * with `ttl` in seconds, null for ever. `stored` is false for an id under which there is nothing; Celery calls that PENDING.
 */
export function resultJson(found: Found): ExactJson {
  switch (found.kind) {
    case 'task':
      return taskJson(found.result);
    case 'group':
      return groupJson(found);
    case 'chord':
      return new Map<string, ExactJson>([
        ['group_id', found.id],
        ['ready', false],
        ['done', number(found.chord.done)],
        ['total', number(found.chord.total)],
      ]);
    case 'nothing':
      return nothingJson(found.id);
  }
}

function taskJson({ id, state, result, meta, ttl }: TaskResult): ExactObject {
  const rest = [...meta].filter(([name]) => name !== 'status');
  return new Map<string, ExactJson>([
    ['task_id', id],
    ['state', state],
    ['result', result],
    ...rest,
    ['stored', true],
    ['ttl', number(ttl)],
  ]);
}

function groupJson(found: Extract<Found, { kind: 'group' }>): ExactObject {
  const { group, results } = found;
  return new Map<string, ExactJson>([
    ['group_id', group.id],
    ['ready', isDone(found)],
    ['done', number(memberIds(group).filter((id) => isDone(memberOf(id, results))).length)],
    ['total', number(memberIds(group).length)],
    ['ttl', number(group.ttl)],
    ['results', membersJson(group, results)],
  ]);
}

function membersJson(group: StoredGroup, results: ReadonlyMap<string, TaskResult>): readonly ExactJson[] {
  return group.members.map((member) =>
    typeof member === 'string'
      ? resultJson(memberOf(member, results))
      : groupJson({ kind: 'group', id: member.id, group: member, results }),
  );
}

function memberOf(id: string, results: ReadonlyMap<string, TaskResult>): Found {
  const result = results.get(id);
  return result === undefined ? { kind: 'nothing', id } : { kind: 'task', id, result };
}

function nothingJson(id: string): ExactObject {
  return new Map<string, ExactJson>([
    ['task_id', id],
    ['state', 'PENDING'],
    ['result', null],
    ['traceback', null],
    ['stored', false],
    ['ttl', null],
  ]);
}

function number(value: number | undefined): ExactJson {
  return value === undefined ? null : new ExactNumber(String(value));
}
