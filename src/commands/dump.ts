import { exitStatus } from '../errors.ts';
import { Receiver } from '../events/receiver.ts';
import { EventLines, escapeControls } from '../presentation/event-line.ts';
import type { CommandContext } from './command-context.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';
import { statusSentence } from './status-sentence.ts';

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
  // A reader that went away (`| head`) shows as an error of the stream; there is nobody left to tell.
  const end = (): void => ended.abort();
  stdout.on('error', end);
  const stopStatus = transport.onStatus((status) => {
    const sentence = statusSentence(status);
    if (sentence !== undefined) stderr.write(`-> ${sentence}\n`);
  });
  const receiver = new Receiver(transport, {
    handlers: {
      '*': (event) => {
        if (!ended.signal.aborted) stdout.write(`${print(lines.line(event))}\n`);
      },
    },
    exchange: config.eventExchange,
    applyUtcoffset: config.utcoffset,
    now,
    onReady: () => stderr.write('-> evdump: starting capture...\n'),
    onUndecodable: ({ reason }) =>
      stderr.write(`-> a message could not be read: ${escapeControls(reason)}\n`),
  });
  try {
    await receiver.capture({ wakeup: true, signal: AbortSignal.any([ended.signal, context.interrupted()]) });
  } finally {
    stopStatus();
    stdout.off('error', end);
  }
}
