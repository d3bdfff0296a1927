import type { State } from '../state/state.ts';
import type { Task } from '../state/task.ts';
import type { Slices, Work } from './slices.ts';
import { candidatesOf, type TaskFilter } from './task-filter.ts';
import { TaskMatches } from './task-matches.ts';

/** Tasks asked between two chances to stop. */
const chunk = 64;
/** Characters searched that may take some milliseconds: after as many there is a chance to stop, too. */
const mostSearched = 4_096;
/** Answers that change by themselves are asked for again, and an order in doubt is looked up again, this often. */
const renewMs = 1_000;
/** How much further down than its change a task is looked for: events of several workers arrive a little mixed up. */
const disorder = 100;

export interface TaskQueryOptions {
  readonly state: State;
  readonly filter: TaskFilter;
  readonly slices: Slices;
  readonly nowMs: () => number;
  /** Called when the first answer is complete after it took more than one slice. */
  readonly onReady?: () => void;
}

/**
 * The tasks that match a filter, newest first, kept up to date: the first answer looks at all tasks in memory, in
 * slices, and `refresh` then looks only at those that changed.
 */
export class TaskQuery {
  readonly #options: TaskQueryOptions;
  #matches = new TaskMatches();
  /** The matches found so far while all tasks are looked at. */
  #coming: TaskMatches | undefined;
  /** The revision of the State that the matches are of. */
  #revision = 0;
  #evictions = 0;
  #isReady = false;
  #isInDoubt = false;
  #lookedMs = 0;
  #stop: (() => void) | undefined;
  #remembers = false;
  /** Since `remember`: what began to match, and what matched then and no longer does. */
  readonly #entered = new Set<Task>();
  readonly #left = new Set<Task>();

  constructor(options: TaskQueryOptions) {
    this.#options = options;
    this.#lookAtAll();
  }

  /** False until the first answer is complete: until then, what is found so far is the beginning of it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get count(): number {
    return this.#shown.size;
  }

  /** Matching tasks that were none of the matches when `remember` was called; 0 when it was not. */
  get newCount(): number {
    return this.#entered.size;
  }

  has(task: Task): boolean {
    return this.#shown.has(task);
  }

  /** The newest of them, in order. */
  newest(limit: number): Task[] {
    return this.#shown.newest(limit);
  }

  /** All of them as they are now, newest first. */
  all(): Generator<void, Task[]> {
    return this.#shown.all();
  }

  /** From now on `newCount` counts from what matches now. */
  remember(): void {
    this.forget();
    this.#remembers = true;
  }

  /** Nobody asks for `newCount` any more. */
  forget(): void {
    this.#remembers = false;
    this.#entered.clear();
    this.#left.clear();
  }

  /**
   * Takes in what changed. While that takes more than a slice, and while all tasks are looked at again, the answer
   * stands still.
   */
  refresh(): void {
    if (this.#stop !== undefined) return;
    const { state } = this.#options;
    const changed = state.changedSince(this.#revision);
    if (changed === undefined || this.#isDue()) this.#lookAtAll();
    else if (state.revision !== this.#revision) this.#start(this.#catchUp(this.#matches, changed));
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  get #shown(): TaskMatches {
    return this.#isReady ? this.#matches : (this.#coming ?? this.#matches);
  }

  #isDue(): boolean {
    if (this.#matches.hasTooManyHoles) return true;
    const { filter, nowMs } = this.#options;
    return (filter.isUnsteady || this.#isInDoubt) && nowMs() - this.#lookedMs >= renewMs;
  }

  #start(work: Work): void {
    let isDone = false;
    const stop = this.#options.slices.start(work, () => {
      isDone = true;
      this.#stop = undefined;
    });
    if (!isDone) this.#stop = stop;
  }

  #lookAtAll(): void {
    this.#lookedMs = this.#options.nowMs();
    this.#isInDoubt = false;
    this.#start(this.#everything());
  }

  *#everything(): Work {
    const { state, filter, onReady } = this.#options;
    const { revision, evictions } = state;
    const found = new TaskMatches();
    this.#coming = found;
    for (const tasks of this.#newestFirst()) {
      for (const task of tasks) {
        if (filter.test(task)) found.append(task);
        if (hasSearchedMuch(filter)) yield;
      }
      yield;
    }
    if (this.#remembers) yield* this.#compare(found);
    const isFirst = !this.#isReady;
    const wasInterrupted = this.#stop !== undefined;
    this.#matches = found;
    this.#coming = undefined;
    this.#isReady = true;
    this.#revision = revision;
    this.#evictions = evictions;
    const changed = state.changedSince(revision);
    if (changed !== undefined) yield* this.#catchUp(found, changed);
    if (isFirst && wasInterrupted) onReady?.();
  }

  /** All tasks that are worth asking, some at a time. */
  *#newestFirst(): Generator<readonly Task[]> {
    const { state, filter } = this.#options;
    const candidates = candidatesOf(filter, state);
    if (candidates !== undefined) {
      for (let at = 0; at < candidates.length; at += chunk) yield candidates.slice(at, at + chunk);
      return;
    }
    const walk = state.walk();
    for (let tasks: Task[] = []; walk.next(chunk, tasks) > 0; tasks = []) yield tasks;
  }

  /** Which tasks are new among the matches, and which no longer match. */
  *#compare(found: TaskMatches): Work {
    let seen = 0;
    for (const task of yield* found.all()) {
      if (!this.#matches.has(task)) this.#noteEntered(task);
      seen += 1;
      if (seen % chunk === 0) yield;
    }
    for (const task of yield* this.#matches.all()) {
      if (!found.has(task)) this.#noteLeft(task);
      seen += 1;
      if (seen % chunk === 0) yield;
    }
  }

  /** @param changed the tasks that changed since the matches were right */
  *#catchUp(matches: TaskMatches, changed: readonly Task[]): Work {
    const { state, filter } = this.#options;
    const { revision } = state;
    const matching = new Set<Task>();
    for (const [index, task] of changed.entries()) {
      if (filter.test(task)) matching.add(task);
      else if (matches.delete(task)) this.#noteLeft(task);
      if (index % chunk === chunk - 1 || hasSearchedMuch(filter)) yield;
    }
    this.#place(matches, matching, changed.length + disorder);
    this.#revision = revision;
    yield* this.#dropEvicted(matches);
  }

  /**
   * Puts the changed tasks where the State has them, which is before most others. One that is not among the newest
   * had a late event: if it matched before it stays where it is.
   */
  #place(matches: TaskMatches, matching: ReadonlySet<Task>, limit: number): void {
    if (matching.size === 0) return;
    const newest = this.#options.state.tasksByTime({ limit });
    const isAmongThem = new Set(newest);
    for (const task of matching) {
      if (isAmongThem.has(task) || matches.has(task) || task.evicted) continue;
      this.#isInDoubt = true;
      this.#enter(matches, task);
    }
    for (const task of newest.reverse()) {
      if (matches.has(task)) matches.prepend(task);
      else if (matching.has(task)) this.#enter(matches, task);
    }
  }

  *#dropEvicted(matches: TaskMatches): Work {
    const { evictions } = this.#options.state;
    if (evictions === this.#evictions) return;
    yield* matches.sweep((task) => this.#entered.delete(task));
    this.#evictions = evictions;
  }

  #enter(matches: TaskMatches, task: Task): void {
    matches.prepend(task);
    this.#noteEntered(task);
  }

  #noteEntered(task: Task): void {
    if (this.#remembers && !this.#left.delete(task)) this.#entered.add(task);
  }

  #noteLeft(task: Task): void {
    if (this.#remembers && !this.#entered.delete(task) && !task.evicted) this.#left.add(task);
  }
}

/** Since it last was true. */
function hasSearchedMuch({ searched }: TaskFilter): boolean {
  if (searched === undefined || searched.characters < mostSearched) return false;
  searched.characters = 0;
  return true;
}
