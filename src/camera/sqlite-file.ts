import { CameraError } from '../errors.ts';
import { applicationId, type SqlValue, schema, schemaVersion } from './sqlite-schema.ts';

/** The part of libsql that is used: better-sqlite3's interface, and everything returns when it is done. */
export interface SqliteFile {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(values: readonly SqlValue[]): { readonly changes: number };
    all(values: readonly SqlValue[]): unknown[];
  };
  close(): unknown;
}

/** How long another writer is waited for, in milliseconds. */
const busyMs = 5_000;

/**
 * Opens a database of ours, or makes one of a file that is empty or not there. Readers are welcome at any time: it is in
 * WAL mode, in which they and the writer do not wait for each other.
 *
 * @throws CameraError when it cannot be opened, is no database, or is somebody else's
 */
export async function openSqliteFile(path: string): Promise<SqliteFile> {
  const Database = await loadLibrary();
  let file: SqliteFile | undefined;
  try {
    file = new Database(path);
    file.exec(`PRAGMA busy_timeout = ${busyMs}`);
    prepareFile(file, path);
    return file;
  } catch (error) {
    file?.close();
    if (error instanceof CameraError) throw error;
    throw new CameraError(`the database ${path} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

/** Its binary is a package of its own for each platform, and there is none for some. */
async function loadLibrary(): Promise<new (path: string) => SqliteFile> {
  try {
    const library = (await import('libsql')) as unknown as { default: new (path: string) => SqliteFile };
    return library.default;
  } catch (error) {
    throw new CameraError(`SQLite cannot be loaded on this machine: ${reasonOf(error)}`, { cause: error });
  }
}

function prepareFile(file: SqliteFile, path: string): void {
  const [owner, version] = [pragma(file, 'application_id'), pragma(file, 'user_version')];
  const isEmpty = file.prepare('SELECT name FROM sqlite_master LIMIT 1').all([]).length === 0;
  if (!isEmpty && owner !== applicationId)
    throw new CameraError(`${path} is a database of another program: name another file with --output`);
  if (version > schemaVersion)
    throw new CameraError(`${path} was written by a newer stalk: use that one, or name another file`);
  file.prepare('PRAGMA journal_mode = WAL').all([]);
  // In WAL mode a crash of the machine may cost the last shots, and never the file.
  file.exec('PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864');
  if (isEmpty) file.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
}

/** Does `work` as one change: whoever looks, also after a kill, sees all of it or nothing. Nothing else may write meanwhile. */
export async function inTransaction(file: SqliteFile, work: () => Promise<void>): Promise<void> {
  file.exec('BEGIN IMMEDIATE');
  try {
    await work();
    file.exec('COMMIT');
  } catch (error) {
    file.exec('ROLLBACK');
    throw error;
  }
}

function pragma(file: SqliteFile, name: string): number {
  const [row] = file.prepare(`PRAGMA ${name}`).all([]) as Record<string, number>[];
  return row?.[name] ?? 0;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
