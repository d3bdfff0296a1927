import type { BrokerRefusedError, BrokerUnreachableError } from '../errors.ts';
import type { Message, OutgoingMessage } from '../protocol/message.ts';
import type { QueueDeclaration, ReplyQueue, Subscription } from './transport.ts';

/** Why there is no session: every adapter tells these two apart, because only one of them is worth retrying soon. */
export type BrokerError = BrokerUnreachableError | BrokerRefusedError;

/** One live connection to a broker. It never comes back: the reconnecting transport opens the next one. */
export interface Session {
  /** Resolves once, with the reason, when the connection ends by anything but `close()`. Never rejects. */
  readonly lost: Promise<BrokerError>;
  /**
   * Resolves when the broker has confirmed the subscription, with its end, which never rejects and may be called on a
   * lost session. Calling `onReady` is the caller's part.
   */
  subscribe(subscription: Subscription): Promise<() => Promise<void>>;
  broadcast(exchange: string, message: OutgoingMessage): Promise<{ readonly receivers: number | undefined }>;
  openReplyQueue(
    onMessage: (message: Message) => void,
    onFailure?: (reason: Error) => void,
  ): Promise<ReplyQueue>;
  /** As in the port; absent where no declaration is ever refused. */
  queueConflict?(queue: QueueDeclaration): Promise<string | undefined>;
  /** As in the port; absent where the broker does not tell. */
  unreadQueues?(queues: readonly string[]): Promise<readonly string[]>;
  /** Ends the connection; never rejects, may be called on a lost session. */
  close(): Promise<void>;
}

/**
 * Opens one session. Rejects with a `BrokerError` whose text is redacted; rejects soon after `signal` aborts and leaves
 * no socket behind then.
 */
export type OpenSession<Opened extends Session = Session> = (signal: AbortSignal) => Promise<Opened>;
