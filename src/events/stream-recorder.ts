import type { Event } from '../protocol/event.ts';
import { LamportClock } from '../protocol/lamport-clock.ts';
import type { Message } from '../protocol/message.ts';
import type { ReceiverOptions } from './receiver.ts';

/** Writes down what a receiver hears. It may neither throw nor take long: events wait behind it. */
export interface StreamRecorder {
  /** @param clock the receiver's logical clock before the events of the message */
  begin(message: Message, clock: number): void;
  /** Something in the message was no event. */
  spoiled(): void;
  /** @param clock the receiver's logical clock after the event */
  event(event: Event, clock: number): void;
  /** The connection was lost. @param at seconds since the epoch */
  lost(at: number): void;
  /** The subscription is confirmed, at first or again. @param at seconds since the epoch */
  listening(at: number): void;
}

/**
 * The options of a receiver that is recorded: what they ask for happens as before, after it was written down. Of the
 * handlers only `'*'` is recorded, so all events must go there.
 *
 * @param recorders asked each time, because recording may begin and end meanwhile
 */
export function recordedStream(
  options: ReceiverOptions & { readonly now: () => number },
  ...recorders: readonly (() => StreamRecorder | undefined)[]
): ReceiverOptions {
  const { clock = new LamportClock(), handlers = {}, now } = options;
  const handle = handlers['*'];
  return {
    ...options,
    clock,
    onMessage: (message) => {
      for (const recorder of recorders) recorder()?.begin(message, clock.value);
      options.onMessage?.(message);
    },
    onUndecodable: (sample) => {
      for (const recorder of recorders) recorder()?.spoiled();
      options.onUndecodable?.(sample);
    },
    onReady: () => {
      for (const recorder of recorders) recorder()?.listening(now());
      options.onReady?.();
    },
    handlers: {
      ...handlers,
      '*': (event) => {
        for (const recorder of recorders) recorder()?.event(event, clock.value);
        return handle?.(event);
      },
    },
  };
}
