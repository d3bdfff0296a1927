import type { Sender } from './demo-events.ts';
import type { Producer, Signature } from './demo-producer.ts';
import type { TaskMessage } from './demo-task-message.ts';

type Parent = Pick<TaskMessage, 'id' | 'rootId'>;

/** Each task is sent by the one before it, when that has succeeded; a failure ends the chain. */
export function sendChain(
  producer: Producer,
  from: Sender,
  [first, ...rest]: readonly Signature[],
  parent?: Parent,
): void {
  if (first === undefined) return;
  const onSuccess = (process: Sender, message: TaskMessage): void => {
    first.onSuccess?.(process, message);
    sendChain(producer, process, rest, message);
  };
  producer.send(from, { ...first, onSuccess }, parent);
}

export function sendGroup(
  producer: Producer,
  from: Sender,
  members: readonly Signature[],
  parent?: Parent,
): void {
  for (const member of members) producer.send(from, member, parent);
}

/**
 * A group and the task that follows when all of it has succeeded. As with a result backend that cannot count by itself,
 * `celery.chord_unlock` looks every second whether it has (celery/app/builtins.py).
 */
export function sendChord(
  producer: Producer,
  from: Sender,
  header: readonly Signature[],
  body: Signature,
  parent?: Parent,
): void {
  let left = header.length;
  let succeeded = true;
  const onEnd = (ended: boolean): void => {
    left -= 1;
    succeeded &&= ended;
  };
  const ids = header.map((member) => producer.send(from, { ...member, onEnd }, parent));
  const callback = {
    task: body.name,
    args: [],
    kwargs: {},
    options: {},
    subtask_type: null,
    immutable: false,
  };
  const unlock: Signature = {
    name: 'celery.chord_unlock',
    args: [ids[0] ?? '', callback],
    kwargs: { interval: null, max_retries: null, result: ids.map((id) => [[id, null], null]) },
    countdown: 1,
    decide: () => ({
      runtime: 0.01,
      ending:
        left > 0 ? { kind: 'retry', failure: undefined, countdown: 1 } : { kind: 'success', result: null },
    }),
    onSuccess: (process, message) => {
      if (succeeded) producer.send(process, body, message);
    },
  };
  producer.send(from, unlock, parent);
}
