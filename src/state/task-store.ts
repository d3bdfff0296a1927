import type { Event } from '../protocol/event.ts';
import { cell } from './cell-pages.ts';
import { Copies } from './copies.ts';
import type { EventKind } from './event-kind.ts';
import { eventClock, eventTime } from './event-time.ts';
import { MemoryBudget } from './memory-budget.ts';
import { type EventOutcome, type ListOptions, limitOf, type StateOptions } from './state-options.ts';
import { isStoredName } from './stored-value.ts';
import type { Task } from './task.ts';
import { TaskFamily } from './task-family.ts';
import { copiedGroup, type TaskGroup } from './task-group.ts';
import { TaskJournal } from './task-journal.ts';
import { TaskTable } from './task-table.ts';
import { TaskTimeline } from './task-timeline.ts';
import { TaskWeights } from './task-weights.ts';
import type { Worker } from './worker.ts';
import { WorkerRegister } from './worker-register.ts';

/** The tasks and workers in memory with all that finds them: an event changes it here and nowhere else. */
export class TaskStore {
  readonly maxTasks: number;
  readonly maxWorkers: number;
  readonly tasks: TaskTable;
  readonly workers: WorkerRegister;
  readonly timeline: TaskTimeline;
  readonly journal: TaskJournal;
  readonly budget: MemoryBudget | undefined = undefined;
  readonly #family: TaskFamily;
  readonly #weights: TaskWeights | undefined = undefined;

  /** @throws UsageError for a limit that is not a whole number above 0 */
  constructor(options: StateOptions<never>) {
    this.maxTasks = limitOf('maxTasksInMemory', options.maxTasksInMemory ?? 10_000);
    this.maxWorkers = limitOf('maxWorkersInMemory', options.maxWorkersInMemory ?? 5_000);
    const weights = options.maxBytesInMemory === undefined ? undefined : new TaskWeights();
    const tasks = new TaskTable(this.maxTasks, (task) => this.#forget(task), weights);
    const workers = new WorkerRegister(this.maxWorkers, options);
    const timeline = new TaskTimeline(tasks.bySlot);
    const journal = new TaskJournal(tasks.bySlot);
    const family = new TaskFamily(tasks);
    this.tasks = tasks;
    this.workers = workers;
    this.timeline = timeline;
    this.journal = journal;
    this.#family = family;
    this.#weights = weights;
    if (weights === undefined) return;
    const limit = limitOf('maxBytesInMemory', options.maxBytesInMemory ?? 0);
    this.budget = new MemoryBudget(limit, { tasks, weights, timeline, family, workers, journal });
  }

  /** Takes in a task event. Undefined for one that lacks what it needs. */
  taskEvent(kind: EventKind, event: Event): EventOutcome | undefined {
    const { uuid, hostname } = event;
    if (!isStoredName(uuid) || !isStoredName(hostname)) return undefined;
    if (event.timestamp === undefined || event.local_received === undefined) return undefined;
    const known = this.tasks.get(uuid);
    const task = known ?? this.tasks.add(uuid);
    // A task-sent comes from the client, all others from a worker.
    const worker = kind.subject === 'sent' ? undefined : this.workers.of(hostname, known?.workerRecord);
    const sender = worker?.hostname ?? this.tasks.catalog.share(hostname);
    if (worker === undefined) {
      task.writeClient(sender);
    } else {
      this.workers.employ(task, worker);
      this.workers.beat(worker, event, true);
      worker.revision = this.journal.revision + 1;
    }
    const time = eventTime(event);
    const origin = worker ?? { id: sender, number: 0 };
    this.timeline.insert(eventClock(event.clock), time, origin, task.slot);
    const earlier = known === undefined ? undefined : known.stageTime(kind);
    task.event(kind, sender, time, event);
    task.writeCell(cell.revision, this.journal.note(task.slot));
    this.#family.update(task);
    this.budget?.noteEvent(task);
    return { object: task, created: known === undefined, subject: kind.subject, earlier };
  }

  /** Takes in a worker event. Undefined for one that lacks what it needs. */
  workerEvent(kind: EventKind, event: Event): EventOutcome | undefined {
    const outcome = this.workers.event(kind, event, () => this.journal.note(0));
    this.budget?.keep();
    return outcome;
  }

  /** The tasks of a group, in time order. */
  listed(group: TaskGroup | undefined, isIn: (task: Task) => boolean, options: ListOptions): Task[] {
    if (group === undefined) return [];
    // No need to walk on once all of them are found.
    const limit = Math.min(options.limit ?? group.size, group.size);
    return this.timeline.list(options.reverse ?? true, limit, isIn);
  }

  /** Those that remain have no place in the time order until an event of theirs arrives, as in Celery. */
  clearTasks(ready: boolean): void {
    let task = this.tasks.oldest;
    while (task !== undefined) {
      const next = this.tasks.after(task);
      if (!ready || task.ready) this.tasks.remove(task);
      task = next;
    }
    this.timeline.clear();
    this.tasks.compact();
    this.journal.restart();
  }

  rebuildTimeline(tasks: Iterable<Task>): void {
    this.timeline.rebuild(tasks);
    this.journal.restart();
  }

  /** For a new store with the same limits: all that the other one holds. */
  copyFrom(other: TaskStore): void {
    const groups = new Copies<TaskGroup>(copiedGroup);
    const workers = new Copies<Worker>((worker) => worker.clone(groups));
    this.tasks.copyFrom(other.tasks, groups, workers);
    this.workers.copyFrom(other.workers, groups, workers);
    this.timeline.copyFrom(other.timeline);
    this.journal.copyFrom(other.journal);
    this.#family.copyFrom(other.#family);
    if (other.#weights !== undefined) this.#weights?.copyFrom(other.#weights);
    if (other.budget !== undefined) this.budget?.copyFrom(other.budget);
  }

  /** While the task still has its slot. */
  #forget(task: Task): void {
    this.timeline.remove(task.slot);
    this.#family.forget(task);
    this.workers.dismiss(task);
    this.tasks.catalog.leave(task.typeGroup, task.stateGroup);
    this.#weights?.forget(task.slot);
  }
}
