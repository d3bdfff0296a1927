import { basename } from 'node:path';
import { checkpointTasks, taskMemory } from '../config/memory-share.ts';
import { UsageError } from '../errors.ts';
import type { Recording } from '../recording/recording.ts';
import { Moment } from '../replay/moment.ts';
import { speeds } from '../replay/playing.ts';
import { Replay } from '../replay/replay.ts';
import type { CommandContext } from './command-context.ts';
import { openRecording } from './open-recording.ts';
import { replayPath } from './replay-path.ts';

export interface OpenReplay {
  readonly replay: Replay;
  readonly recording: Recording;
  /** Where `--at` wants it to begin, in seconds since the epoch; undefined without it. */
  readonly at: number | undefined;
  readonly speed: number;
}

/**
 * Opens the recording of `--replay`. Connects to nothing.
 *
 * @throws RecordingError for a file that cannot be read
 * @throws UsageError for a time or a speed that is none
 */
export async function openReplay({ config }: CommandContext): Promise<OpenReplay> {
  const speed = speedOf(config.speed);
  const { recording, at } = await openRecording(config);
  const { maxTasks, maxWorkers, memory } = config;
  const start = Moment.before(recording.from, {
    maxTasks,
    maxWorkers,
    ...(memory === undefined ? {} : { maxBytes: taskMemory(memory) }),
  });
  const replay = new Replay({
    kind: 'replay',
    label: basename(replayPath(config.replay)),
    source: recording,
    start,
    tasksCopied: checkpointTasks(memory),
  });
  return { replay, recording, at, speed };
}

/** @throws UsageError */
function speedOf(text: string = '1'): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text.replace(/^[x×]/, ''));
  if (text.trim() !== '' && speed >= 0.25 && speed <= 64) return speed;
  throw new UsageError(
    `--speed ${JSON.stringify(text)}: give 0.25 to 64, as ${speeds.slice(0, 4).join(', ')}, or max`,
  );
}
