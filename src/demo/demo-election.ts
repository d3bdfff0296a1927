import type { DemoParts } from './demo-parts.ts';
import type { DemoWorker } from './demo-worker.ts';

interface Candidate {
  readonly worker: DemoWorker;
  readonly clock: number;
}

/** Elections by gossip: every worker that was asked stands, all acknowledge, the lowest clock wins and acts. */
export class DemoElections {
  readonly #parts: DemoParts;
  readonly #workers: () => readonly DemoWorker[];
  readonly #running = new Map<string, Candidate[]>();

  constructor(parts: DemoParts, workers: () => readonly DemoWorker[]) {
    this.#parts = parts;
    this.#workers = workers;
  }

  /** The `election` command; its reply is null. Mirrors celery/worker/consumer/gossip.py:Gossip.election. */
  enter(worker: DemoWorker, args: Readonly<Record<string, unknown>>): null {
    const id = String(args['id']);
    const { topic, action = null } = args as Record<string, unknown>;
    const candidates = this.#running.get(id) ?? [];
    if (candidates.length === 0) {
      this.#running.set(id, candidates);
      this.#parts.agenda.after(0.1, () => this.#decide(id, topic, action));
    }
    worker.sendWorkerEvent('worker-elect', { id, topic, action, cver: 1 });
    candidates.push({ worker, clock: worker.clock.value });
    this.#parts.agenda.after(0.002, () => {
      for (const voter of this.#workers()) voter.sendWorkerEvent('worker-elect-ack', { id });
    });
    return null;
  }

  #decide(id: string, topic: unknown, action: unknown): void {
    const [first, ...others] = this.#running.get(id) ?? [];
    this.#running.delete(id);
    const name = typeof action === 'object' && action !== null && 'task' in action ? action.task : undefined;
    if (first === undefined || topic !== 'task' || typeof name !== 'string') return;
    const { worker } = others.reduce(
      (least, candidate) => (candidate.clock < least.clock ? candidate : least),
      first,
    );
    const { hostname, pid } = worker.state;
    this.#parts.producer.send(this.#parts.producer.client(hostname.slice(hostname.indexOf('@') + 1), pid), {
      name,
    });
  }
}
