import type { ConfigOf } from '../config/config.ts';
import type { listOptions } from '../config/queue-options.ts';
import { wantsColour } from '../config/terminal-settings.ts';
import { exitStatus, NoReplyError, UsageError } from '../errors.ts';
import { ansiLine } from '../presentation/ansi.ts';
import { tableLines } from '../presentation/table-lines.ts';
import { clean } from '../presentation/text.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import type { Binding } from '../protocol/redis-queue-naming.ts';
import { consumedBindings, sortBindings } from '../queues/consumed-queues.ts';
import type { TaskQueues } from '../transport/task-queues.ts';
import type { CommandContext } from './command-context.ts';
import { accessTaskQueues, activeQueues, type TaskQueueConfig } from './task-queue-access.ts';

type ListContext = CommandContext<TaskQueueConfig & ConfigOf<typeof listOptions>>;

/**
 * `stalk list bindings`: which queue is bound to which exchange. Redis keeps that where anyone can read it; RabbitMQ
 * tells it only through its management plugin, so there it is what workers consume. Mirrors celery/bin/list.py.
 *
 * @throws NoReplyError, exit status 69, where only workers could tell and none answers
 */
export async function runList(context: ListContext): Promise<number> {
  const { config, words } = context;
  if (words.length !== 1 || words[0] !== 'bindings') {
    throw new UsageError('stalk list needs what to list: stalk list bindings');
  }
  const signal = context.interrupted();
  const queues = await accessTaskQueues(config.broker, { config, signal });
  try {
    const known = await queues.bindings();
    if (known === undefined) await listOfWorkers(queues, context, signal);
    else print(sortBindings(known), context);
    return exitStatus.ok;
  } finally {
    await queues.close();
  }
}

async function listOfWorkers(queues: TaskQueues, context: ListContext, signal: AbortSignal): Promise<void> {
  const { config, stderr } = context;
  const label = redactUrl(queues.address);
  const replies = await activeQueues(config, signal);
  if (Object.keys(replies).length === 0) {
    throw new NoReplyError(
      `no worker told what it consumes, and ${label} itself tells bindings only through its management plugin`,
    );
  }
  const bindings = consumedBindings(replies);
  print(bindings, context);
  for (const queue of new Set(bindings.map((each) => each.queue))) {
    if ((await queues.count(queue)) === undefined)
      stderr.write(
        `stalk: ${label} has no queue ${JSON.stringify(clean(queue, 255))}, although a worker names it\n`,
      );
  }
  stderr.write(
    'stalk: these are the queues that workers consume; RabbitMQ tells of others only through its management plugin\n',
  );
}

function print(bindings: readonly Binding[], { config, stdout, env }: ListContext): void {
  if (config.json) {
    const rows = bindings.map(({ queue, exchange, routingKey }) => ({
      destination: queue,
      source: exchange,
      routing_key: routingKey,
    }));
    stdout.write(`${pythonDumps(rows)}\n`);
    return;
  }
  const rows = bindings.map(({ queue, exchange, routingKey }) => [queue, exchange, routingKey]);
  if (stdout.isTTY === true) {
    const colour = wantsColour(config, env);
    for (const line of tableLines(['QUEUE', 'EXCHANGE', 'ROUTING KEY'], rows))
      stdout.write(`${ansiLine(line, colour)}\n`);
    return;
  }
  const rule = '-'.repeat(16);
  for (const row of [['Queue', 'Exchange', 'Routing Key'], [rule, rule, rule], ...rows])
    stdout.write(celeryRow(row));
}

/** Celery's own layout. */
function celeryRow([queue = '', exchange = '', routingKey = '']: readonly string[]): string {
  const column = (text: string): string => clean(text).padEnd(28);
  return `${column(queue)} ${column(exchange)} ${clean(routingKey)}\n`;
}
