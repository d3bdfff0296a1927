import { UsageError } from '../errors.ts';
import { compileFilter } from '../presentation/filter/compile-filter.ts';
import { globExpression } from '../presentation/filter/expression/linear-expression.ts';
import type { RowTest } from '../presentation/filter/field-test.ts';
import { describeError } from '../presentation/filter/filter-error.ts';
import type { FilterNode } from '../presentation/filter/filter-node.ts';
import { filterTraits } from '../presentation/filter/filter-traits.ts';
import { parseFilter } from '../presentation/filter/parse-filter.ts';
import type { FilterTask, TaskFilterContext } from '../presentation/filter/task-filter-facts.ts';
import { taskFilterFields } from '../presentation/filter/task-filter-fields.ts';
import { remembering, type TextTest } from '../presentation/filter/text-test.ts';
import { valueText } from '../presentation/value-text.ts';
import { type Event, eventGroup } from '../protocol/event.ts';
import { State } from '../state/state.ts';

export interface EventFilterOptions {
  /** In the filter language of tasks. */
  readonly filter?: string | undefined;
  /** Each may hold several, with commas, and `*` and `?`. */
  readonly types?: readonly string[] | undefined;
  readonly tasks?: readonly string[] | undefined;
  readonly workers?: readonly string[] | undefined;
  /** Remembers what tasks are called although nothing above asks for it. */
  readonly keepsNames?: boolean;
  /** Tasks that are remembered. */
  readonly maxTasks: number;
  readonly maxWorkers: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

/** What events of workers have as well as tasks. */
const fieldsOfWorkers: ReadonlySet<string> = new Set(['worker', 'pid', 'time', 'age']);

/** Seconds between two compilations of a filter that counts from now. */
const freshFor = 1;
/** As on the screen. */
const lateAfter = 10;

/**
 * Which events of a stream are wanted. The filter language asks about tasks, so an event of a task is asked through the
 * task as it is right after the event, in a State of bounded size; an event of a worker passes a filter that asks for nothing
 * else than what it has too.
 */
export class EventFilter {
  readonly #options: EventFilterOptions;
  readonly #node: FilterNode;
  readonly #state: State | undefined;
  readonly #isUnsteady: boolean;
  readonly #asksWorkers: boolean;
  readonly #asksNothing: boolean;
  readonly #isType: TextTest | undefined;
  readonly #isTask: TextTest | undefined;
  readonly #isWorker: TextTest | undefined;
  #test: RowTest<FilterTask>;
  #testedAt: number;

  /** @throws UsageError for a filter or a pattern that cannot be read */
  constructor(options: EventFilterOptions) {
    this.#options = options;
    this.#node = nodeOf(options.filter ?? '');
    this.#isType = anyOf('--type', options.types);
    this.#isTask = anyOf('--task', options.tasks);
    this.#isWorker = anyOf('--worker', options.workers);
    this.#isUnsteady = filterTraits(this.#node, taskFilterFields).isUnsteady;
    this.#asksNothing = this.#node.kind === 'all' && !this.#isType && !this.#isTask && !this.#isWorker;
    this.#asksWorkers = asksOnly(this.#node, fieldsOfWorkers) && this.#isTask === undefined;
    if (this.#node.kind !== 'all' || this.#isTask !== undefined || options.keepsNames === true) {
      this.#state = new State({ maxTasksInMemory: options.maxTasks, maxWorkersInMemory: options.maxWorkers });
    }
    this.#test = this.#compiled();
    this.#testedAt = options.now();
  }

  /** Whether the event is wanted. Asked about every event, in order: it also remembers. */
  wants(event: Event): boolean {
    this.#state?.event(event);
    if (this.#asksNothing) return true;
    if (this.#isType !== undefined && !this.#isType(event.type)) return false;
    if (this.#isWorker !== undefined && !this.#isWorker(valueText(event.hostname) ?? '')) return false;
    return eventGroup(event.type) === 'task' ? this.#wantsTask(event) : this.#wantsOther(event);
  }

  /** What the task of the event is called, as far as events told it. */
  nameOf(event: Event): string | undefined {
    return valueText(event['name'] ?? this.#taskOf(event)?.name);
  }

  #wantsTask(event: Event): boolean {
    if (this.#isTask !== undefined) {
      const name = this.nameOf(event);
      if (name === undefined || !this.#isTask(name)) return false;
    }
    if (this.#node.kind === 'all') return true;
    const task = this.#taskOf(event);
    return task !== undefined && this.#asked(task);
  }

  #wantsOther({ hostname, timestamp, pid }: Event): boolean {
    if (!this.#asksWorkers) return false;
    return (
      this.#node.kind === 'all' ||
      this.#asked({ uuid: '', state: '', worker: hostname, timestamp, ...{ pid } })
    );
  }

  #asked(row: FilterTask): boolean {
    if (this.#isUnsteady && this.#options.now() - this.#testedAt >= freshFor) {
      this.#test = this.#compiled();
      this.#testedAt = this.#options.now();
    }
    return this.#test(row);
  }

  #taskOf(event: Event): FilterTask | undefined {
    return typeof event.uuid === 'string' ? this.#state?.tasks.get(event.uuid) : undefined;
  }

  #compiled(): RowTest<FilterTask> {
    const context: TaskFilterContext = {
      now: this.#options.now,
      zoneOffset: () => 0,
      marked: () => false,
      revoking: () => false,
      unknown: () => false,
      lateAfter: () => lateAfter,
      p99: () => undefined,
      offline: (hostname) => this.#state?.workers.get(hostname)?.alive(this.#options.now()) === false,
    };
    return compileFilter(this.#node, taskFilterFields, context);
  }
}

function nodeOf(text: string): FilterNode {
  const parsed = parseFilter(text, taskFilterFields);
  if (!parsed.ok) throw new UsageError(`--filter, ${describeError(parsed.error)}`);
  return parsed.node;
}

function asksOnly(node: FilterNode, names: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'all':
      return true;
    case 'text':
    case 'flag':
      return false;
    case 'and':
    case 'or':
      return node.parts.every((part) => asksOnly(part, names));
    case 'not':
      return asksOnly(node.part, names);
    case 'field':
      return names.has(node.field);
  }
}

/** Any of the patterns; case never matters, as in the filter language. Undefined where nothing is asked. */
function anyOf(flag: string, lists: readonly string[] | undefined): TextTest | undefined {
  if (lists === undefined) return undefined;
  const globs = lists.flatMap((list) => list.split(',')).flatMap((glob) => glob.trim() || []);
  if (globs.length === 0) throw new UsageError(`${flag} is empty: name what is wanted, with commas between`);
  const expressions = globs.map((glob) => {
    const outcome = globExpression(glob);
    if (!outcome.ok)
      throw new UsageError(`${flag}: the pattern ${JSON.stringify(glob.slice(0, 40))} is too long`);
    return outcome.expression;
  });
  return remembering((text) => expressions.some((expression) => expression.test(text)));
}
