import type { Watched } from '../../monitor/watched.ts';
import { valueText } from '../../presentation/value-text.ts';
import type { Task } from '../../state/task.ts';
import type { TopScreenId } from './screens.ts';

/** The newest tasks that are looked at for values that nothing lists: those that somebody is likely to mean. */
const sample = 1_000;

type Values = (monitor: Watched) => Iterable<string>;

const hostnames: Values = (monitor) => monitor.workers.all().map((worker) => worker.hostname);
const taskTypes: Values = (monitor) => monitor.state.taskTypes();
const consumed: Values = (monitor) =>
  monitor.workers.all().flatMap((worker) => worker.activeQueues.value?.map((queue) => queue.name) ?? []);

/** By view and by the long name of the field. */
const values: Readonly<Record<TopScreenId, Readonly<Record<string, Values>>>> = {
  tasks: {
    state: (monitor) => monitor.state.countByState().keys(),
    name: taskTypes,
    worker: hostnames,
    queue: (monitor) => [...consumed(monitor), ...ofTasks(monitor, (task) => task.queue)],
    client: (monitor) => ofTasks(monitor, (task) => task.client),
    rk: (monitor) => ofTasks(monitor, (task) => task.routingKey),
  },
  workers: {
    name: hostnames,
    queue: consumed,
    version: (monitor) => monitor.workers.all().flatMap((worker) => worker.software?.split(' ')[1] ?? []),
  },
  types: { name: taskTypes },
};

/** Values seen so far of a field, for completion; the same one may come several times. */
export function filterValues(monitor: Watched, view: TopScreenId, field: string): Iterable<string> {
  return values[view][field]?.(monitor) ?? [];
}

function ofTasks(monitor: Watched, read: (task: Task) => unknown): readonly string[] {
  return monitor.state.tasksByTime({ limit: sample }).flatMap((task) => valueText(read(task)) ?? []);
}
