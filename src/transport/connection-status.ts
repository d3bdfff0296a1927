/** What is known of the connection. Times ending in `Ms` are milliseconds since the epoch (Date.now). */
export type ConnectionStatus =
  /** The very first attempt; after a failure it is `retrying` or `refused`, also while a retry is under way. */
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'ready'; readonly sinceMs: number }
  /**
   * Lost or not reachable. Retry number `attempt` is due at `retryAtMs`; a time in the past means it is under way.
   * `lostAtMs` is when the connection ended, undefined while there never was one.
   */
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
