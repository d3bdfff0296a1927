import type { Line } from '../../presentation/line.ts';
import { clean } from '../../presentation/text.ts';
import { type Facts, type Operation, type Target, type Values, workersLabel } from './operation.ts';
import { consumersWithout, firstWorker, named, offline } from './worker-operations.ts';

function queueProblem(values: Values): string | undefined {
  return (values['queue'] ?? '').trim() === '' ? 'the name of a queue' : undefined;
}

function queueOf(values: Values): string {
  return (values['queue'] ?? '').trim();
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
    [{ text: `Worker      ${named(firstWorker(target))}` }],
    consumed(target, facts),
    [
      {
        text: `Will send   add_consumer("${clean(queueOf(values), 60)}") to ${workersLabel(target.hostnames.map(named))}`,
      },
    ],
    [{ text: '            Lasts until the worker restarts.', tone: 'muted' }],
  ],
  problem(values) {
    const type = values['type'] ?? '';
    if (!['direct', 'topic', 'fanout', ''].includes(type.trim())) return 'type: direct, topic or fanout';
    return queueProblem(values);
  },
  level: () => 1,
  words: () => '',
  request(target, values) {
    const queue = queueOf(values);
    const exchange = (values['exchange'] ?? '').trim();
    const key = (values['key'] ?? '').trim();
    const routed =
      exchange === '' && key === ''
        ? {}
        : {
            exchange: exchange || queue,
            exchange_type: (values['type'] ?? '').trim() || 'direct',
            routing_key: key || queue,
          };
    return {
      method: 'add_consumer',
      args: { queue, ...routed },
      destination: target.hostnames,
      label: `add_consumer ${queue} on ${workersLabel(target.hostnames)}`,
    };
  },
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
      [{ text: `Worker      ${named(firstWorker(target))}` }],
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
  problem: queueProblem,
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
