import { taskMemory } from '../config/memory-share.ts';
import type { StreamRecorder } from '../events/stream-recorder.ts';
import type { CommandEntry } from '../monitor/command-log.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { SessionRecorder } from '../monitor/session-recorder.ts';
import { collectEarly } from '../v8-heap.ts';
import { AuditTrail, type SentCommand } from './audit-trail.ts';
import type { CommandContext } from './command-context.ts';
import type { OpenBroker } from './open-broker.ts';

/**
 * A monitor with the settings of the command line, not started yet.
 *
 * @param session writes down what it hears and sends
 * @param ring keeps what it heard last
 */
export function createMonitor(
  context: CommandContext,
  broker: OpenBroker,
  session?: SessionRecorder | undefined,
  ring?: StreamRecorder,
): Monitor {
  const { config, now } = context;
  if (config.memory !== undefined) collectEarly();
  return new Monitor({
    transport: broker.transport,
    now,
    maxTasks: config.maxTasks,
    maxWorkers: config.maxWorkers,
    ...(config.memory === undefined ? {} : { maxBytes: taskMemory(config.memory) }),
    timeout: config.timeout,
    applyUtcoffset: config.utcoffset,
    eventExchange: config.eventExchange,
    controlExchange: config.controlExchange,
    brokerLabel: broker.label,
    demo: broker.demo,
    ...(ring === undefined ? {} : { ring }),
    ...(session === undefined ? {} : { recorder: session }),
    ...(broker.demo ? {} : { record: recorder(context, broker) }),
  });
}

/** What is sent to a made-up cluster is nobody's business. */
function recorder(
  { config, env }: CommandContext,
  broker: OpenBroker,
): (entry: CommandEntry) => string | undefined {
  const trail = new AuditTrail({ source: 'screen', broker: broker.label, audit: config.audit, env });
  return (entry) => trail.add(sentBy(entry));
}

function sentBy({
  at,
  method,
  args,
  destination,
  replies,
  departures,
  silent,
  failure,
}: CommandEntry): SentCommand {
  const gone = [...departures.keys()].map((hostname) => ({ hostname, value: { ok: 'offline' } }));
  return {
    ...{ at, method, args, silent, failure },
    replies: [...replies, ...gone],
    addressing: destination === undefined ? {} : { destination },
  };
}
