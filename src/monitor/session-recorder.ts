import type { Reply } from '../control/reply.ts';
import type { StreamRecorder } from '../events/stream-recorder.ts';
import type { CommandEntry } from './command-log.ts';

/** Writes down a session: what is heard, and which commands were sent. Times are seconds since the epoch. */
export interface SessionRecorder extends StreamRecorder {
  /** Where to. */
  readonly path: string;
  /** Why nothing is written at the moment, in one sentence. */
  readonly problem: string | undefined;
  command(entry: CommandEntry): void;
  /** The whole reply, however long. @param command id of its entry */
  reply(command: number, at: number, reply: Reply): void;
  /** Replies are no longer waited for. @param command id of its entry */
  commandEnd(command: number, at: number, silent: readonly string[], failure: string | undefined): void;
}
