import type { CommonConfig, ConfigOf } from '../config/config.ts';
import type { shellOptions } from '../config/result-options.ts';
import { preparedStatePath } from '../config/state-folder.ts';
import { wantsColour } from '../config/terminal-settings.ts';
import { Control } from '../control/control.ts';
import { Inspect } from '../control/inspect.ts';
import { Mailbox } from '../control/mailbox.ts';
import { exitStatus, StalkError, UsageError } from '../errors.ts';
import { Receiver } from '../events/receiver.ts';
import { clean } from '../presentation/text.ts';
import { State } from '../state/state.ts';
import type { Transport } from '../transport/transport.ts';
import { AuditTrail } from './audit-trail.ts';
import type { CommandContext } from './command-context.ts';
import { connectBroker } from './connect-broker.ts';
import type { OpenBroker } from './open-broker.ts';
import { readonlyBroker } from './readonly-broker.ts';
import { AuditedMailbox, auditedBroker, ShellAudit } from './shell-audit.ts';
import { runCode } from './shell-code.ts';
import { runPrompt } from './shell-prompt.ts';
import { shellValue } from './shell-value.ts';

type ShellContext = CommandContext<CommonConfig & ConfigOf<typeof shellOptions>>;

/** What is at hand in the shell. */
interface Scope {
  readonly broker: Transport;
  readonly control: Control;
  readonly inspect: Inspect;
  readonly state: State;
  readonly receiver: Receiver;
}

/**
 * `stalk shell`: JavaScript with the cluster at hand. A prompt on a terminal, else the code of `-e` or of stdin, whose
 * value is printed as JSON. Returns 1 when the code threw.
 */
export async function runShell(context: ShellContext): Promise<number> {
  const { config, words, stdin, stdout } = context;
  if (words.length > 0) throw new UsageError('stalk shell takes no words; code goes behind -e or into stdin');
  const isPrompt = config.code === undefined && stdin.isTTY === true && stdout.isTTY === true;
  const ended = new AbortController();
  // The prompt has Ctrl-C for itself.
  const interrupted = isPrompt ? ended.signal : context.interrupted();
  const code = isPrompt ? '' : (config.code ?? (await readAll(stdin)));
  const broker = await connectBroker(config, interrupted);
  // What is sent to a made-up cluster is nobody's business.
  const audit = broker.demo ? undefined : auditOf(context, broker);
  try {
    const scope = scopeOf(context, broker, audit);
    // Its failures are those of the connection, which every other use of it tells too.
    void scope.receiver.capture({ signal: ended.signal }).catch(() => undefined);
    return await (isPrompt ? prompt(context, broker, scope) : evaluate(context, code, scope, interrupted));
  } finally {
    ended.abort();
    await end(broker, audit);
  }
}

/** What nobody waited for fails as the connection goes: that is written down, and nobody's bug. */
async function end(broker: OpenBroker, audit: ShellAudit | undefined): Promise<void> {
  const ignore = (): void => {};
  process.on('unhandledRejection', ignore);
  await broker.close();
  await audit?.settled();
  // Node tells of rejections when all that follows from them is done.
  await new Promise(setImmediate);
  process.off('unhandledRejection', ignore);
}

function scopeOf({ config, now }: ShellContext, { transport }: OpenBroker, audit?: ShellAudit): Scope {
  const broker = config.readonly ? readonlyBroker(transport) : transport;
  const state = new State();
  const receiver = new Receiver(broker, { handlers: { '*': (event) => void state.event(event) } });
  const mailbox = audit ? new AuditedMailbox(broker, audit, { now }) : new Mailbox(broker, { now });
  return {
    broker: audit ? auditedBroker(broker, audit) : broker,
    control: new Control(mailbox),
    inspect: new Inspect(mailbox),
    state,
    receiver,
  };
}

function auditOf({ config, env, stderr, now }: ShellContext, { label }: OpenBroker): ShellAudit {
  const trail = new AuditTrail({ source: 'shell', broker: label, audit: config.audit, env });
  return new ShellAudit(now, (sent) => {
    const failure = trail.add(sent);
    if (failure !== undefined) stderr.write(`stalk: ${clean(failure)}\n`);
  });
}

async function prompt(context: ShellContext, broker: OpenBroker, scope: Scope): Promise<number> {
  const { config, env, version } = context;
  const readonly = config.readonly ? 'Read-only: what would change something is refused.\n' : '';
  await runPrompt(context, {
    banner:
      `stalk ${version} on ${clean(broker.label)}\n` +
      'broker, control, inspect, state and receiver are at hand; await works; Ctrl-D leaves.\n' +
      `${readonly}Try: await inspect.ping()\n`,
    scope: { ...scope },
    colour: wantsColour(config, env),
    history: preparedStatePath('shell_history', env),
  });
  return exitStatus.ok;
}

async function evaluate(
  { stdout, stderr }: ShellContext,
  code: string,
  scope: Scope,
  interrupted: AbortSignal,
): Promise<number> {
  const failure = (error: unknown): number => {
    if (error instanceof StalkError) throw error;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : shellValue(error, undefined);
    stderr.write(`stalk: ${clean(text, 4000)}\n`);
    return exitStatus.failed;
  };
  try {
    const value = await Promise.race([runCode(code, { ...scope }), aborted(interrupted)]);
    if (value !== undefined) stdout.write(`${shellValue(value, stdout.isTTY === true ? 2 : undefined)}\n`);
    return exitStatus.ok;
  } catch (error) {
    return failure(error);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(new Error('interrupted'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });
}

async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stdin) text += chunk.toString();
  return text;
}
