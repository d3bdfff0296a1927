import type { Task } from '../state/task.ts';
import { type TaskField, taskFields } from '../state/task-fields.ts';
import type { Worker } from '../state/worker.ts';

/** What a cell of SQLite holds. */
export type SqlValue = string | number | null;

interface Column<Row> {
  readonly name: string;
  readonly type: 'TEXT' | 'REAL' | 'INTEGER';
  readonly read: (row: Row) => unknown;
  /** What is not known any more replaces what was; elsewhere it stays, since a State that begins anew knows less. */
  readonly forgets?: true;
}

/** Fields of events that are whole numbers; other numbers are times and durations. */
const wholeNumbers: ReadonlySet<string> = new Set(['retries', 'pid', 'clock', 'utcoffset']);

/** Beside `uuid` and `updated`. */
const taskColumns: readonly Column<Task>[] = [
  { name: 'state', type: 'TEXT', read: (task) => task.state },
  { name: 'worker', type: 'TEXT', read: (task) => task.worker },
  { name: 'client', type: 'TEXT', read: (task) => task.client },
  ...taskFields.map(fieldColumn),
];

/** Beside `hostname` and `updated`. */
const workerColumns: readonly Column<Worker>[] = [
  { name: 'pid', type: 'INTEGER', read: ({ pid }) => pid },
  { name: 'freq', type: 'REAL', read: ({ freq }) => freq },
  { name: 'active', type: 'INTEGER', read: ({ active }) => active },
  { name: 'processed', type: 'INTEGER', read: ({ processed }) => processed },
  { name: 'loadavg', type: 'TEXT', read: ({ loadavg }) => loadavg?.join(' ') },
  { name: 'clock', type: 'INTEGER', read: ({ clock }) => clock },
  { name: 'timestamp', type: 'REAL', read: ({ timestamp }) => timestamp },
  { name: 'sw_ident', type: 'TEXT', read: ({ swIdent }) => swIdent },
  { name: 'sw_ver', type: 'TEXT', read: ({ swVer }) => swVer },
  { name: 'sw_sys', type: 'TEXT', read: ({ swSys }) => swSys },
  { name: 'last_heartbeat', type: 'REAL', read: ({ heartbeats }) => heartbeats.at(-1), forgets: true },
  { name: 'alive_until', type: 'REAL', read: ({ heartbeatExpires }) => heartbeatExpires, forgets: true },
];

/** "stlk": who looks at the file knows whose it is. */
export const applicationId = 0x73_74_6c_6b;

export const schemaVersion = 1;

/**
 * Triggers keep `counts`, so that they agree with the rows whoever writes or deletes them, and at whatever moment the
 * writer is killed. A task whose name is not known counts under the empty name.
 */
export const schema: string = `
CREATE TABLE tasks (uuid TEXT NOT NULL PRIMARY KEY, ${declared(taskColumns)}, updated REAL NOT NULL);
CREATE INDEX tasks_by_state ON tasks (state, updated);
CREATE INDEX tasks_by_name ON tasks (name);
CREATE INDEX tasks_by_worker ON tasks (worker);
CREATE INDEX tasks_by_root ON tasks (root_id);
CREATE TABLE workers (hostname TEXT NOT NULL PRIMARY KEY, ${declared(workerColumns)}, updated REAL NOT NULL);
CREATE INDEX workers_by_update ON workers (updated);
CREATE TABLE counts (name TEXT NOT NULL, state TEXT NOT NULL, tasks INTEGER NOT NULL, PRIMARY KEY (name, state))
  WITHOUT ROWID;
CREATE INDEX counts_by_state ON counts (state);
CREATE TRIGGER task_came AFTER INSERT ON tasks BEGIN ${counted('new')} END;
CREATE TRIGGER task_changed AFTER UPDATE OF name, state ON tasks
  WHEN old.name IS NOT new.name OR old.state IS NOT new.state BEGIN ${uncounted('old')} ${counted('new')} END;
CREATE TRIGGER task_went AFTER DELETE ON tasks BEGIN ${uncounted('old')} END;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;

export const upsertTask: string = upsert('tasks', 'uuid', taskColumns);
export const upsertWorker: string = upsert('workers', 'hostname', workerColumns);

/** What `upsertTask` takes. @param now seconds since the epoch */
export function taskValues(task: Task, now: number): SqlValue[] {
  return [cellOf(task.uuid), ...taskColumns.map(({ read }) => cellOf(read(task))), now];
}

/** What `upsertWorker` takes. @param now seconds since the epoch */
export function workerValues(worker: Worker, now: number): SqlValue[] {
  return [cellOf(worker.hostname), ...workerColumns.map(({ read }) => cellOf(read(worker))), now];
}

function fieldColumn({ wireName, property, type }: TaskField): Column<Task> {
  const number = wholeNumbers.has(wireName) ? 'INTEGER' : 'REAL';
  return { name: wireName, type: type === 'number' ? number : 'TEXT', read: (task) => task[property] };
}

function declared<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, type }) => `${name} ${type}${name === 'state' ? ' NOT NULL' : ''}`).join(', ');
}

function upsert<Row>(table: string, key: string, columns: readonly Column<Row>[]): string {
  const names = [key, ...columns.map(({ name }) => name), 'updated'];
  const changes = columns.map(({ name, forgets }) =>
    forgets === true ? `${name} = excluded.${name}` : `${name} = coalesce(excluded.${name}, ${name})`,
  );
  const places = names.map(() => '?').join(', ');
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})
    ON CONFLICT (${key}) DO UPDATE SET ${changes.join(', ')}, updated = excluded.updated`;
}

function counted(row: 'new'): string {
  return `INSERT INTO counts (name, state, tasks) VALUES (coalesce(${row}.name, ''), ${row}.state, 1)
    ON CONFLICT (name, state) DO UPDATE SET tasks = tasks + 1;`;
}

function uncounted(row: 'old'): string {
  const place = `name = coalesce(${row}.name, '') AND state = ${row}.state`;
  return `UPDATE counts SET tasks = tasks - 1 WHERE ${place}; DELETE FROM counts WHERE ${place} AND tasks <= 0;`;
}

function cellOf(value: unknown): SqlValue {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value !== 'string') return null;
  // SQLite's own functions take a text to end at a NUL, and half a surrogate pair is no UTF-8.
  return value.replace(/[\0\p{Surrogate}]/gu, '\ufffd');
}
