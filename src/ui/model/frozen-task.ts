import type { TaskView } from '../../presentation/task-view.ts';

/** A task as it is at this moment: tasks are mutated in place, and a paused display must not show it. */
export function freezeTask(task: TaskView): TaskView {
  const { uuid, state, name, worker, queue, exchange, routingKey, client, args, kwargs, result } = task;
  const { exception, traceback, runtime, retries, timestamp, sent, received, started, succeeded } = task;
  const { failed, retried, revoked, rejected, eta, expires, parentId, rootId, extra, shed } = task;
  return {
    uuid,
    state,
    name,
    worker,
    queue,
    exchange,
    routingKey,
    client,
    args,
    kwargs,
    result,
    exception,
    traceback,
    runtime,
    retries,
    timestamp,
    sent,
    received,
    started,
    succeeded,
    failed,
    retried,
    revoked,
    rejected,
    eta,
    expires,
    parentId,
    rootId,
    extra,
    ...(shed === undefined ? {} : { shed }),
  };
}
