/** What is known of the connection. Times ending in `Ms` are milliseconds since the epoch (Date.now). */
export type ConnectionStatus =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'ready'; readonly sinceMs: number }
  /** Lost or not reachable; the next try is due at `retryAtMs`. `lostAtMs` is when it was last ready, if ever. */
  | {
      readonly kind: 'retrying';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly lostAtMs: number | undefined;
      readonly error: string;
    }
  /** The broker answered and said no (credentials, vhost, permission). Tried again every 30 s only. */
  | {
      readonly kind: 'refused';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly lostAtMs: number | undefined;
      readonly error: string;
    }
  | { readonly kind: 'closed' };
