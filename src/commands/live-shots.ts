import { Receiver } from '../events/receiver.ts';
import { recordedStream, type StreamRecorder } from '../events/stream-recorder.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import type { CameraLog } from './camera-log.ts';
import type { CommandContext } from './command-context.ts';
import type { OpenBroker } from './open-broker.ts';
import { recordLosses } from './open-recorder.ts';
import type { ShotSource } from './shot-source.ts';
import { statusSentence } from './status-sentence.ts';

export interface LiveShotsOptions {
  readonly context: CommandContext;
  readonly broker: OpenBroker;
  readonly log: CameraLog;
  /** Writes down what is received beside. */
  readonly recorder?: StreamRecorder | undefined;
  readonly timers?: Timers;
}

/** The events of a live cluster, as they come. Ends only when it is told to. */
export function liveShots(options: LiveShotsOptions): ShotSource {
  const { context, broker, log, recorder, timers = steadyTimers } = options;
  const { config, now } = context;
  return {
    timers,
    run: async (take, _idle, signal) => {
      const stopStatus = broker.transport.onStatus((change) => {
        const sentence = statusSentence(change);
        if (sentence !== undefined) log.add('ERROR', sentence);
      });
      const stopLosses = recordLosses(broker.transport, recorder);
      const stream = {
        handlers: { '*': take },
        exchange: config.eventExchange,
        applyUtcoffset: config.utcoffset,
        now,
        onReady: () => log.add('INFO', 'evcam: starting capture...'),
        onUndecodable: ({ reason }: { readonly reason: string }) =>
          log.add('WARNING', `a message could not be read: ${reason}`),
      };
      const receiver = new Receiver(
        broker.transport,
        recordedStream(stream, () => recorder),
      );
      try {
        await receiver.capture({ wakeup: true, signal });
      } finally {
        stopStatus();
        stopLosses();
      }
    },
    close: () => broker.close(),
  };
}
