import { exitStatus } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import type { CommandContext } from './command-context.ts';
import { snapshotText } from './once.ts';
import { openReplay } from './open-replay.ts';

/**
 * `stalk events --replay FILE --once`: the view as it was at the end of the recording, or at the time of `--at`. What of
 * the recording could not be read is said on stderr.
 *
 * @throws RecordingError, UsageError
 */
export async function runOnceRecorded(context: CommandContext): Promise<number> {
  const { replay, recording, at } = await openReplay(context);
  const interrupted = context.interrupted();
  try {
    const end = (): void => replay.playback.close();
    interrupted.addEventListener('abort', end, { once: true });
    await (at === undefined ? replay.playback.seekEnd() : replay.playback.seekTime(at));
    interrupted.removeEventListener('abort', end);
    if (interrupted.aborted) return exitStatus.failed;
    context.stdout.write(snapshotText(replay, context, replay.at));
    for (const problem of recording.problems) context.stderr.write(`-> ${escapeControls(problem)}\n`);
    return exitStatus.ok;
  } finally {
    await replay.close();
    await recording.close();
  }
}
