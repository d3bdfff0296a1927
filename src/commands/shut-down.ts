import type { Reply } from '../control/reply.ts';
import { exitStatus, NoReplyError } from '../errors.ts';
import { Receiver } from '../events/receiver.ts';
import { RemoteOutput } from './remote-output.ts';
import type { RemoteSession } from './remote-session.ts';
import { type Load, loadOf, loadText } from './worker-load.ts';

/** Seconds between two looks whether somebody is gone who does not say so. */
const pollSeconds = 0.25;
/** A worker that answered before and twice does not is gone. */
const silentPings = 2;

/**
 * Sends `shutdown` and waits until the workers are gone: their worker-offline, the end of their queue, or pings that
 * stay without an answer tell. Celery waits for replies that never come and fails.
 * @throws NoReplyError when no worker is there
 */
export async function shutDown(session: RemoteSession): Promise<number> {
  const { call, context, mailbox } = session;
  const before = await session.request('active', {});
  const isAbsent = (hostname: string): boolean => before.absent?.includes(hostname) ?? false;
  const mute = before.silent.filter((hostname) => !isAbsent(hostname));
  if (before.replies.length + mute.length === 0) {
    throw new NoReplyError('No nodes replied within time constraint: no worker is there to shut down');
  }
  const loads = new Map<string, Load>(before.replies.map((reply) => [reply.hostname, loadOf(reply)]));
  const departures = new Departures(session, [...loads.keys()], mute);
  const at = context.now();
  try {
    await departures.listen();
    await mailbox.cast(call.method, call.args, call.addressing);
    await departures.wait(call.timeout);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    session.audit({ at, replies: [], silent: departures.remaining, failure });
    throw error;
  } finally {
    await departures.close();
  }
  session.forget(departures.gone);
  return report(session, departures, loads, { at, absent: before.silent.filter(isAbsent) });
}

function report(
  session: RemoteSession,
  { gone, remaining }: Departures,
  loads: ReadonlyMap<string, Load>,
  { at, absent }: { readonly at: number; readonly absent: readonly string[] },
): number {
  const output = new RemoteOutput(session.context, 'control');
  const replies = [
    ...gone.map((hostname) => ({ hostname, value: { ok: goneText(loads.get(hostname)) } })),
    ...remaining.map((hostname) => ({ hostname, value: { error: stayText(loads.get(hostname)) } })),
  ];
  for (const { hostname, value } of replies) {
    output.reply({ hostname, value, exact: new Map(Object.entries(value)) });
  }
  output.end();
  session.audit({ at, replies, silent: absent });
  if (absent.length > 0) output.warn(`no worker is connected that is called ${absent.join(' or ')}`);
  if (remaining.length === 0) return exitStatus.ok;
  const staying = remaining.filter((hostname) => loads.has(hostname));
  const mute = remaining.filter((hostname) => !loads.has(hostname));
  if (staying.length > 0) output.warn(`${staying.join(', ')} did not go within ${session.call.timeout} s`);
  if (mute.length > 0) output.warn(`${mute.join(', ')} did not answer, neither before nor after`);
  return exitStatus.unavailable;
}

function goneText(load: Load): string {
  const count = load?.length ?? 0;
  if (count === 0) return 'shut down';
  return `takes no more tasks, and ends when ${count === 1 ? 'the task' : `the ${count} tasks`} it runs ${count === 1 ? 'is' : 'are'} done`;
}

function stayText(load: Load): string {
  if (load === undefined) return 'did not answer; it is gone already, or a task keeps it from obeying';
  return load.length === 0 ? 'still there' : `still there: ${loadText(load)}`;
}

/** Who of the workers has gone since they were told to. */
class Departures {
  readonly #session: RemoteSession;
  readonly #answered: ReadonlySet<string>;
  readonly #remaining: Set<string>;
  readonly #gone: string[] = [];
  readonly #silences = new Map<string, number>();
  readonly #ended = new AbortController();
  #capture: Promise<unknown> = Promise.resolve();
  #onChange: () => void = () => {};

  constructor(session: RemoteSession, answered: readonly string[], mute: readonly string[]) {
    this.#session = session;
    this.#answered = new Set(answered);
    this.#remaining = new Set([...answered, ...mute]);
  }

  get gone(): readonly string[] {
    return this.#gone;
  }

  get remaining(): readonly string[] {
    return [...this.#remaining];
  }

  /** Resolves when the events are listened to; without them the pings have to tell. */
  async listen(): Promise<void> {
    const { broker, context, mailbox } = this.#session;
    await new Promise<void>((resolve) => {
      const receiver = new Receiver(broker.transport, {
        handlers: { 'worker-offline': ({ hostname }) => this.#left(String(hostname)) },
        exchange: context.config.eventExchange,
        mailbox,
        now: context.now,
        onReady: resolve,
      });
      this.#capture = receiver.capture({ wakeup: false, signal: this.#ended.signal }).catch(() => resolve());
    });
  }

  /** Until all are gone or `timeout` seconds are over. @throws the reason of the interruption */
  async wait(timeout: number): Promise<void> {
    const deadlineMs = Date.now() + timeout * 1000;
    while (this.#remaining.size > 0) {
      await this.#changeWithin(Math.min(pollSeconds * 1000, Math.max(0, deadlineMs - Date.now())));
      this.#session.interrupted.throwIfAborted();
      if (this.#remaining.size === 0) return;
      await this.#poll();
      if (Date.now() >= deadlineMs) return;
    }
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#capture;
  }

  async #poll(): Promise<void> {
    const destination = this.remaining;
    const options = { destination, timeout: pollSeconds };
    const { replies, absent = [] } = await this.#session.request('ping', {}, options);
    for (const hostname of absent) this.#left(hostname);
    const answering = new Set(replies.map((reply: Reply) => reply.hostname));
    for (const hostname of destination) {
      const silences = answering.has(hostname) ? 0 : (this.#silences.get(hostname) ?? 0) + 1;
      this.#silences.set(hostname, silences);
      if (silences >= silentPings && this.#answered.has(hostname)) this.#left(hostname);
    }
  }

  #left(hostname: string): void {
    if (!this.#remaining.delete(hostname)) return;
    this.#gone.push(hostname);
    this.#onChange();
  }

  #changeWithin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#onChange = () => {};
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#onChange = done;
    });
  }
}
