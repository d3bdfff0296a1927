import { createConnection, type Socket } from 'node:net';
import { frame, frameType, longText, method, shortText, table, u8, u16, u32 } from './amqp-encoding.ts';

const channel = 1;

/**
 * A connection to RabbitMQ with one channel and nothing around it: for a publisher and a reader whose cost is that of the
 * socket. It asks one question at a time.
 */
export class AmqpLink {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { readonly answer: number; resolve(): void; reject(error: Error): void } | undefined;
  readonly #onData = (chunk: Buffer): void => this.#take(chunk);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('RabbitMQ closed the connection.')));
  }

  static async open(url: string): Promise<AmqpLink> {
    const { hostname, port, username, password, pathname } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
    const link = new AmqpLink(socket);
    await link.#answered(code(10, 10), () => socket.write('AMQP\0\0\x09\x01', 'latin1'));
    const login = `\0${decodeURIComponent(username)}\0${decodeURIComponent(password)}`;
    const startOk = method(10, 11, table({}), shortText('PLAIN'), longText(login), shortText('en_US'));
    await link.#answered(code(10, 30), () => link.#write(0, startOk));
    const vhost = decodeURIComponent(pathname.slice(1));
    // One channel, frames of 128 KiB, no heartbeats.
    link.#write(0, method(10, 31, u16(channel), u32(131_072), u16(0)));
    const open = method(10, 40, shortText(vhost), shortText(''), u8(0));
    await link.#answered(code(10, 41), () => link.#write(0, open));
    await link.ask(method(20, 10, shortText('')));
    return link;
  }

  /** Sends a method on the channel and waits for its answer, which in AMQP is the next number of the same class. */
  async ask(question: Buffer): Promise<void> {
    const answer = question.readUInt32BE() + 1;
    await this.#answered(answer, () => this.#write(channel, question));
  }

  /** From here on what comes in is the caller's. */
  release(): Socket {
    this.socket.off('data', this.#onData);
    return this.socket;
  }

  #write(onChannel: number, payload: Buffer): void {
    this.socket.write(frame(frameType.method, onChannel, payload));
  }

  #answered(answer: number, ask: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { answer, resolve, reject };
      ask();
    });
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      if (this.#received.length < 8) return;
      const end = this.#received.readUInt32BE(3) + 8;
      if (this.#received.length < end) return;
      if (this.#received[0] === frameType.method) this.#answer(this.#received.subarray(7, end - 1));
      this.#received = this.#received.subarray(end);
    }
  }

  #answer(payload: Buffer): void {
    const got = payload.readUInt32BE();
    if (got === this.#waiting?.answer) this.#waiting.resolve();
    else if (got === code(10, 50) || got === code(20, 40)) {
      this.#waiting?.reject(new Error(`RabbitMQ refused: ${payload.subarray(6).toString('latin1')}`));
    }
  }
}

function code(classId: number, methodId: number): number {
  return classId * 0x10000 + methodId;
}
