import type { Sender } from './demo-events.ts';
import { flows } from './demo-flows.ts';
import { incidents } from './demo-incidents.ts';
import type { DemoParts } from './demo-parts.ts';
import type { DemoWorker } from './demo-worker.ts';

/** What celery beat sends, and how often, in seconds. */
const schedule: readonly (readonly [name: string, every: number])[] = [
  ['app.metrics.flush', 10],
  ['app.carts.expire_abandoned', 30],
  ['app.search.reindex', 45],
  ['celery.backend_cleanup', 300],
];

/** Above this many tasks of a type that wait, nobody sends more. */
const mostWaiting = 6;
/** Seconds: the load swells and ebbs a little, as a day does. */
const tide = 75;
/** Incidents, beat and heartbeats make about this many events per second by themselves. */
const otherEvents = 6;

/** Begins to send tasks, at about `rate` events per second in all. */
export function startLoad(parts: DemoParts, rate: number, workers: () => readonly DemoWorker[]): void {
  const { chance, producer } = parts;
  const clients: [Sender, ...Sender[]] = [
    producer.client('shop-api-1'),
    producer.client('shop-api-2'),
    producer.client('admin-1'),
  ];
  const limit = mostWaiting * Math.ceil(rate / 60);
  sendFlows(parts, rate, limit, () => chance.pick(clients));
  for (const { every, sends, start } of incidents) {
    repeat(parts, every, () => {
      if (hasRoom(parts, [sends], limit)) start(parts, chance.pick(clients), workers());
    });
  }
  const beat = producer.client('beat');
  for (const [name, every] of schedule) {
    parts.agenda.every(
      every,
      () => {
        if (hasRoom(parts, [name], limit)) producer.send(beat, { name });
      },
      chance.between(0, every),
    );
  }
}

function sendFlows(parts: DemoParts, rate: number, limit: number, client: () => Sender): void {
  const { agenda, chance } = parts;
  const weights = flows.reduce((sum, { weight }) => sum + weight, 0);
  const eventsPerFlow = flows.reduce((sum, { weight, events }) => sum + weight * events, 0) / weights;
  const interval = eventsPerFlow / Math.max(rate * 0.1, rate - otherEvents);
  const next = (): void => {
    const swell = 1 + 0.3 * Math.sin((2 * Math.PI * agenda.now) / tide);
    agenda.after(chance.exponential(interval / swell), () => {
      const flow = chance.pickWeighted(flows);
      if (hasRoom(parts, flow.sends, limit)) flow.start(parts, client());
      next();
    });
  };
  next();
}

/** About every so often; the first time falls anywhere in the first round. */
function repeat({ agenda, chance }: DemoParts, every: number, act: () => void): void {
  const again = (delay: number): void => {
    agenda.after(delay, () => {
      act();
      again(every * chance.between(0.6, 1.4));
    });
  };
  again(every * chance.between(0.05, 1));
}

function hasRoom({ queues }: DemoParts, names: readonly string[], limit: number): boolean {
  return names.every((name) => queues.waiting(name) < limit);
}
