import type { CommonConfig, ConfigOf } from '../config/config.ts';
import type { recordOptions } from '../config/record-options.ts';
import type { StreamRecorder } from '../events/stream-recorder.ts';
import { Recorder } from '../recording/recorder.ts';
import { Redaction } from '../recording/redaction.ts';
import type { Transport } from '../transport/transport.ts';
import type { CommandContext } from './command-context.ts';

/** What the settings say of a recording. */
export type RecordingConfig = CommonConfig &
  Omit<ConfigOf<typeof recordOptions>, 'gatherFor'> & { readonly utcoffset?: boolean };

export interface NewRecording {
  readonly path: string;
  /** The broker's URL without its password. */
  readonly broker: string;
  /** Is told what goes wrong later, and that it is over. */
  readonly onProblem: (sentence: string) => void;
}

/**
 * Begins a recording as the settings say, or goes on with one.
 *
 * @throws UsageError for a pattern of --redact that cannot be read
 * @throws RecordingError for a file that is something else, or cannot be written
 */
export function openRecorder(
  { config, version, now }: Pick<CommandContext<RecordingConfig>, 'config' | 'version' | 'now'>,
  recording: NewRecording,
): Promise<Recorder> {
  const { recordSize: size, recordAge: age, recordKeep: keep, redact } = config;
  return Recorder.open({
    ...recording,
    program: `celery-stalk ${version}`,
    rotation: { size, age, keep },
    redaction: redact === undefined ? undefined : new Redaction(redact),
    utcoffset: config.utcoffset ?? false,
    now,
  });
}

/** Tells a recorder when the connection is lost. Returns how to stop it. */
export function recordLosses(transport: Transport, recorder: StreamRecorder | undefined): () => void {
  return transport.onStatus((status) => {
    const { kind } = status;
    if ((kind === 'retrying' || kind === 'refused') && status.lostAtMs !== undefined)
      recorder?.lost(status.lostAtMs / 1000);
  });
}
