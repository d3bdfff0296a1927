import type { Recording } from '../recording/recording.ts';
import type { Replay } from '../replay/replay.ts';
import type { CommandContext } from './command-context.ts';
import type { OpenFeed } from './live-feed.ts';
import { openReplay } from './open-replay.ts';

/** What is wrong with a recording shows when it is opened, and when all of it has been read once. */
async function sayProblems(
  { playback }: Replay,
  recording: Recording,
  say: (sentence: string) => void,
): Promise<void> {
  const tell = (): void => {
    const [first, ...others] = recording.problems;
    if (first !== undefined)
      say(others.length === 0 ? first : `${first}; and ${others.length} more, said at the end`);
  };
  tell();
  const known = recording.problems.length;
  await playback.survey();
  if (recording.problems.length > known) tell();
}

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
        replay.player.play();
      },
      listen: (say) => void sayProblems(replay, recording, say),
    },
    close: async () => {
      await replay.close();
      await recording.close();
    },
    lastWords: () => recording.problems,
  };
}
