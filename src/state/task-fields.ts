type Text = string | null | undefined;
type Numeric = number | null | undefined;

/**
 * What events say about one task, in Celery's names in camelCase. `undefined`: no event carried it; `null`: it arrived
 * as null; both mean "not known". A value of another type than Celery sends never gets here: it is kept as it
 * arrived in the task's extra fields, so what is read here can be trusted whoever published the event.
 * Times are seconds since the epoch.
 */
export class TaskFields {
  name: Text = undefined;
  sent: Numeric = undefined;
  received: Numeric = undefined;
  started: Numeric = undefined;
  rejected: Numeric = undefined;
  succeeded: Numeric = undefined;
  failed: Numeric = undefined;
  retried: Numeric = undefined;
  revoked: Numeric = undefined;
  /** Celery's `saferepr` of the arguments: to show as it is, not to parse. */
  args: Text = undefined;
  kwargs: Text = undefined;
  /** ISO 8601 with offset. */
  eta: Text = undefined;
  /** ISO 8601 with offset. */
  expires: Text = undefined;
  retries: Numeric = undefined;
  result: Text = undefined;
  exception: Text = undefined;
  traceback: Text = undefined;
  /** Seconds. */
  runtime: Numeric = undefined;
  queue: Text = undefined;
  exchange: Text = undefined;
  routingKey: Text = undefined;
  rootId: Text = undefined;
  /** After a retry a worker sends the task's own uuid here; `parent` and `children` are not misled by it. */
  parentId: Text = undefined;
  /** Type, sender, process and times of the newest event that was merged whole. */
  type: Text = undefined;
  hostname: Text = undefined;
  pid: Numeric = undefined;
  clock: Numeric = 0;
  utcoffset: Numeric = undefined;
  timestamp: Numeric = undefined;
  localReceived: Numeric = undefined;
}

export interface TextField {
  readonly type: 'string';
  readonly wireName: string;
  readonly property: keyof TaskFields;
  /** Taken from a task-received that arrives late, which is otherwise ignored. */
  readonly keptWhenLate: boolean;
  readonly write: (task: TaskFields, value: string | null) => void;
}

type NumberProperty = {
  [Name in keyof TaskFields]: TaskFields[Name] extends Numeric ? Name : never;
}[keyof TaskFields];

export interface NumberField {
  readonly type: 'number';
  readonly wireName: string;
  readonly property: NumberProperty;
  readonly keptWhenLate: boolean;
  readonly write: (task: TaskFields, value: number | null) => void;
}

export type TaskField = TextField | NumberField;

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

/** One writer per field: each is a plain store, where writing through a computed key would be slow. */
export const taskFields: readonly TaskField[] = [
  text('name', 'name', (task, value) => {
    task.name = value;
  }),
  number('sent', 'sent', (task, value) => {
    task.sent = value;
  }),
  number('received', 'received', (task, value) => {
    task.received = value;
  }),
  number('started', 'started', (task, value) => {
    task.started = value;
  }),
  number('rejected', 'rejected', (task, value) => {
    task.rejected = value;
  }),
  number('succeeded', 'succeeded', (task, value) => {
    task.succeeded = value;
  }),
  number('failed', 'failed', (task, value) => {
    task.failed = value;
  }),
  number('retried', 'retried', (task, value) => {
    task.retried = value;
  }),
  number('revoked', 'revoked', (task, value) => {
    task.revoked = value;
  }),
  text('args', 'args', (task, value) => {
    task.args = value;
  }),
  text('kwargs', 'kwargs', (task, value) => {
    task.kwargs = value;
  }),
  text('eta', 'eta', (task, value) => {
    task.eta = value;
  }),
  text('expires', 'expires', (task, value) => {
    task.expires = value;
  }),
  number('retries', 'retries', (task, value) => {
    task.retries = value;
  }),
  text('result', 'result', (task, value) => {
    task.result = value;
  }),
  text('exception', 'exception', (task, value) => {
    task.exception = value;
  }),
  text('traceback', 'traceback', (task, value) => {
    task.traceback = value;
  }),
  number('runtime', 'runtime', (task, value) => {
    task.runtime = value;
  }),
  text('queue', 'queue', (task, value) => {
    task.queue = value;
  }),
  text('exchange', 'exchange', (task, value) => {
    task.exchange = value;
  }),
  text('routing_key', 'routingKey', (task, value) => {
    task.routingKey = value;
  }),
  text('root_id', 'rootId', (task, value) => {
    task.rootId = value;
  }),
  text('parent_id', 'parentId', (task, value) => {
    task.parentId = value;
  }),
  text('type', 'type', (task, value) => {
    task.type = value;
  }),
  text('hostname', 'hostname', (task, value) => {
    task.hostname = value;
  }),
  number('pid', 'pid', (task, value) => {
    task.pid = value;
  }),
  number('clock', 'clock', (task, value) => {
    task.clock = value;
  }),
  number('utcoffset', 'utcoffset', (task, value) => {
    task.utcoffset = value;
  }),
  number('timestamp', 'timestamp', (task, value) => {
    task.timestamp = value;
  }),
  number('local_received', 'localReceived', (task, value) => {
    task.localReceived = value;
  }),
];

export const fieldByWireName: ReadonlyMap<string, TaskField> = new Map(
  taskFields.map((field) => [field.wireName, field]),
);

export const fieldByProperty: ReadonlyMap<string, TaskField> = new Map(
  taskFields.map((field) => [field.property, field]),
);

function text(wireName: string, property: keyof TaskFields, write: TextField['write']): TextField {
  return { type: 'string', wireName, property, keptWhenLate: keptWhenLate.has(wireName), write };
}

function number(wireName: string, property: NumberProperty, write: NumberField['write']): NumberField {
  return { type: 'number', wireName, property, keptWhenLate: keptWhenLate.has(wireName), write };
}
