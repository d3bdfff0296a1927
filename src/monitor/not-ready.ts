import type { ConnectionStatus } from '../transport/connection-status.ts';

/** Why nothing can be sent now, in a clause; undefined while connected. */
export function notReady(status: ConnectionStatus): string | undefined {
  if (status.kind === 'ready') return undefined;
  return 'error' in status ? status.error : 'there is no connection to the broker yet';
}
