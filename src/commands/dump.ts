import { exitStatus } from '../errors.ts';
import { Receiver } from '../events/receiver.ts';
import { EventLines, escapeControls } from '../presentation/event-line.ts';
import type { ConnectionStatus } from '../transport/connection-status.ts';
import type { CommandContext } from './command-context.ts';
import { LineQueue } from './line-queue.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';

/** How long a reader may take for what is left when somebody wants an end. */
const lastPatienceMs = 1000;

/**
 * `stalk events --dump`: the lines of `celery events --dump` on stdout, what happens to the connection on stderr.
 * Ends with status 0 at Ctrl-C and when the reader of its output goes away, as Celery's does.
 */
export async function runDump(context: CommandContext): Promise<number> {
  const broker = await openBroker(context.config);
  try {
    await dumpEvents(context, broker);
  } finally {
    await broker.close();
  }
  return exitStatus.ok;
}

export async function dumpEvents(context: CommandContext, { transport }: OpenBroker): Promise<void> {
  const { config, stdout, stderr, now } = context;
  const ended = new AbortController();
  const lines = new EventLines();
  const print = stdout.isTTY === true ? escapeControls : (text: string) => text;
  const queue = new LineQueue(stdout, {
    onDropped: (count) => stderr.write(`-> ${droppedSentence(count)}\n`),
  });
  // A reader that went away (`| head`) shows as an error of the stream; there is nobody left to tell.
  const end = (): void => {
    queue.abandon();
    ended.abort();
  };
  stdout.on('error', end);
  const stopStatus = transport.onStatus((status) => {
    const sentence = statusSentence(status);
    if (sentence !== undefined) stderr.write(`-> ${sentence}\n`);
  });
  const receiver = new Receiver(transport, {
    handlers: {
      '*': (event) => {
        queue.push(`${print(lines.line(event))}\n`);
      },
    },
    exchange: config.eventExchange,
    applyUtcoffset: config.utcoffset,
    now,
    onReady: () => stderr.write('-> evdump: starting capture...\n'),
    onUndecodable: ({ reason }) =>
      stderr.write(`-> a message could not be read: ${escapeControls(reason)}\n`),
  });
  const interrupted = context.interrupted();
  try {
    await receiver.capture({ wakeup: true, signal: AbortSignal.any([ended.signal, interrupted]) });
    await queue.end(AbortSignal.any([ended.signal, AbortSignal.timeout(lastPatienceMs)]));
  } finally {
    queue.abandon();
    stopStatus();
    stdout.off('error', end);
  }
}

function droppedSentence(count: number): string {
  const events = count === 1 ? '1 event was' : `${count.toLocaleString('en-US')} events were`;
  return `${events} dropped because the reader is slow`;
}

function statusSentence(status: ConnectionStatus): string | undefined {
  if (status.kind !== 'retrying' && status.kind !== 'refused') return undefined;
  const lost = status.lostAtMs !== undefined && status.attempt <= 1;
  return lost ? `Connection lost, attempting reconnect. ${status.error}` : status.error;
}
