import { sendGroup } from './demo-canvas.ts';
import type { Sender } from './demo-events.ts';
import type { DemoParts } from './demo-parts.ts';
import type { Course, Ending } from './demo-task-message.ts';
import type { DemoWorker } from './demo-worker.ts';
import { requestsIn } from './demo-worker-state.ts';

export interface Incident {
  /** Seconds, on average. */
  readonly every: number;
  /** Not begun while too many of this task wait. */
  readonly sends: string;
  readonly start: (parts: DemoParts, client: Sender, workers: readonly DemoWorker[]) => void;
}

/** Clears the screen, sets a title, turns the writing direction, ends with C1: what a terminal must never be sent. */
const hostileText =
  '\u001b[2J\u001b[1;31mYOU HAVE WON\u001b[0m\u001b]0;pwned\u0007 \u202egnp.exe\u202c \u009b31m\u0000\r\n\tend';

/** What does not happen all the time, each in a rhythm of its own, so that every outcome can be seen soon. */
export const incidents: readonly Incident[] = [
  {
    every: 50,
    sends: 'app.legacy.sync_crm',
    start: ({ producer, chance }, client) =>
      producer.send(client, { name: 'app.legacy.sync_crm', args: [chance.integer(1, 999)] }),
  },
  {
    every: 60,
    sends: 'app.prices.refresh_quote',
    start: ({ producer }, client) =>
      producer.send(client, { name: 'app.prices.refresh_quote', countdown: 6, expiresIn: 4 }),
  },
  always(70, 'app.webhooks.deliver', { kind: 'reject', requeue: false }),
  {
    every: 75,
    sends: 'app.orders.cancel',
    start: ({ producer }, client) =>
      producer.send(client, {
        name: 'app.orders.cancel',
        decide: ({ redelivered }) =>
          course(
            0.1,
            redelivered ? { kind: 'success', result: 'cancelled' } : { kind: 'reject', requeue: true },
          ),
      }),
  },
  always(80, 'app.img.resize_thumbnail', { kind: 'worker-lost' }, 0.7),
  {
    every: 60,
    sends: 'app.feedback.submit',
    start: ({ producer }, client) =>
      producer.send(client, {
        name: 'app.feedback.submit',
        kwargs: { name: 'Bobby Tables', stars: 1, text: hostileText },
      }),
  },
  always(150, 'app.catalog.rebuild_tree', { kind: 'failure', failure: 'recursion' }),
  usual(60, 'app.catalog.rebuild_tree'),
  usual(45, 'app.search.bulk_index'),
  usual(20, 'app.catalog.import_feed'),
  usual(11, 'app.video.transcode'),
  usual(18, 'app.reports.export_csv'),
  usual(40, 'app.inventory.sync_warehouse'),
  {
    every: 70,
    sends: 'app.reports.build_quarterly',
    start: ({ producer, chance }, client) =>
      sendGroup(
        producer,
        client,
        Array.from({ length: chance.integer(2, 5) }, () => ({ name: 'app.reports.build_quarterly' })),
      ),
  },
  // Longer than the time limit of 20 seconds that the task has.
  always(110, 'app.reports.export_csv', { kind: 'success', result: null }, 90),
  {
    every: 90,
    sends: 'app.inventory.sync_warehouse',
    start: ({ producer }, client, workers) => {
      const isStuck = workers.some(({ state }) =>
        requestsIn(state, 'active').some(({ next }) => next === undefined),
      );
      if (isStuck) return;
      producer.send(client, {
        name: 'app.inventory.sync_warehouse',
        args: ['hamburg'],
        decide: () => course(0, { kind: 'stuck' }),
      });
    },
  },
  {
    every: 55,
    sends: 'app.mail.send_reminder',
    start: ({ producer, agenda }, client, workers) => {
      const id = producer.send(client, { name: 'app.mail.send_reminder', countdown: 12 });
      agenda.after(5, () => revoke(workers, id));
    },
  },
  {
    every: 120,
    sends: 'app.orders.cancel',
    start: ({ producer }, client, workers) =>
      revoke(workers, producer.send(client, { name: 'app.orders.cancel' })),
  },
  {
    every: 130,
    sends: 'app.video.transcode',
    start: (_parts, _client, workers) => terminateOne(workers, 'app.video.transcode'),
  },
];

function always(every: number, sends: string, ending: Ending, runtime = 0.3): Incident {
  return {
    every,
    sends,
    start: ({ producer }, client) =>
      producer.send(client, { name: sends, decide: () => course(runtime, ending) }),
  };
}

function usual(every: number, sends: string): Incident {
  return { every, sends, start: ({ producer }, client) => producer.send(client, { name: sends }) };
}

function course(runtime: number, ending: Ending): Course {
  return { runtime, ending };
}

/** As a colleague would with `celery control revoke`. */
function revoke(workers: readonly DemoWorker[], id: string): void {
  for (const worker of workers) worker.revoke([id]);
}

function terminateOne(workers: readonly DemoWorker[], name: string): void {
  for (const worker of workers.filter(({ state }) => state.pool.canKill)) {
    const running = requestsIn(worker.state, 'active').find(({ message }) => message.name === name);
    if (running === undefined) continue;
    revoke(workers, running.message.id);
    worker.terminate(running, 15);
    return;
  }
}
