import { type CellName, cell } from './cell-pages.ts';
import type { RareField, RareNumber, RareText } from './rare-fields.ts';
import type { ShedField } from './shed-fields.ts';

/** What a task knows from the fields of events, in Celery's names in camelCase. */
export type TaskProperty =
  | CellName
  | RareField
  | 'name'
  | 'args'
  | 'kwargs'
  | 'result'
  | 'rootId'
  | 'parentId'
  | 'uuid'
  | 'type'
  | 'hostname';

export interface TaskField {
  /** What Celery sends; a value of another type is kept apart. `identity` is known before the fields are looked at. */
  readonly type: 'string' | 'number' | 'identity';
  readonly wireName: string;
  readonly property: TaskProperty;
  /** Taken from a task-received that arrives late, which is otherwise ignored. */
  readonly keptWhenLate: boolean;
  /** Where the task keeps it: in a cell, in the record of rare fields, or in a property of its own. */
  readonly cell: number | undefined;
  readonly rareNumber: RareNumber | undefined;
  readonly rareText: RareText | undefined;
  /** A raw text, which can be dropped to save memory. */
  readonly raw: Exclude<ShedField, 'extra'> | undefined;
}

/** Mirrors celery/events/state.py:Task.merge_rules. */
const keptWhenLate: ReadonlySet<string> = new Set([
  'name',
  'args',
  'kwargs',
  'parent_id',
  'root_id',
  'retries',
  'eta',
  'expires',
]);

const nowhere = { cell: undefined, rareNumber: undefined, rareText: undefined, raw: undefined };

export const taskFields: readonly TaskField[] = [
  own('name', 'name'),
  inCell('sent', 'sent'),
  inCell('received', 'received'),
  inCell('started', 'started'),
  rareNumber('rejected', 'rejected'),
  inCell('succeeded', 'succeeded'),
  rareNumber('failed', 'failed'),
  rareNumber('retried', 'retried'),
  rareNumber('revoked', 'revoked'),
  rawOwn('args'),
  rawOwn('kwargs'),
  rareText('eta', 'eta'),
  rareText('expires', 'expires'),
  inCell('retries', 'retries'),
  rawOwn('result'),
  rawRare('exception'),
  rawRare('traceback'),
  inCell('runtime', 'runtime'),
  rareText('queue', 'queue'),
  rareText('exchange', 'exchange'),
  rareText('routing_key', 'routingKey'),
  own('root_id', 'rootId'),
  own('parent_id', 'parentId'),
  identity('type', 'type'),
  identity('hostname', 'hostname'),
  inCell('pid', 'pid'),
  inCell('clock', 'clock'),
  inCell('utcoffset', 'utcoffset'),
  inCell('timestamp', 'timestamp'),
  inCell('local_received', 'localReceived'),
];

export const fieldByProperty: ReadonlyMap<string, TaskField> = new Map(
  taskFields.map((field) => [field.property, field]),
);

const byWireName: ReadonlyMap<string, TaskField> = new Map([
  ...taskFields.map((field): [string, TaskField] => [field.wireName, field]),
  ['uuid', identity('uuid', 'uuid')],
]);

export function fieldOf(wireName: string): TaskField | undefined {
  return byWireName.get(wireName);
}

function own(wireName: string, property: TaskProperty): TaskField {
  return { ...base('string', wireName, property), ...nowhere };
}

function rawOwn(name: 'args' | 'kwargs' | 'result'): TaskField {
  return { ...own(name, name), raw: name };
}

function rawRare(name: 'exception' | 'traceback'): TaskField {
  return { ...rareText(name, name), raw: name };
}

function inCell(wireName: string, property: CellName): TaskField {
  return { ...base('number', wireName, property), ...nowhere, cell: cell[property] };
}

function rareNumber(wireName: string, property: RareNumber): TaskField {
  return { ...base('number', wireName, property), ...nowhere, rareNumber: property };
}

function rareText(wireName: string, property: RareText): TaskField {
  return { ...base('string', wireName, property), ...nowhere, rareText: property };
}

function identity(wireName: string, property: 'uuid' | 'type' | 'hostname'): TaskField {
  return { ...base('identity', wireName, property), ...nowhere };
}

function base(
  type: TaskField['type'],
  wireName: string,
  property: TaskProperty,
): Pick<TaskField, 'type' | 'wireName' | 'property' | 'keptWhenLate'> {
  return { type, wireName, property, keptWhenLate: keptWhenLate.has(wireName) };
}
