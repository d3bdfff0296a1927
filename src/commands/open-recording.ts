import type { Config } from '../config/config.ts';
import { UsageError } from '../errors.ts';
import { momentStart, parseMoment } from '../presentation/filter/moment.ts';
import { Recording } from '../recording/recording.ts';
import { replayPath } from './replay-path.ts';

export interface OpenRecording {
  readonly recording: Recording;
  /** Where `--at` points, in seconds since the epoch; undefined without it. */
  readonly at: number | undefined;
}

/**
 * Opens the file of `--replay`.
 *
 * @throws RecordingError for a file that cannot be read
 * @throws UsageError for a time that is none, or lies outside
 */
export async function openRecording(config: Config): Promise<OpenRecording> {
  const recording = await Recording.open(replayPath(config.replay));
  try {
    const at = config.at === undefined ? undefined : timeOf(config.at, recording, config.time === 'local');
    return { recording, at };
  } catch (error) {
    await recording.close();
    throw error;
  }
}

/**
 * @param isLocal whether clock times are those of this machine's zone
 * @throws UsageError
 */
function timeOf(text: string, { from, to }: Recording, isLocal: boolean): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text);
  if (percent !== null && Number(percent[1]) <= 100) return from + ((to - from) * Number(percent[1])) / 100;
  const parsed = parseMoment(text);
  if (!parsed.ok) throw new UsageError(`--at: ${parsed.message}, or 50%`);
  const zoneOffset = (time: number): number =>
    isLocal ? -new Date(time * 1000).getTimezoneOffset() * 60 : 0;
  // A clock time is the first of that name in the recording; the minute that it begins in is in it too.
  const length = parsed.moment.kind === 'relative' ? 0 : parsed.moment.length;
  const day = parsed.moment.kind === 'clock' ? { notBefore: from - length } : 'nearest';
  const at = momentStart(parsed.moment, day, { now: () => to, zoneOffset });
  if (at <= to && (at >= from || at + length > from)) return Math.max(at, from);
  const span = `${new Date(from * 1000).toISOString()} to ${new Date(to * 1000).toISOString()}`;
  throw new UsageError(`--at ${text} lies outside the recording, which goes from ${span}`);
}
