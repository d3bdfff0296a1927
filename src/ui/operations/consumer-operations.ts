import { typedArgumentsProblem } from '../../control/arguments.ts';
import type { Line } from '../../presentation/line.ts';
import { clean } from '../../presentation/text.ts';
import {
  type Facts,
  type Operation,
  type Request,
  type Target,
  type Values,
  workersLabel,
} from './operation.ts';
import { consumersWithout, firstWorker, named, offline, workerLines } from './worker-operations.ts';

function queueOf(values: Values): string {
  return (values['queue'] ?? '').trim();
}

/** What is left empty is named as the queue; without a route of its own the worker does that itself. */
function consumerArguments(values: Values): Request['args'] {
  const queue = queueOf(values);
  const exchange = (values['exchange'] ?? '').trim();
  const type = (values['type'] ?? '').trim() || 'direct';
  const key = (values['key'] ?? '').trim();
  if (exchange === '' && key === '' && type === 'direct') return { queue };
  return { queue, exchange: exchange || queue, exchange_type: type, routing_key: key || queue };
}

function consumed(target: Target, facts: Facts): Line {
  const queues = facts.worker(firstWorker(target))?.queues;
  const text =
    queues === undefined ? 'not known' : queues.map((queue) => clean(queue, 40)).join(', ') || 'none';
  return [{ text: `Consumes    ${text}` }];
}

export const addConsumer: Operation = {
  id: 'add-consumer',
  title: () => 'Consume a queue',
  fields: () => [
    { id: 'queue', label: 'Queue', initial: '', note: 'created if it does not exist' },
    { id: 'exchange', label: 'Exchange', initial: '', note: 'empty = as the queue' },
    { id: 'type', label: 'Type', initial: 'direct', note: 'direct, topic, fanout' },
    { id: 'key', label: 'Routing key', initial: '', note: 'empty = as the queue' },
  ],
  disabled: offline,
  explain: (target, values, facts) => [
    ...workerLines(target),
    consumed(target, facts),
    [
      {
        text: `Will send   add_consumer("${clean(queueOf(values), 60)}") to ${workersLabel(target.hostnames.map(named))}`,
      },
    ],
    [{ text: '            Lasts until the worker restarts.', tone: 'muted' }],
  ],
  problem: (values) => typedArgumentsProblem('add_consumer', consumerArguments(values)),
  level: () => 1,
  words: () => '',
  request: (target, values) => ({
    method: 'add_consumer',
    args: consumerArguments(values),
    destination: target.hostnames,
    label: `add_consumer ${queueOf(values)} on ${workersLabel(target.hostnames)}`,
  }),
};

export const cancelConsumer: Operation = {
  id: 'cancel-consumer',
  title: () => 'Stop consuming a queue',
  fields: (target, facts) => {
    const queues = facts.worker(firstWorker(target))?.queues ?? [];
    const choices = queues.map((queue) => ({ value: queue, label: clean(queue, 40) }));
    return queues.length === 0
      ? [{ id: 'queue', label: 'Queue', initial: '' }]
      : [{ id: 'queue', label: 'Queue', initial: queues[0] ?? '', choices }];
  },
  disabled: offline,
  explain(target, values, facts) {
    const remaining = consumersWithout(queueOf(values), target.hostnames, facts);
    const lines: Line[] = [
      ...workerLines(target),
      consumed(target, facts),
      [
        {
          text: `Will send   cancel_consumer("${clean(queueOf(values), 60)}") to ${workersLabel(target.hostnames.map(named))}`,
        },
      ],
    ];
    lines.push(
      remaining === 0
        ? [{ text: '            No online worker is left to consume this queue.', tone: 'warn' }]
        : [
            {
              text: `            ${remaining} other online worker${remaining === 1 ? '' : 's'} still consume it.`,
            },
          ],
    );
    return lines;
  },
  problem: (values) => typedArgumentsProblem('cancel_consumer', { queue: queueOf(values) }),
  level: (target, values, facts) =>
    consumersWithout(queueOf(values), target.hostnames, facts) === 0 ? 3 : 2,
  words: (_target, values) => `cancel ${queueOf(values)}`,
  request: (target, values) => ({
    method: 'cancel_consumer',
    args: { queue: queueOf(values) },
    destination: target.hostnames,
    label: `cancel_consumer ${queueOf(values)} on ${workersLabel(target.hostnames)}`,
  }),
};
