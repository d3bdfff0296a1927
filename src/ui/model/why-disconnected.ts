import type { ConnectionStatus } from '../../transport/connection-status.ts';

/** Why nothing can be sent now; undefined while connected. */
export function whyDisconnected({ kind }: ConnectionStatus): string | undefined {
  if (kind === 'ready') return undefined;
  return kind === 'connecting'
    ? 'not connected yet: nothing can be sent'
    : 'disconnected: nothing can be sent';
}
