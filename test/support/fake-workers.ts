import type { Message } from '../../src/protocol/message.ts';
import { connectMemory, MemoryBroker } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';

export type ReceivedRequest = {
  method: string;
  arguments: Record<string, unknown>;
  destination: string[] | null;
  pattern: string | null;
  matcher: string | null;
  ticket?: string;
  reply_to?: { exchange: string; routing_key: string };
};

/** Workers on an in-process broker that answer as told, so that the mailbox can be tested without Celery. */
export class FakeWorkers {
  readonly broker: MemoryBroker = new MemoryBroker();
  readonly transport: Transport = connectMemory(this.broker);
  /** What the workers have received, in order. */
  readonly requests: ReceivedRequest[] = [];
  readonly messages: Message[] = [];
  /** Answers to a method, by node name. */
  answers: Record<string, Record<string, unknown>> = {};

  constructor() {
    this.broker.listen('celery.pidbox', (message) => this.#receive(message));
  }

  /** Other listeners on the exchange make the broker's count of receivers larger than the number of answers. */
  addListener(count = 1): void {
    for (let n = 0; n < count; n += 1) this.broker.listen('celery.pidbox', () => {});
  }

  reply(
    request: ReceivedRequest,
    body: unknown,
    overrides: { ticket?: string; contentType?: string } = {},
  ): void {
    this.broker.send(request.reply_to!.routing_key, {
      body: overrides.contentType === undefined ? body : Buffer.from(String(body)),
      headers: { ticket: overrides.ticket ?? request.ticket, clock: 9 },
      contentType: overrides.contentType ?? 'application/json',
    });
  }

  #receive(message: Message): void {
    const request = JSON.parse(Buffer.from(message.body).toString()) as ReceivedRequest;
    this.requests.push(request);
    this.messages.push(message);
    if (!request.reply_to) return;
    for (const [hostname, value] of Object.entries(this.answers[request.method] ?? {})) {
      if (request.destination && !request.destination.includes(hostname)) continue;
      this.reply(request, { [hostname]: value });
    }
  }
}
