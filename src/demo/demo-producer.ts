import { saferepr } from '../protocol/saferepr.ts';
import type { Agenda } from './demo-agenda.ts';
import { type EventWire, LogicalClock, type Sender, sendEvent } from './demo-events.ts';
import type { TaskQueues } from './demo-queues.ts';
import type { Chance } from './demo-random.ts';
import type { Arguments, TaskType } from './demo-task-definition.ts';
import { type Course, isoFormat, type TaskMessage } from './demo-task-message.ts';
import { findTaskType } from './demo-task-registry.ts';

/** What to send; everything that is left out comes from the task's type. */
export interface Signature extends Arguments {
  readonly name: string;
  readonly queue?: string;
  /** Seconds from now, as is `expiresIn`. */
  readonly countdown?: number;
  readonly expiresIn?: number;
  readonly stamps?: Readonly<Record<string, string>>;
  readonly decide?: (message: TaskMessage) => Course;
  readonly onSuccess?: TaskMessage['onSuccess'];
  readonly onEnd?: TaskMessage['onEnd'];
}

type Family = Pick<TaskMessage, 'id' | 'rootId'>;

/** The sending half of Celery: `apply_async` from clients and from tasks. */
export class Producer {
  readonly #wire: EventWire;
  readonly #queues: TaskQueues;
  readonly #chance: Chance;
  /** task_send_sent_event */
  readonly sendsEvents: boolean;

  constructor(wire: EventWire, queues: TaskQueues, chance: Chance, sendsEvents: boolean) {
    this.#wire = wire;
    this.#queues = queues;
    this.#chance = chance;
    this.sendsEvents = sendsEvents;
  }

  get agenda(): Agenda {
    return this.#wire.agenda;
  }

  /** A process that sends tasks: `gen<pid>@host`, with a small clock of its own (protocol.md A.4). */
  client(host: string, pid: number = this.#chance.integer(1000, 60_000)): Sender {
    return { hostname: `gen${pid}@${host}`, pid, clock: new LogicalClock() };
  }

  /** Sends a task; `parent` is the task from whose run it is sent. Returns its id. */
  send(from: Sender, signature: Signature, parent?: Family): string {
    const message = this.#message(signature, parent);
    this.#dispatch(from, message);
    return message.id;
  }

  /** The same task again, with its own id as parent, as `Task.retry` sends it. */
  retry(from: Sender, message: TaskMessage, countdown: number): void {
    this.#dispatch(from, {
      ...message,
      parentId: message.id,
      retries: message.retries + 1,
      eta: this.agenda.now + countdown,
      redelivered: false,
    });
  }

  #dispatch(from: Sender, message: TaskMessage): void {
    this.agenda.after(this.#chance.between(0.001, 0.006), () => this.#queues.put(message));
    if (!this.sendsEvents) return;
    sendEvent(this.#wire, from, 'task-sent', {
      uuid: message.id,
      root_id: message.rootId,
      parent_id: message.parentId,
      name: message.name,
      args: saferepr(message.args, { tuple: true }),
      kwargs: saferepr(message.kwargs),
      retries: message.retries,
      eta: message.eta === undefined ? null : isoFormat(message.eta),
      expires: message.expires === undefined ? null : isoFormat(message.expires),
      queue: message.queue,
      exchange: '',
      routing_key: message.queue,
    });
  }

  #message(signature: Signature, parent: Family | undefined): TaskMessage {
    const id = this.#chance.uuid();
    const type = findTaskType(signature.name);
    const given = signature.args || signature.kwargs ? signature : type?.arguments(this.#chance);
    const { now } = this.agenda;
    return {
      id,
      name: signature.name,
      args: given?.args ?? [],
      kwargs: given?.kwargs ?? {},
      rootId: parent?.rootId ?? id,
      parentId: parent?.id ?? null,
      retries: 0,
      eta: signature.countdown === undefined ? undefined : now + signature.countdown,
      expires: signature.expiresIn === undefined ? undefined : now + signature.expiresIn,
      queue: signature.queue ?? type?.queue ?? 'celery',
      redelivered: false,
      stamps: signature.stamps ?? {},
      decide: signature.decide ?? ((message) => usualCourse(type, message, this.#chance)),
      ...(signature.onSuccess && { onSuccess: signature.onSuccess }),
      ...(signature.onEnd && { onEnd: signature.onEnd }),
    };
  }
}

/** What mostly becomes of a run, with the shares that the task table gives. */
export function usualCourse(type: TaskType | undefined, message: TaskMessage, chance: Chance): Course {
  const [median, sigma] = type?.runtime ?? [0.1, 0.5];
  const runtime = Math.min(chance.logNormal(median, sigma), median * 8);
  const { failing, retrying } = type ?? {};
  if (retrying && chance.happens(message.retries > 0 ? 0.5 : retrying.share)) {
    const { why, countdown, max } = retrying;
    if (message.retries >= max) return { runtime, ending: { kind: 'failure', failure: why } };
    return { runtime, ending: { kind: 'retry', failure: why, countdown: countdown * 2 ** message.retries } };
  }
  if (failing && chance.happens(failing.share)) {
    const failedAfter = runtime * chance.between(0.1, 0.9);
    return { runtime: failedAfter, ending: { kind: 'failure', failure: chance.pick(failing.how) } };
  }
  return {
    runtime,
    ending: { kind: 'success', result: type?.result(chance) ?? null },
    ...(type?.progressSteps && { progressSteps: type.progressSteps }),
  };
}
