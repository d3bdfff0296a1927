import type { Mailbox } from '../control/mailbox.ts';
import type { TaskFates } from './task-fates.ts';
import { readTaskIds } from './worker-replies.ts';

export interface ResyncOptions {
  readonly mailbox: Mailbox;
  readonly fates: TaskFates;
  /** Seconds to wait for replies. */
  readonly timeout: number;
  /** Names of the workers that are there, to stop waiting once all have answered. */
  readonly online: () => readonly string[];
  readonly onChange: () => void;
}

/** Ticks from worker-online to the question: a starting worker takes no requests yet (sightings.ts). */
const returnTicks = 2;
/** After a gap, workers find their broker again at their own pace: asked again after as many ticks of a second. */
const laterRounds = [5, 15];
/** Ticks between questions about tasks that ran through a gap: Celery 5.6 never tells their end (protocol.md I.7). */
const doubtTicks = 30;

/**
 * Finds out what became of running tasks whose events may have been lost: asks workers for `active` and `reserved`,
 * and marks what nobody lists. Work is gathered and done at most once a tick, however many events ask for it.
 */
export class Resync {
  readonly #options: ResyncOptions;
  /** How many ticks to wait for each. */
  readonly #returned = new Map<string, number>();
  readonly #departed = new Set<string>();
  #everything = false;
  #ticksSinceGap: number | undefined;
  #ticksOfDoubt = 0;
  #underway = false;

  constructor(options: ResyncOptions) {
    this.#options = options;
  }

  /** Events arrive again after a gap: every running task is in question. */
  gapEnded(): void {
    this.#everything = true;
    this.#ticksSinceGap = 0;
  }

  /** A known worker said online again: what it ran before may never be heard of. */
  returned(hostname: string): void {
    this.#returned.set(hostname, returnTicks);
    this.#ticksSinceGap = 0;
  }

  /** A worker is gone and cannot be asked. */
  departed(hostname: string): void {
    this.#departed.add(hostname);
  }

  /** Called once a second while connected. */
  async tick(): Promise<void> {
    const { fates, onChange } = this.#options;
    if (this.#departed.size > 0) {
      fates.suspect(fates.running().filter((uuid) => this.#departed.has(fates.workerOf(uuid) ?? '')));
      this.#departed.clear();
      onChange();
    }
    if (this.#ticksSinceGap !== undefined) {
      if (laterRounds.includes(this.#ticksSinceGap) && fates.unknown.size > 0) this.#everything = true;
      this.#ticksSinceGap =
        this.#ticksSinceGap > Math.max(...laterRounds) ? undefined : this.#ticksSinceGap + 1;
    }
    for (const [hostname, ticks] of this.#returned) this.#returned.set(hostname, ticks - 1);
    if (this.#underway) return;
    const returned = [...this.#returned.keys()].filter(
      (hostname) => (this.#returned.get(hostname) ?? 0) <= 0,
    );
    this.#ticksOfDoubt = fates.doubtful.size === 0 ? 0 : this.#ticksOfDoubt + 1;
    const isInDoubt = this.#ticksOfDoubt >= doubtTicks;
    if (!this.#everything && returned.length === 0 && !isInDoubt) return;
    this.#underway = true;
    try {
      for (const hostname of returned) this.#returned.delete(hostname);
      if (this.#everything) await this.#ask(fates.running());
      else if (returned.length > 0) await this.#ask(this.#runningOn(returned), returned);
      else await this.#ask([...fates.doubtful]);
    } finally {
      this.#underway = false;
    }
  }

  #runningOn(hostnames: readonly string[]): string[] {
    const { fates } = this.#options;
    return fates.running().filter((uuid) => hostnames.includes(fates.workerOf(uuid) ?? ''));
  }

  /** Asks these workers, or all, which of these tasks they have. */
  async #ask(running: readonly string[], hostnames?: readonly string[]): Promise<void> {
    const { fates, onChange } = this.#options;
    this.#everything = false;
    this.#ticksOfDoubt = 0;
    if (running.length === 0 && fates.unknown.size === 0) return;
    const found = new Set<string>();
    for (const method of ['active', 'reserved']) {
      if (!(await this.#collect(method, hostnames, found))) return;
    }
    fates.suspect(running, found);
    fates.found(found, running);
    onChange();
  }

  /** False when the request could not be sent: the next reconnect asks again. */
  async #collect(
    method: string,
    hostnames: readonly string[] | undefined,
    found: Set<string>,
  ): Promise<boolean> {
    const { mailbox, timeout, online } = this.#options;
    const destination = hostnames === undefined ? {} : { destination: hostnames };
    try {
      await mailbox.request(
        method,
        {},
        {
          ...destination,
          expected: hostnames ?? online(),
          timeout,
          onReply: ({ value }) => {
            for (const uuid of readTaskIds(value)) found.add(uuid);
          },
        },
      );
      return true;
    } catch {
      return false;
    }
  }
}
