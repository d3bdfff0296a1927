import type { Found, StoredGroup, TaskResult } from '../protocol/task-result.ts';

/**
 * The port to where a cluster keeps its results. Every method throws BrokerUnreachableError or BrokerRefusedError when
 * the backend does not serve, and UnreadableResultError for a result that cannot be read from here.
 */
export interface ResultBackend {
  /** Its URL without the password. */
  readonly label: string;
  /** What a task has stored last; undefined when it has not, which Celery calls PENDING. */
  get(id: string): Promise<TaskResult | undefined>;
  /** A saved group; undefined when there is none of that id. */
  group(id: string): Promise<StoredGroup | undefined>;
  /** Whatever is stored under the id. */
  find(id: string): Promise<Found>;
  /** Deletes the result of a task, or of all tasks of a saved group and the group. Resolves with how many results. */
  forget(id: string): Promise<number>;
  /** Resolves when the task, or every task of the group, is done; when `signal` aborts first, with what is there then. */
  wait(id: string, signal: AbortSignal): Promise<Found>;
  close(): Promise<void>;
}
