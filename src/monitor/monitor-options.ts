import { Mailbox } from '../control/mailbox.ts';
import type { ReceiverOptions } from '../events/receiver.ts';
import type { StreamRecorder } from '../events/stream-recorder.ts';
import { State } from '../state/state.ts';
import type { Transport } from '../transport/transport.ts';
import type { CommandEntry } from './command-log.ts';
import type { SessionRecorder } from './session-recorder.ts';

export interface MonitorOptions {
  readonly transport: Transport;
  readonly state?: State;
  /** Seconds since the epoch. */
  readonly now?: () => number;
  readonly maxTasks?: number;
  readonly maxWorkers?: number;
  /** Bytes that tasks and workers may take; unlimited by default. */
  readonly maxBytes?: number;
  /** Seconds to wait for workers' replies, 1 by default as in Celery. */
  readonly timeout?: number;
  /** Shift times by each sender's utcoffset, as Celery's own Receiver does. */
  readonly applyUtcoffset?: boolean;
  /** `event_exchange` and `control_exchange` of the cluster, by default Celery's. */
  readonly eventExchange?: string;
  readonly controlExchange?: string;
  /** Writes down each command that was sent, when it is over; returns why it could not. */
  readonly record?: (entry: CommandEntry) => string | undefined;
  /** Writes down what is heard and sent; whoever opened it ends it, after the monitor. */
  readonly recorder?: SessionRecorder;
  /** Keeps what was heard last. */
  readonly ring?: StreamRecorder;
  /** What to call the broker on screen; never with a password. */
  readonly brokerLabel: string;
  readonly demo: boolean;
}

export function createState({ now, maxTasks, maxWorkers, maxBytes }: MonitorOptions): State {
  return new State({
    ...(now === undefined ? {} : { now }),
    ...(maxTasks === undefined ? {} : { maxTasksInMemory: maxTasks }),
    ...(maxWorkers === undefined ? {} : { maxWorkersInMemory: maxWorkers }),
    ...(maxBytes === undefined ? {} : { maxBytesInMemory: maxBytes }),
  });
}

export function createMailbox({ transport, now, controlExchange }: MonitorOptions): Mailbox {
  return new Mailbox(transport, {
    ...(now === undefined ? {} : { now }),
    ...(controlExchange === undefined ? {} : { controlExchange }),
  });
}

/** Which events are received, and what becomes of their times. */
export function streamSettings({
  applyUtcoffset = false,
  eventExchange,
}: MonitorOptions): Pick<ReceiverOptions, 'applyUtcoffset' | 'exchange'> {
  return { applyUtcoffset, ...(eventExchange === undefined ? {} : { exchange: eventExchange }) };
}
