import { BrokerUnreachableError, exitStatus } from '../errors.ts';
import { Receiver, type ReceiverOptions } from '../events/receiver.ts';
import { recordedStream, type StreamRecorder } from '../events/stream-recorder.ts';
import { onLostReader } from '../lost-reader.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { deadline } from '../results/deadline.ts';
import type { CommandContext } from './command-context.ts';
import { type DumpLines, dumpLines } from './dump-lines.ts';
import { LineQueue } from './line-queue.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';
import { recordLosses } from './open-recorder.ts';
import { SessionRecording } from './session-recording.ts';
import { statusSentence } from './status-sentence.ts';

/** Seconds that a reader may take for what is left when somebody wants an end. */
const lastPatience = 1;

/**
 * `stalk events --dump`: the lines of `celery events --dump` on stdout, or others that were asked for; what happens to the
 * connection on stderr. Ends with status 0 at Ctrl-C and when the reader of its output goes away, as Celery's does.
 *
 * @throws UsageError for a template, filter or pattern that cannot be read
 * @throws BrokerUnreachableError when all the time that it was given passes without a connection
 */
export async function runDump(context: CommandContext): Promise<number> {
  const { config, now, stdout } = context;
  const lines = dumpLines(config, now, stdout.isTTY === true);
  const recording = new SessionRecording(context, redactUrl(parseBrokerUrl(config.broker)));
  recording.listen((sentence) => void context.stderr.write(`-> ${escapeControls(sentence)}\n`));
  await recording.begin();
  try {
    const broker = await openBroker(config);
    try {
      await dumpEvents(context, broker, lines, recording.recorder);
    } finally {
      await broker.close();
    }
  } finally {
    await recording.close();
  }
  return exitStatus.ok;
}

export async function dumpEvents(
  context: CommandContext,
  { transport, label }: OpenBroker,
  lines: DumpLines,
  recorder?: StreamRecorder | undefined,
): Promise<void> {
  const { config, stdout, stderr, now } = context;
  const say = (sentence: string): void => void stderr.write(`-> ${sentence}\n`);
  /** The limit, the time, or the reader is over. */
  const done = new AbortController();
  const gone = new AbortController();
  const interrupted = context.interrupted();
  const queue = new LineQueue(stdout, { onDropped: (count) => say(droppedSentence(count)) });
  // A reader that went away (`| head`) shows as an error of the stream; there is nobody left to tell.
  const leave = (): void => {
    queue.abandon();
    gone.abort();
    done.abort();
  };
  stdout.on('error', leave);
  const stopWatch = stdout.fd === undefined ? undefined : onLostReader(stdout.fd, leave);
  const stopStatus = transport.onStatus((status) => {
    const sentence = statusSentence(status);
    if (sentence !== undefined) say(sentence);
  });
  let remaining = config.limit ?? Number.POSITIVE_INFINITY;
  let wasReady = false;
  const stopLosses = recordLosses(transport, recorder);
  const options: ReceiverOptions & { readonly now: () => number } = {
    handlers: {
      '*': (event) => {
        const line = lines.line(event);
        if (line === undefined || !queue.push(`${line}\n`)) return;
        remaining -= 1;
        if (remaining <= 0) done.abort();
      },
    },
    exchange: config.eventExchange,
    applyUtcoffset: config.utcoffset,
    now,
    onMessage: lines.begin,
    onReady: () => {
      wasReady = true;
      say('evdump: starting capture...');
    },
    onUndecodable: ({ reason }) => {
      lines.spoiled();
      say(`a message could not be read: ${escapeControls(reason)}`);
    },
  };
  const receiver = new Receiver(
    transport,
    recordedStream(options, () => recorder),
  );
  const timer = endAfter(config.gatherFor, () => done.abort());
  try {
    await receiver.capture({ wakeup: true, signal: AbortSignal.any([done.signal, interrupted]) });
    await lastLines(queue, gone.signal, interrupted);
  } finally {
    clearTimeout(timer);
    queue.abandon();
    stopStatus();
    stopLosses();
    stopWatch?.();
    stdout.off('error', leave);
  }
  if (!wasReady && config.gatherFor !== undefined && !interrupted.aborted) {
    throw new BrokerUnreachableError(
      `${label} was not connected to within ${config.gatherFor} s: nothing was seen`,
    );
  }
}

/** The reader gets what it was promised, unless it is gone or somebody wants an end: then a moment must do. */
async function lastLines(queue: LineQueue, gone: AbortSignal, interrupted: AbortSignal): Promise<void> {
  if (!interrupted.aborted) return queue.end(AbortSignal.any([gone, interrupted]));
  const { signal, release } = deadline(lastPatience, gone);
  await queue.end(signal);
  release();
}

function endAfter(seconds: number | undefined, end: () => void): NodeJS.Timeout | undefined {
  return seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
}

function droppedSentence(count: number): string {
  const events = count === 1 ? '1 event was' : `${count.toLocaleString('en-US')} events were`;
  return `${events} dropped because the reader is slow`;
}
