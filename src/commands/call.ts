import type { callOptions } from '../config/call-options.ts';
import type { ConfigOf } from '../config/config.ts';
import { anonymousNodeName } from '../config/node-name.ts';
import { AbortedError, exitStatus, UnroutableError, UsageError } from '../errors.ts';
import { redactUrl } from '../protocol/broker-url.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import { type TaskMessage, taskMessage } from '../protocol/task-message.ts';
import type { ResultBackend } from '../results/result-backend.ts';
import type { TaskQueues } from '../transport/task-queues.ts';
import type { CommandContext } from './command-context.ts';
import { openResults } from './open-results.ts';
import { auditQueues } from './queue-audit.ts';
import { printFound, waitForResult } from './result.ts';
import { accessTaskQueues, type TaskQueueConfig } from './task-queue-access.ts';
import { readTaskRequest, type TaskRequest } from './task-request.ts';

type CallContext = CommandContext<TaskQueueConfig & ConfigOf<typeof callOptions>>;

/**
 * `stalk call NAME`: sends a task and prints its id. Mirrors celery/bin/call.py, but creates no queue unasked, and with
 * `--wait` prints what `stalk result` would.
 *
 * @throws UsageError; UnroutableError, exit status 1, when no queue takes the task
 */
export async function runCall(context: CallContext): Promise<number> {
  const { config, words } = context;
  const request = readTaskRequest(words, config, context.now());
  if (config.readonly) throw new UsageError('stalk call sends a task, which --readonly refuses');
  if (config.timeout !== undefined && !config.wait) throw new UsageError('--timeout goes with --wait');
  const signal = context.interrupted();
  const queues = await accessTaskQueues(config.broker, { config, signal });
  let results: ResultBackend | undefined;
  try {
    checkPriority(request, queues);
    // Before the task is sent: one whose result cannot be waited for is better not sent.
    if (config.wait) results = await openResults(config, signal);
    const id = await send(request, queues, context, signal);
    return results === undefined ? exitStatus.ok : await printResult(results, id, context, signal);
  } finally {
    await results?.close();
    await queues.close();
  }
}

async function send(
  request: TaskRequest,
  queues: TaskQueues,
  context: CallContext,
  signal: AbortSignal,
): Promise<string> {
  const { config, stdout, stderr } = context;
  const { target } = request;
  await prepareQueue(request, queues, config.declare);
  const id = crypto.randomUUID();
  const message = taskMessage({
    ...request,
    id,
    origin: anonymousNodeName(),
    replyTo: crypto.randomUUID(),
  });
  if (signal.aborted) throw new AbortedError('interrupted: nothing was sent');
  await publish({ ...request, id }, message, queues, context);
  if (config.wait) stderr.write(`${id}\n`);
  else if (config.json) {
    const { exchange, routingKey } = target;
    stdout.write(`${pythonDumps({ id, task: request.name, exchange, routing_key: routingKey })}\n`);
  } else stdout.write(`${id}\n`);
  return id;
}

async function publish(
  { id, name, target }: TaskRequest & { readonly id: string },
  message: TaskMessage,
  queues: TaskQueues,
  context: CallContext,
): Promise<void> {
  const audit = (failure?: unknown): void => {
    const { exchange, routingKey } = target;
    const args = { task: name, id, exchange, routing_key: routingKey };
    auditQueues(context, redactUrl(queues.address), { method: 'call', args, failure });
  };
  try {
    await queues.publish(target, message);
  } catch (error) {
    audit(error);
    throw error;
  }
  audit();
}

/** A queue that nobody knows is most likely a slip of the pen, and a task in it would wait for ever. */
async function prepareQueue({ target }: TaskRequest, queues: TaskQueues, declares: boolean): Promise<void> {
  const { exchange, routingKey } = target;
  if (exchange !== '') return;
  if (declares) {
    await queues.declare(routingKey);
  } else if ((await queues.count(routingKey)) === undefined) {
    throw new UnroutableError(
      `there is no queue ${JSON.stringify(routingKey)}, and nothing was sent: start a worker that consumes it, or create it with --declare`,
    );
  }
}

function checkPriority({ priority = 0 }: TaskRequest, { address }: TaskQueues): void {
  if (address.transport === 'redis' && priority > 9) {
    throw new UsageError(`--priority is 0 to 9 on Redis, not ${priority}`);
  }
}

async function printResult(
  results: ResultBackend,
  id: string,
  context: CallContext,
  signal: AbortSignal,
): Promise<number> {
  const { config, stdout, stderr } = context;
  const found = await waitForResult(results, id, config.timeout, signal);
  const printed = { json: config.json, traceback: false, task: undefined, wait: true };
  return printFound(found, { config: printed, stdout, stderr });
}
