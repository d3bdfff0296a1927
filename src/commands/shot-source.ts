import type { Event } from '../protocol/event.ts';
import type { Timers } from '../timers.ts';

/** Where the events come from that a camera sees the outcome of, and the time that goes by with them. */
export interface ShotSource {
  readonly timers: Timers;
  /**
   * Hands over events until there are no more, or `signal` aborts.
   *
   * @param idle resolves when no shot is under way
   */
  run(
    take: (event: Event) => void,
    idle: () => Promise<void> | undefined,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}
