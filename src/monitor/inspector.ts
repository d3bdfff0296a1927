import type { Mailbox } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import { Sightings } from './sightings.ts';
import type { WorkerDirectory } from './worker-directory.ts';
import type { Inspections, Question } from './worker-facts.ts';
import {
  readActiveQueues,
  readPoolRestarts,
  readRegistered,
  readStats,
  readTaskList,
} from './worker-replies.ts';

export interface InspectorOptions {
  readonly mailbox: Mailbox;
  readonly directory: WorkerDirectory;
  /** Seconds to wait for replies. */
  readonly timeout: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
  readonly onChange: () => void;
  /** What a worker answered to `stats`, as it is. */
  readonly onStats?: (hostname: string, reply: unknown, at: number) => void;
}

interface Asked {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly read: (value: unknown) => unknown;
}

/** In this order: a worker that leaves the first one unanswered is not asked the others. */
const questions: Readonly<Record<Question, Asked>> = {
  stats: { method: 'stats', args: {}, read: readStats },
  activeQueues: { method: 'active_queues', args: {}, read: readActiveQueues },
  active: { method: 'active', args: { safe: true }, read: readTaskList },
  registered: { method: 'registered', args: { taskinfoitems: ['rate_limit'] }, read: readRegistered },
  poolRestarts: { method: 'conf', args: { with_defaults: false }, read: readPoolRestarts },
};

const allQuestions = Object.keys(questions) as Question[];
/** What changes while one looks on. */
const livelyQuestions: readonly Question[] = ['stats', 'activeQueues', 'active'];
/** A longer list of names is a bigger message to everybody than a reply from everybody. */
const longDestination = 100;

/** Asks workers about themselves: one request for many workers, and never two rounds at once to the same one. */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #underway = new Map<string, Promise<void>>();
  readonly #sightings: Sightings;

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#sightings = new Sightings(options.now);
  }

  /** Will be asked everything at the next `askSighted`. */
  sighted(hostname: string): void {
    this.#sightings.seen(hostname);
  }

  /** It said online, and will be asked everything once it can answer. */
  starting(hostname: string): void {
    this.#sightings.starting(hostname);
  }

  /** Asks those that are due, all in one round; who does not answer is asked again some seconds later. */
  async askSighted(): Promise<void> {
    const { directory } = this.#options;
    const due = [...this.#sightings.takeDue()].filter(([hostname]) => directory.get(hostname) !== undefined);
    await this.refresh(due.map(([hostname]) => hostname));
    for (const [hostname, look] of due) {
      const worker = directory.get(hostname);
      if (worker === undefined || worker.offlineSince !== undefined) continue;
      if (worker.stats.failure !== undefined) this.#sightings.unanswered(hostname, look);
    }
  }

  /** Asks these workers again; those under inspection already are only waited for. */
  async refresh(hostnames: readonly string[], which: readonly Question[] = allQuestions): Promise<void> {
    const waiting = hostnames.flatMap((hostname) => this.#underway.get(hostname) ?? []);
    const free = hostnames.filter((hostname) => !this.#underway.has(hostname));
    if (free.length > 0) {
      const round = this.#round(free, which).finally(() => {
        for (const hostname of free) this.#underway.delete(hostname);
      });
      for (const hostname of free) this.#underway.set(hostname, round);
      waiting.push(round);
    }
    await Promise.all(waiting);
  }

  /** The facts that change, of every worker that is not offline. */
  async refreshAll(): Promise<void> {
    await this.refresh(this.#options.directory.online(), livelyQuestions);
  }

  /**
   * Asks everybody whether they are there, which also finds workers that send no events. Returns how many answered;
   * undefined when the request could not be sent.
   */
  async ping(): Promise<number | undefined> {
    const { mailbox, directory, timeout, onChange } = this.#options;
    // Who comes while we wait was not asked.
    const asked = directory.online();
    try {
      const onReply = ({ hostname }: Reply): void => {
        directory.noteAnswer(hostname, true);
        onChange();
      };
      // Waits the whole time: who else may be there is just what a ping shall tell.
      const { replies } = await mailbox.request('ping', {}, { timeout, onReply });
      const answered = new Set(replies.map(({ hostname }) => hostname));
      for (const hostname of asked) if (!answered.has(hostname)) directory.noteAnswer(hostname, false);
      onChange();
      return answered.size;
    } catch {
      // Not connected: the connection status says so, and the next ready pings again.
      return undefined;
    }
  }

  async #round(hostnames: readonly string[], which: readonly Question[]): Promise<void> {
    let asked = hostnames;
    for (const question of which) {
      if (asked.length === 0) return;
      asked = await this.#ask(question, asked, which);
    }
  }

  /** Returns those that answered. */
  async #ask<Q extends Question>(
    question: Q,
    hostnames: readonly string[],
    which: readonly Question[],
  ): Promise<string[]> {
    const { mailbox, directory, timeout, now, onChange, onStats } = this.#options;
    const { method, args, read } = questions[question];
    const silent = new Set(hostnames);
    for (const hostname of hostnames)
      directory.noteInspection(hostname, question, { pending: true } as Partial<Inspections[Q]>);
    const onReply = ({ hostname, value }: Reply): void => {
      silent.delete(hostname);
      directory.noteAnswer(hostname, true);
      directory.noteInspection(hostname, question, answer<Q>(read(value), now()));
      if (question === 'stats') onStats?.(hostname, value, now());
      onChange();
    };
    let failure = `no reply in ${timeout.toFixed(1)}s`;
    let sent = true;
    try {
      await mailbox.request(
        method,
        { ...args },
        { ...this.#destination(hostnames), expected: hostnames, timeout, onReply },
      );
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      sent = false;
    }
    for (const hostname of silent) {
      if (sent) directory.noteAnswer(hostname, false);
      for (const missed of which.slice(which.indexOf(question))) {
        directory.noteInspection(hostname, missed, { pending: false, failure });
      }
    }
    if (silent.size > 0) onChange();
    return hostnames.filter((hostname) => !silent.has(hostname));
  }

  #destination(hostnames: readonly string[]): { destination?: readonly string[] } {
    const asked = new Set(hostnames);
    const everybody = this.#options.directory.online().every((hostname) => asked.has(hostname));
    return everybody || hostnames.length > longDestination ? {} : { destination: hostnames };
  }
}

function answer<Q extends Question>(value: unknown, fetchedAt: number): Partial<Inspections[Q]> {
  const facts =
    value === undefined
      ? { pending: false, failure: 'the reply could not be read' }
      : { value, fetchedAt, pending: false, failure: undefined };
  return facts as Partial<Inspections[Q]>;
}
