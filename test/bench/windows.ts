import type { Consumer } from './consumer.ts';
import type { Load } from './load-process.ts';

export interface Windows {
  /** Of one window: what a consumer takes well within the five seconds that RabbitMQ keeps an event. */
  readonly events: number;
  /** Windows until everything is compiled. */
  readonly warmUp: number;
  readonly measured: number;
}

/**
 * What a consumer takes per second of CPU. It stands still while the publisher and the broker have the machine to
 * themselves, then it runs until it has taken everything: so it never waits for events, and what else the machine does
 * hardly counts. Its start is not in it.
 * @throws Error when an event was lost
 */
export async function eventsPerCpuSecond(
  consumer: Consumer,
  load: Load,
  { events, warmUp, measured }: Windows,
): Promise<number> {
  await consumer.ready(() => load.ask({ do: 'beat' }));
  let sent = 0;
  let seconds = 0;
  for (let window = 0; window < warmUp + measured; window++) {
    consumer.hold();
    await load.ask({ do: 'burst', events });
    sent += events;
    const before = consumer.cpuSeconds;
    consumer.release();
    await consumer.taken(sent);
    consumer.hold();
    if (window >= warmUp) seconds += consumer.cpuSeconds - before;
  }
  return (measured * events) / seconds;
}
