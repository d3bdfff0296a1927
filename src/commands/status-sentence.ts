import type { ConnectionStatus } from '../transport/connection-status.ts';

/** What there is to say of a connection that is not there; undefined when there is nothing to say. */
export function statusSentence(status: ConnectionStatus): string | undefined {
  if (status.kind !== 'retrying' && status.kind !== 'refused') return undefined;
  const lost = status.lostAtMs !== undefined && status.attempt <= 1;
  return lost ? `Connection lost, attempting reconnect. ${status.error}` : status.error;
}
