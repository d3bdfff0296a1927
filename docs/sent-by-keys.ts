import { actions, keyLabel } from '../src/ui/input/actions.ts';
import type { Facts, Operation, Target, Values } from '../src/ui/operations/operation.ts';
import { isOperation, operations } from '../src/ui/operations/operations.ts';

const target: Target = {
  tasks: [{ uuid: 'b9f0c1d2', state: 'STARTED', ready: false, name: 'proj.add', worker: 'celery@w1' }],
  hostnames: ['celery@w1'],
};

const worker = {
  online: true,
  poolImplementation: 'prefork',
  poolSize: 2,
  autoscale: { min: 1, max: 2 },
  queues: ['celery'],
  activeCount: 1,
  oldestActive: 1,
};

/** The remote command that each key sends, found by asking its operation for the request that it would send. */
export function keysByMethod(): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, Set<string>>();
  for (const {
    id,
    keys: [key = ''],
  } of actions) {
    if (!isOperation(id)) continue;
    for (const method of methodsOf(operations[id])) {
      keys.set(method, (keys.get(method) ?? new Set()).add(keyLabel(key)));
    }
  }
  return new Map([...keys].map(([method, labels]) => [method, [...labels]]));
}

/** Task events are switched on where they are off, and off where they are on. */
function methodsOf(operation: Operation): ReadonlySet<string> {
  return new Set(
    [true, false].map((eventsOn) => {
      const facts = factsWith(eventsOn);
      const values: Values = Object.fromEntries(
        operation.fields(target, facts).map(({ id, initial }) => [id, initial === '' ? '1' : initial]),
      );
      return operation.request(target, values, facts).method;
    }),
  );
}

function factsWith(eventsOn: boolean): Facts {
  return {
    now: 0,
    online: ['celery@w1'],
    worker: () => ({ ...worker, eventsOn }),
    task: () => target.tasks[0],
    rateLimit: () => undefined,
    measuredRate: () => 0,
  };
}
