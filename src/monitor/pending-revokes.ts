/** More than anybody revokes by hand; the oldest mark is dropped beyond it. */
const maxPending = 10_000;

/**
 * Tasks that were revoked from here and of which no event has told yet. Workers only say so when the task reaches
 * them, so a mark may stay for long.
 */
export class PendingRevokes {
  readonly uuids: Set<string> = new Set();

  add(uuids: readonly string[]): void {
    for (const uuid of uuids) this.uuids.add(uuid);
    for (const oldest of this.uuids) {
      if (this.uuids.size <= maxPending) return;
      this.uuids.delete(oldest);
    }
  }

  remove(uuids: readonly string[]): void {
    for (const uuid of uuids) this.uuids.delete(uuid);
  }

  /** Whatever ends a task settles it; that it was received or started does not. */
  noteEvent(type: string, uuid: string): void {
    if (this.uuids.size > 0 && ending.has(type)) this.uuids.delete(uuid);
  }
}

const ending: ReadonlySet<string> = new Set([
  'task-revoked',
  'task-succeeded',
  'task-failed',
  'task-rejected',
]);

/** The ids that a `revoke` or `terminate` request names; none for other methods. */
export function revokedUuids(method: string, args: Readonly<Record<string, unknown>>): string[] {
  if (method !== 'revoke' && method !== 'terminate') return [];
  const ids = Array.isArray(args['task_id']) ? args['task_id'] : [args['task_id']];
  return ids.filter((id): id is string => typeof id === 'string');
}
