import type { BrokerAddress } from '../protocol/broker-url.ts';
import { lostError } from './connection-failure.ts';
import { isErrorReply } from './redis-failure.ts';
import type { BrokerError } from './session.ts';

const pingEveryMs = 4_000;
/** Pings in a row without a sign of life. Counted, not timed: a program that was stopped (Ctrl-Z) must not misjudge. */
const toleratedSilence = 3;

/** Notices a peer that is gone without a word: Redis itself never sends anything on a quiet connection. */
export class RedisLiveness {
  readonly #timer: ReturnType<typeof setInterval>;
  #unanswered = 0;

  constructor(ping: () => Promise<unknown>, address: BrokerAddress, onDead: (reason: BrokerError) => void) {
    this.#timer = setInterval(() => {
      if (this.#unanswered >= toleratedSilence) {
        this.stop();
        onDead(lostError(address, `no answer for ${(toleratedSilence * pingEveryMs) / 1000} s`));
        return;
      }
      this.#unanswered += 1;
      ping().then(
        () => this.seen(),
        (error) => {
          // A server that cannot save answers -MISCONF even to this, and serves all the same.
          if (isErrorReply(error)) this.seen();
        },
      );
    }, pingEveryMs);
  }

  /** Something arrived: a long backlog of events may hold back the answer to a ping. */
  seen(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
