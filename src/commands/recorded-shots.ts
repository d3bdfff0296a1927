import type { Config } from '../config/config.ts';
import type { Event } from '../protocol/event.ts';
import type { Recording } from '../recording/recording.ts';
import { RecordedTime } from '../replay/recorded-time.ts';
import type { CameraLog } from './camera-log.ts';
import { gapSentence } from './gap-sentence.ts';
import { openRecording } from './open-recording.ts';
import type { ShotSource } from './shot-source.ts';

/** A recording without an event for longer than this, in seconds, was not recorded meanwhile: nobody looks at nothing. */
const longestBreak = 3600;

/**
 * The events of a recording, as fast as they can be read; between them the camera looks as often as it would have then. Ends
 * with the recording, or at the time of `--at`.
 *
 * @throws RecordingError for a file that cannot be read
 * @throws UsageError for a time that is none
 */
export async function recordedShots(config: Config, log: CameraLog): Promise<ShotSource> {
  const { recording, at: end = Number.POSITIVE_INFINITY } = await openRecording(config);
  const time = new RecordedTime(recording.from);
  return {
    timers: time,
    run: async (take, idle, signal) => {
      for await (const events of blocksUntil(recording, end, log)) {
        for (const event of events) {
          if (signal.aborted) return;
          await letPass(time, event.local_received ?? 0, idle);
          take(event);
        }
      }
      if (end < recording.to) await letPass(time, end, idle);
      for (const problem of recording.problems) log.add('ERROR', problem);
    },
    close: () => recording.close(),
  };
}

/** Up to when an event was received, with the shots on the way. */
async function letPass(time: RecordedTime, to: number, idle: () => Promise<void> | undefined): Promise<void> {
  if (to - time.nowMs() / 1000 > longestBreak) time.skipTo(to);
  else if (time.isDue(to)) await time.advance(to, idle);
}

/** The events of block after block, up to a time; seconds since the epoch. Gaps are logged. */
async function* blocksUntil(
  recording: Recording,
  end: number,
  log: CameraLog,
): AsyncGenerator<readonly Event[]> {
  for (let block = 0; block < recording.blocks.length; block += 1) {
    const items = await recording.read(block);
    for (const item of items) if (item.kind === 'gap') log.add('WARNING', gapSentence(item));
    const events = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));
    const late = events.findIndex(({ local_received: received = 0 }) => received > end);
    yield late < 0 ? events : events.slice(0, late);
    if (late >= 0) return;
  }
}
