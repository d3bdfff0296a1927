import type { ConfigOf } from '../config/config.ts';
import { anonymousNodeName } from '../config/node-name.ts';
import type { migrateOptions } from '../config/queue-options.ts';
import { wantsColour } from '../config/terminal-settings.ts';
import { AbortedError, exitStatus, UnroutableError, UsageError } from '../errors.ts';
import { ansiLine } from '../presentation/ansi.ts';
import { counted } from '../presentation/format.ts';
import type { Line } from '../presentation/line.ts';
import { clean } from '../presentation/text.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import type { TaskIdentity } from '../protocol/task-message.ts';
import { consumedQueues } from '../queues/consumed-queues.ts';
import { Migration, type MigrationOutcome } from '../queues/migration.ts';
import { type MigrationPlan, planMigration } from '../queues/migration-plan.ts';
import { parseNames, parseQueueMapping, type QueueMapping } from '../queues/queue-mapping.ts';
import type { TaskQueues } from '../transport/task-queues.ts';
import type { CommandContext, Output } from './command-context.ts';
import { canAsk, confirm } from './confirm.ts';
import { type MigrationEnds, migrationJson, outcomeSentences, planLines } from './migration-text.ts';
import { ProgressDisplay } from './progress-display.ts';
import { auditQueues } from './queue-audit.ts';
import { accessTaskQueues, activeQueues, type TaskQueueConfig } from './task-queue-access.ts';

type MigrateContext = CommandContext<TaskQueueConfig & ConfigOf<typeof migrateOptions>>;

/** A broker that flushes to its disk takes its time. Milliseconds. */
const confirmWithinMs = 30_000;

interface Sides {
  readonly source: TaskQueues;
  readonly destination: TaskQueues;
  readonly ends: MigrationEnds;
}

/**
 * `stalk migrate SOURCE DESTINATION`: carries the messages of task queues from one broker to another, and ends when the
 * queues are empty. Mirrors celery/bin/migrate.py without its defects (protocol.md D.4).
 *
 * @throws UsageError, also under --readonly; AbortedError, exit status 1, where nobody can be asked or the answer is no
 */
export async function runMigrate(context: MigrateContext): Promise<number> {
  const { config } = context;
  const urls = readUrls(context);
  const given = config.queues === undefined ? undefined : parseQueueMapping(config.queues);
  const tasks = config.tasks === undefined ? undefined : new Set(parseNames(config.tasks, '-T'));
  if (tasks !== undefined && config.forever && config.ackMessages) {
    throw new UsageError(
      '-F with -T and -a would keep all other tasks of the queues from their workers for as long as it runs',
    );
  }
  const signal = context.interrupted();
  const source = await accessTaskQueues(urls.source, { config, signal, confirmWithinMs });
  let destination: TaskQueues | undefined;
  try {
    destination = await accessTaskQueues(urls.destination, { config, signal, confirmWithinMs });
    const ends = {
      source: redactUrl(source.address),
      destination: redactUrl(destination.address),
      moves: config.ackMessages,
    };
    const mapping = given ?? (await defaultMapping(urls.source, context, signal));
    const sides = { source, destination, ends };
    const markName = config.dryRun ? undefined : `stalk.mark.${crypto.randomUUID()}`;
    const plan = await planMigration(source, destination, mapping, markName);
    sayMissing(plan, given !== undefined, sides, context);
    if (config.dryRun) return showPlan(plan, ends, context);
    await askBeforeMoving(plan, sides, context, signal);
    return await migrate(plan, sides, { context, tasks, signal });
  } finally {
    await destination?.close();
    await source.close();
  }
}

function readUrls({ config, words }: MigrateContext): {
  readonly source: string;
  readonly destination: string;
} {
  const [source, destination, ...more] = words;
  if (source === undefined || destination === undefined || more.length > 0) {
    throw new UsageError(
      'stalk migrate needs two broker URLs: stalk migrate amqp://rabbit-1 redis://cache-1:6379/0',
    );
  }
  for (const [name, url] of Object.entries({ SOURCE: source, DESTINATION: destination })) checkUrl(name, url);
  if (config.readonly && !config.dryRun) {
    throw new UsageError(
      'stalk migrate puts messages into queues, which --readonly refuses; --dry-run does not',
    );
  }
  return { source, destination };
}

function checkUrl(name: string, url: string): void {
  try {
    parseBrokerUrl(url);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${name}: ${error.message}`) : error;
  }
}

async function defaultMapping(
  url: string,
  { config }: MigrateContext,
  signal: AbortSignal,
): Promise<readonly QueueMapping[]> {
  const replies = await activeQueues({ ...config, broker: url }, signal);
  return consumedQueues(replies).map((name) => ({ source: name, destination: name }));
}

function sayMissing(
  { queues, missing }: MigrationPlan,
  wereNamed: boolean,
  { ends }: Sides,
  { stderr }: MigrateContext,
): void {
  const names = missing.map((name) => JSON.stringify(clean(name, 255))).join(', ');
  if (queues.length === 0) throw new UnroutableError(`${ends.source} has no queue ${names}`);
  if (wereNamed && missing.length > 0) stderr.write(`stalk: ${ends.source} has no queue ${names}\n`);
}

function showPlan(plan: MigrationPlan, ends: MigrationEnds, context: MigrateContext): number {
  const { config, stdout } = context;
  if (config.json) stdout.write(`${pythonDumps(migrationJson(plan, ends, undefined))}\n`);
  else writeLines(planLines(plan, ends), stdout, context);
  return exitStatus.ok;
}

/** A copy can be purged again; what is moved is gone from the source. */
async function askBeforeMoving(
  plan: MigrationPlan,
  { ends }: Sides,
  context: MigrateContext,
  signal: AbortSignal,
): Promise<void> {
  const { config, stderr } = context;
  if (!ends.moves || config.yes || (plan.total === 0 && !config.forever)) return;
  if (!canAsk(context)) {
    throw new AbortedError(
      'there is no terminal to ask on, so nothing was moved: --yes moves without asking, --dry-run only looks',
    );
  }
  writeLines(planLines(plan, ends), stderr, context);
  const most = config.limit === undefined ? plan.total : Math.min(plan.total, config.limit);
  const what = config.forever ? 'whatever is and comes there' : counted(most, 'message');
  if (!(await confirm(`Move ${what}?`, context, signal))) throw new AbortedError('nothing was moved');
}

interface Running {
  readonly context: MigrateContext;
  readonly tasks: ReadonlySet<string> | undefined;
  readonly signal: AbortSignal;
}

async function migrate(
  plan: MigrationPlan,
  sides: Sides,
  { context, tasks, signal }: Running,
): Promise<number> {
  const { config, stdout, stderr } = context;
  const { source, destination, ends } = sides;
  for (const queue of plan.queues) if (queue.isNew) await destination.declare(queue.destination);
  const total =
    config.forever || tasks !== undefined ? undefined : Math.min(plan.total, config.limit ?? plan.total);
  const lines = config.json || stdout.isTTY === true ? undefined : stdout;
  const seconds = (): number => performance.now() / 1000;
  const migration = new Migration({
    source,
    destination,
    mapping: plan.queues,
    moves: ends.moves,
    tasks,
    limit: config.limit,
    patience: config.forever ? Number.POSITIVE_INFINITY : config.timeout,
    owner: anonymousNodeName(),
    signal,
    now: seconds,
    onMigrated: (migrated, identity) => lines?.write(taskLine(migrated, total, identity)),
    onWaiting: (queue, owner) => {
      const name = JSON.stringify(clean(queue, 255));
      stderr.write(
        `stalk: waiting for ${clean(owner, 80)} to let go of ${name}, or to be given up for dead\n`,
      );
    },
  });
  const display = new ProgressDisplay({
    output: stderr,
    now: seconds,
    progress: () => ({ done: migration.migrated, total }),
  });
  if (stderr.isTTY === true && lines === undefined) display.start();
  const outcome = await migration.run().finally(() => display.stop());
  audit(outcome, plan, ends, context);
  report(outcome, plan, ends, context);
  if (outcome.end === 'failed') throw outcome.failure;
  return outcome.end === 'interrupted' && !config.forever ? exitStatus.failed : exitStatus.ok;
}

function audit(
  { migrated, failure }: MigrationOutcome,
  { queues }: MigrationPlan,
  { source, destination, moves }: MigrationEnds,
  context: MigrateContext,
): void {
  const mapping = Object.fromEntries(queues.map((each) => [each.source, each.destination]));
  const args = { source, destination, queues: mapping, moves, migrated };
  auditQueues(context, source, { method: 'migrate', args, failure });
}

/** As Celery's, but with the name and the id of the task where Celery prints its arguments, which may be secret. */
function taskLine(migrated: number, total: number | undefined, { name, id }: TaskIdentity): string {
  const task = name === undefined ? 'unknown task' : `${clean(name, 200)}[${clean(id ?? '', 100)}]`;
  return `Migrating task ${migrated}/${total === undefined ? '?' : Math.max(total, migrated)}: ${task}\n`;
}

function report(
  outcome: MigrationOutcome,
  plan: MigrationPlan,
  ends: MigrationEnds,
  { config, stdout }: MigrateContext,
): void {
  if (config.json) stdout.write(`${pythonDumps(migrationJson(plan, ends, outcome))}\n`);
  else for (const sentence of outcomeSentences(outcome, plan, ends)) stdout.write(`${sentence}\n`);
}

function writeLines(lines: readonly Line[], output: Output, { config, env }: MigrateContext): void {
  const colour = output.isTTY === true && wantsColour(config, env);
  for (const line of lines) output.write(`${ansiLine(line, colour)}\n`);
}
