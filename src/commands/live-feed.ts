import { ringMemory } from '../config/memory-share.ts';
import { EventRing } from '../replay/event-ring.ts';
import type { Feed } from '../ui/open-ui.ts';
import type { CommandContext } from './command-context.ts';
import { createMonitor } from './create-monitor.ts';
import { openBroker } from './open-broker.ts';
import type { SessionRecording } from './session-recording.ts';

export interface OpenFeed {
  readonly feed: Feed;
  /** Safe to call twice. */
  readonly close: () => Promise<void>;
  /** What is to be said when the screen is gone. */
  readonly lastWords?: () => readonly string[];
}

/** The live cluster, for the screen. @throws UsageError for a URL that cannot be understood */
export async function openFeed(context: CommandContext, recording: SessionRecording): Promise<OpenFeed> {
  const broker = await openBroker(context.config);
  const { config, now } = context;
  const ring: EventRing = new EventRing({
    fold: () => monitor.fold,
    ...ringMemory(config.memory),
    utcoffset: config.utcoffset,
    now,
  });
  const monitor = createMonitor(context, broker, recording.recorder, ring);
  recording.attach(monitor);
  return {
    feed: {
      watched: monitor,
      start: () => monitor.start(),
      rewind: () => ring.replay(() => monitor.recorder),
    },
    close: async () => {
      await monitor.close();
      await broker.close();
    },
  };
}
