import type { EventWire } from './demo-events.ts';
import type { Producer } from './demo-producer.ts';
import type { TaskQueues } from './demo-queues.ts';
import type { Chance } from './demo-random.ts';

/** What everything in the demo cluster shares. */
export interface DemoParts extends EventWire {
  readonly chance: Chance;
  readonly queues: TaskQueues;
  readonly producer: Producer;
}
