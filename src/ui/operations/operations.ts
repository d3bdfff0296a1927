import { addConsumer, cancelConsumer } from './consumer-operations.ts';
import { rateLimit, timeLimit } from './limit-operations.ts';
import type { Operation, OperationId } from './operation.ts';
import { revoke, terminate } from './task-operations.ts';
import { autoscale, grow, shrink, shutdown, taskEvents } from './worker-operations.ts';

/** Every operation by its id, which is also the id of the action that opens it. */
export const operations: { readonly [Id in OperationId]: Operation } = {
  revoke,
  terminate,
  'rate-limit': rateLimit,
  'time-limit': timeLimit,
  grow,
  shrink,
  autoscale,
  'add-consumer': addConsumer,
  'cancel-consumer': cancelConsumer,
  'task-events': taskEvents,
  shutdown,
};

export function isOperation(id: string): id is OperationId {
  return Object.hasOwn(operations, id);
}
