import { wantsColour } from '../config/terminal-settings.ts';
import type { RequestResult } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import { exitStatus, NoReplyError, UsageError } from '../errors.ts';
import { ansiLine } from '../presentation/ansi.ts';
import type { CommandContext } from './command-context.ts';
import { canAsk, confirm } from './confirm.ts';
import { connectBroker } from './connect-broker.ts';
import { missingSentences } from './missing-nodes.ts';
import type { OpenBroker } from './open-broker.ts';
import { type RemoteCall, type RemoteConfig, stopsWork } from './remote-call.ts';
import { RemoteOutput } from './remote-output.ts';
import { RemoteSession } from './remote-session.ts';

type RemoteContext = CommandContext<RemoteConfig>;

/**
 * Sends one call to the workers and prints what they answer. Resolves with the exit status: 1 when a worker answered
 * with an error, and at Ctrl-C.
 * @throws NoReplyError when nobody answered; UsageError; BrokerUnreachableError; BrokerRefusedError
 */
export async function runRemote(context: RemoteContext, call: RemoteCall): Promise<number> {
  if (stopsWork(call) && context.config.yes !== true && !canAsk(context)) {
    throw new UsageError(
      `${call.method} stops work and there is no terminal to ask on: add --yes if it is meant`,
    );
  }
  const interrupted = context.interrupted();
  const broker = await connectBroker(context.config, interrupted);
  try {
    return await runOn(context, call, broker, interrupted);
  } finally {
    await broker.close();
  }
}

export async function runOn(
  context: RemoteContext,
  call: RemoteCall,
  broker: OpenBroker,
  interrupted: AbortSignal,
): Promise<number> {
  const session = await RemoteSession.open(context, broker, call, interrupted);
  try {
    return await carryOut(session);
  } finally {
    await session.close();
  }
}

async function carryOut(session: RemoteSession): Promise<number> {
  const { context, call } = session;
  if (call.kind === 'control' && context.config.yes !== true && !(await isMeant(session))) {
    context.stderr.write('stalk: nothing was sent\n');
    return exitStatus.failed;
  }
  if (call.method === 'shutdown') return await (await import('./shut-down.ts')).shutDown(session);
  return await send(session);
}

/** @throws UsageError where a person should decide and none is there */
async function isMeant(session: RemoteSession): Promise<boolean> {
  const { context, call, interrupted } = session;
  const { effectOf } = await import('./effects.ts');
  const effect = await effectOf(session);
  if (effect === undefined) return true;
  if (!canAsk(context)) {
    throw new UsageError(`${call.method} was not sent: ${effect.sentence}; add --yes if that is meant`);
  }
  const colour = wantsColour(context.config, context.env);
  for (const line of effect.lines) context.stderr.write(`${ansiLine(line, colour)}\n`);
  return await confirm(effect.question, context, interrupted);
}

async function send(session: RemoteSession): Promise<number> {
  const { context, call } = session;
  const output = new RemoteOutput(context, call.kind);
  const replies: Reply[] = [];
  const at = context.now();
  const onReply = (reply: Reply): void => {
    replies.push(reply);
    output.reply(reply);
  };
  try {
    const result = await session.request(call.method, call.args, { onReply });
    session.audit({ at, replies, silent: result.silent, receivers: result.receivers });
    return report(session, output, result);
  } catch (error) {
    // A usage error is told before anything leaves.
    if (error instanceof UsageError || error instanceof NoReplyError) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    session.audit({ at, replies, silent: [], failure });
    if (!session.interrupted.aborted) throw error;
    if (output.count > 0) output.end();
    output.warn('interrupted: more workers may answer');
    return exitStatus.failed;
  }
}

/** @throws NoReplyError */
function report(session: RemoteSession, output: RemoteOutput, result: RequestResult): number {
  const { addressing, timeout } = session.call;
  const missing = missingSentences(result, { addressing, timeout, known: session.known });
  if (output.count === 0) throw noReply(session, result, missing);
  output.end();
  for (const sentence of missing) output.warn(sentence);
  return output.hasError ? exitStatus.failed : exitStatus.ok;
}

/** The first words are Celery's, which scripts may look for. */
function noReply(
  { broker, call }: RemoteSession,
  { receivers }: RequestResult,
  missing: readonly string[],
): Error {
  const words = 'No nodes replied within time constraint';
  if (receivers === 0) return new NoReplyError(`${words}: no worker is connected to ${broker.label}`);
  const [reason] = missing;
  return new NoReplyError(`${words}${reason === undefined ? ` of ${call.timeout} s` : `: ${reason}`}`);
}
