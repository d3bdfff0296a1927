import type { CommonConfig, ConfigOf } from '../config/config.ts';
import type { recordOptions } from '../config/record-options.ts';
import { BrokerUnreachableError, type ExitStatus, exitStatus, UsageError } from '../errors.ts';
import { Receiver } from '../events/receiver.ts';
import { recordedStream } from '../events/stream-recorder.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import type { Recorder, RecorderCounts } from '../recording/recorder.ts';
import type { CommandContext } from './command-context.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';
import { openRecorder, recordLosses } from './open-recorder.ts';
import { statusSentence } from './status-sentence.ts';

type RecordConfig = CommonConfig & ConfigOf<typeof recordOptions>;

/**
 * `stalk record FILE`: writes down what is received until SIGINT or SIGTERM, or as long as `--for` says. What it does is
 * told on stderr. Nothing is connected to before the file is there.
 *
 * @throws UsageError without a file
 * @throws RecordingError for a file that cannot be recorded into
 * @throws BrokerUnreachableError when all the time that it was given passes without a connection
 */
export async function runRecord(context: CommandContext<RecordConfig>): Promise<ExitStatus> {
  const [path, ...rest] = context.words;
  if (path === undefined || rest.length > 0)
    throw new UsageError('stalk record takes one FILE: stalk record night.jsonl.gz');
  const broker = redactUrl(parseBrokerUrl(context.config.broker));
  const say = sayOn(context);
  const recorder = await openRecorder(context, { path, broker, onProblem: say });
  try {
    const open = await openBroker(context.config);
    try {
      return await recordInto(context, open, recorder);
    } finally {
      await open.close();
    }
  } finally {
    await recorder.end();
  }
}

/** Status 1 when nothing could be written in the end. */
async function recordInto(
  context: CommandContext<RecordConfig>,
  { transport, label }: OpenBroker,
  recorder: Recorder,
): Promise<ExitStatus> {
  const { config, now } = context;
  const say = sayOn(context);
  const interrupted = context.interrupted();
  const begun = now();
  let wasReady = false;
  say(`recording ${label} into ${recorder.path}`);
  const stopLosses = recordLosses(transport, recorder);
  const stopStatus = transport.onStatus((status) => {
    const sentence = statusSentence(status);
    if (sentence !== undefined) say(sentence);
  });
  const options = {
    exchange: config.eventExchange,
    now,
    onReady: () => {
      say(wasReady ? 'connected again' : 'connected');
      wasReady = true;
    },
    onUndecodable: ({ reason }: { readonly reason: string }) => say(`a message could not be read: ${reason}`),
  };
  const receiver = new Receiver(
    transport,
    recordedStream(options, () => recorder),
  );
  const done = new AbortController();
  const { gatherFor } = config;
  const timer = gatherFor === undefined ? undefined : setTimeout(() => done.abort(), gatherFor * 1000);
  try {
    await receiver.capture({ wakeup: true, signal: AbortSignal.any([done.signal, interrupted]) });
  } finally {
    clearTimeout(timer);
    stopStatus();
    stopLosses();
  }
  say(summary(await recorder.end(), now() - begun));
  if (!wasReady && gatherFor !== undefined && !interrupted.aborted)
    throw new BrokerUnreachableError(`${label} was not connected to within ${gatherFor} s: nothing was seen`);
  return recorder.problem === undefined ? exitStatus.ok : exitStatus.failed;
}

function sayOn({ stderr }: CommandContext<RecordConfig>): (sentence: string) => void {
  return (sentence) => void stderr.write(`-> ${escapeControls(sentence)}\n`);
}

/** `recorded 12,345 events in 00:10:00, 1.2 MB, 0 dropped` */
function summary({ events, bytes, dropped }: RecorderCounts, seconds: number): string {
  const grouped = (count: number): string => count.toLocaleString('en-US');
  const noun = events === 1 ? 'event' : 'events';
  return `recorded ${grouped(events)} ${noun} in ${spanText(seconds)}, ${sizeText(bytes)}, ${grouped(dropped)} dropped`;
}

/** `00:10:00` */
function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** In steps of a thousand, as `ls --si` and disks count. */
function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
