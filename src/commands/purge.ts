import type { ConfigOf } from '../config/config.ts';
import type { purgeOptions } from '../config/queue-options.ts';
import { wantsColour } from '../config/terminal-settings.ts';
import { AbortedError, exitStatus, UsageError } from '../errors.ts';
import { ansiLine } from '../presentation/ansi.ts';
import { counted } from '../presentation/format.ts';
import { tableLines } from '../presentation/table-lines.ts';
import { clean } from '../presentation/text.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import { consumedQueues } from '../queues/consumed-queues.ts';
import { parseNames } from '../queues/queue-mapping.ts';
import type { QueueCount, TaskQueues } from '../transport/task-queues.ts';
import type { CommandContext, Output } from './command-context.ts';
import { canAsk, confirm } from './confirm.ts';
import { auditQueues } from './queue-audit.ts';
import { accessTaskQueues, activeQueues, type TaskQueueConfig } from './task-queue-access.ts';

type PurgeContext = CommandContext<TaskQueueConfig & ConfigOf<typeof purgeOptions>>;

interface Doomed {
  readonly name: string;
  readonly count: QueueCount | undefined;
}

interface Purged {
  readonly name: string;
  /** Undefined when there is no such queue. */
  readonly messages: number | undefined;
}

/**
 * `stalk purge`: deletes the messages that wait in task queues, and none that workers hold. Mirrors celery/bin/purge.py,
 * but takes what workers consume for the known queues, and names queues that are not there.
 *
 * @throws UsageError under --readonly; AbortedError, exit status 1, where nobody can be asked or the answer is no
 */
export async function runPurge(context: PurgeContext): Promise<number> {
  const { config, words } = context;
  if (words.length > 0) {
    throw new UsageError(`stalk purge takes no words, queues are named with -Q: stalk purge -Q ${words[0]}`);
  }
  if (config.readonly) throw new UsageError('stalk purge deletes messages, which --readonly refuses');
  const asks = !config.force && !config.yes;
  if (asks && !canAsk(context)) {
    throw new AbortedError('there is no terminal to ask on, so nothing was purged: -f purges without asking');
  }
  const excluded = config.excludeQueues === undefined ? [] : parseNames(config.excludeQueues, '-X');
  const given = config.queues === undefined ? undefined : parseNames(config.queues, '-Q');
  const signal = context.interrupted();
  const queues = await accessTaskQueues(config.broker, { config, signal });
  try {
    const known = given ?? consumedQueues(await activeQueues(config, signal));
    const names = known.filter((name) => !excluded.includes(name)).sort();
    if (names.length === 0) return exitStatus.ok;
    if (asks) await ask(await look(names, queues), queues, context, signal);
    await purge(names, queues, context, signal);
    return exitStatus.ok;
  } finally {
    await queues.close();
  }
}

async function look(names: readonly string[], queues: TaskQueues): Promise<readonly Doomed[]> {
  const doomed: Doomed[] = [];
  for (const name of names) doomed.push({ name, count: await queues.count(name) });
  return doomed;
}

/** Shows what would go. Where there is nothing, nobody is asked. */
async function ask(
  doomed: readonly Doomed[],
  queues: TaskQueues,
  context: PurgeContext,
  signal: AbortSignal,
): Promise<void> {
  const { stderr } = context;
  const total = doomed.reduce((sum, { count }) => sum + (count?.messages ?? 0), 0);
  if (total === 0) return;
  writeTable(['QUEUE', 'MESSAGES', 'BY PRIORITY', 'NOTE'], doomed.map(doomedRow), stderr, context);
  const question = `Purge ${counted(total, 'message')} from ${redactUrl(queues.address)}? There is no undo.`;
  if (!(await confirm(question, context, signal))) throw new AbortedError('nothing was purged');
}

function doomedRow({ name, count }: Doomed): readonly string[] {
  if (count === undefined) return [name, '-', '', 'there is no such queue'];
  const { messages, byPriority = [], held } = count;
  // Where all wait at one priority there is nothing to tell apart.
  const steps = byPriority.length > 1 ? byPriority : byPriority.filter(({ step }) => step > 0);
  const note = held === 0 ? '' : `${held} more are held by a migration, running or cut off, and stay`;
  return [name, String(messages), steps.map((each) => `${each.step}: ${each.messages}`).join(', '), note];
}

/** One queue after the other; what is done by then is told also when the next one fails. */
async function purge(
  names: readonly string[],
  queues: TaskQueues,
  context: PurgeContext,
  signal: AbortSignal,
): Promise<void> {
  const purged: Purged[] = [];
  try {
    for (const name of names) {
      if (signal.aborted)
        throw new AbortedError('interrupted: the queues that are not listed were not purged');
      purged.push({ name, messages: await queues.purge(name) });
    }
  } catch (error) {
    audit(purged, queues, context, error);
    if (purged.length > 0) writePurged(purged, context, false);
    throw error;
  }
  audit(purged, queues, context);
  const { address } = queues;
  for (const { name, messages } of purged) {
    if (messages === undefined)
      context.stderr.write(`stalk: ${redactUrl(address)} has no queue ${JSON.stringify(clean(name, 255))}\n`);
  }
  writePurged(purged, context, true);
}

function audit(
  purged: readonly Purged[],
  { address }: TaskQueues,
  context: PurgeContext,
  failure?: unknown,
): void {
  const counts = Object.fromEntries(purged.map(({ name, messages = null }) => [name, messages]));
  auditQueues(context, redactUrl(address), { method: 'purge', args: { purged: counts }, failure });
}

function writePurged(purged: readonly Purged[], context: PurgeContext, isAll: boolean): void {
  const { config, stdout } = context;
  const total = purged.reduce((sum, { messages = 0 }) => sum + messages, 0);
  if (config.json) {
    const rows = purged.map(({ name, messages }) => ({ name, messages: messages ?? null }));
    stdout.write(`${pythonDumps({ purged: total, queues: rows, complete: isAll })}\n`);
    return;
  }
  if (stdout.isTTY === true && purged.length > 1) {
    const rows = purged.map(({ name, messages }) => [name, messages === undefined ? '-' : String(messages)]);
    writeTable(['QUEUE', 'PURGED'], rows, stdout, context);
  }
  stdout.write(`${sentence(total, purged.length)}\n`);
}

/** Celery's own words. */
function sentence(total: number, queues: number): string {
  if (total === 0) return `No messages purged from ${counted(queues, 'queue')}.`;
  return `Purged ${counted(total, 'message')} from ${queues} known task ${queues === 1 ? 'queue' : 'queues'}.`;
}

function writeTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  output: Output,
  { config, env }: PurgeContext,
): void {
  const colour = output.isTTY === true && wantsColour(config, env);
  for (const line of tableLines(headings, rows)) output.write(`${ansiLine(line, colour)}\n`);
}
