import type { CommandContext } from './command-context.ts';
import type { OpenFeed } from './live-feed.ts';
import { openReplay } from './open-replay.ts';

/** A recording, for the screen: it plays as soon as it is seen. @throws RecordingError, UsageError */
export async function openFeed(context: CommandContext): Promise<OpenFeed> {
  const { replay, recording, at, speed } = await openReplay(context);
  replay.player.setSpeed(speed);
  return {
    feed: {
      watched: replay,
      replay,
      start: () => {
        if (at !== undefined) void replay.playback.seekTime(at);
        replay.start();
        replay.player.play();
      },
    },
    close: async () => {
      await replay.close();
      await recording.close();
    },
  };
}
