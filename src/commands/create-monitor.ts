import { taskMemory } from '../config/memory-share.ts';
import { Monitor } from '../monitor/monitor.ts';
import type { CommandContext } from './command-context.ts';
import type { OpenBroker } from './open-broker.ts';

/** A monitor with the settings of the command line, not started yet. */
export function createMonitor({ config, now }: CommandContext, broker: OpenBroker): Monitor {
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
  });
}
