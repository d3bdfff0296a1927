import { formatDuration } from '../../presentation/format.ts';
import type { Line } from '../../presentation/line.ts';
import { shortUuid } from '../../presentation/short-name.ts';
import { taskName } from '../../presentation/task-name.ts';
import { isRunning } from '../../presentation/task-view.ts';
import { clean } from '../../presentation/text.ts';
import { type Facts, notSeen, type Operation, type Target, type TargetTask } from './operation.ts';

const manyTasks = 10;

function names(tasks: readonly TargetTask[]): string {
  const [first] = tasks;
  return tasks.length === 1 && first !== undefined ? shortId(first) : `${tasks.length} tasks`;
}

function shortId(task: TargetTask): string {
  return clean(shortUuid(task.uuid));
}

function uuids(target: Target): readonly string[] {
  return target.tasks.map((task) => task.uuid);
}

/** Read again at each tick, so that the dialog tells what the task has become since it was opened. */
function live(target: Target, facts: Facts): readonly TargetTask[] {
  return target.tasks.map((task) => facts.task(task.uuid) ?? task);
}

function describe(task: TargetTask, facts: Facts): Line {
  const since = typeof task.started === 'number' ? task.started : undefined;
  const running = runs(task) && since !== undefined ? `, running ${formatDuration(facts.now - since)}` : '';
  const where = task.worker === undefined ? '' : ` on ${clean(task.worker, 60)}`;
  return [{ text: `${shortId(task)}  ${taskName(task)}  ${clean(task.state, 20)}${where}${running}` }];
}

function describeAll(target: Target, facts: Facts): readonly Line[] {
  const tasks = live(target, facts);
  const shown = tasks.slice(0, 5).map((task) => describe(task, facts));
  const more = tasks.length - shown.length;
  return more > 0 ? [...shown, [{ text: `… and ${more} more`, tone: 'muted' }]] : shown;
}

function count(tasks: readonly TargetTask[], test: (task: TargetTask) => boolean): number {
  return tasks.filter(test).length;
}

/** `This one is`, `1 of 5 is`, `2 of 5 are`. */
function are(number: number, total: number): string {
  if (total === 1) return 'This one is';
  return `${number} of ${total} ${number === 1 ? 'is' : 'are'}`;
}

/** Also in a state of its own making: a task reports those while it runs. */
function runs(task: TargetTask): boolean {
  return task.state === 'STARTED' || isRunning(task);
}

/** A task that no event told of may well be running: the worker that has it knows. */
function killable(task: TargetTask): boolean {
  return task.state === notSeen || runs(task);
}

export const revoke: Operation = {
  id: 'revoke',
  title: (target) => `Revoke ${target.tasks.length === 1 ? '1 task' : `${target.tasks.length} tasks`}`,
  fields: () => [],
  disabled: () => undefined,
  explain(target, _values, facts) {
    const tasks = live(target, facts);
    const running = count(tasks, runs);
    const finished = count(tasks, (task) => task.ready);
    const lines: Line[] = [...describeAll(target, facts), []];
    if (running > 0) {
      lines.push([
        {
          text: `${are(running, tasks.length)} running: revoke will not stop ${running === 1 ? 'it' : 'them'}. To kill ${running === 1 ? 'it' : 'them'} press C (terminate).`,
          tone: 'warn',
        },
      ]);
    }
    if (finished > 0) {
      lines.push([
        { text: `${are(finished, tasks.length)} finished: nothing to revoke there.`, tone: 'warn' },
      ]);
    }
    lines.push([
      {
        text: 'Revoke only stops tasks that have not started. Workers keep it in memory until they restart.',
      },
    ]);
    return lines;
  },
  problem: () => undefined,
  level: (target) => (target.tasks.length > manyTasks ? 3 : 2),
  words: (target) => `revoke ${target.tasks.length}`,
  request: (target) => ({
    method: 'revoke',
    args: { task_id: uuids(target) },
    label: `revoke ${names(target.tasks)}`,
  }),
};

export const terminate: Operation = {
  id: 'terminate',
  title: (target) => `Terminate ${target.tasks.length === 1 ? '1 task' : `${target.tasks.length} tasks`}`,
  fields: () => [
    {
      id: 'signal',
      label: 'Signal',
      initial: 'SIGTERM',
      choices: ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGUSR1'].map((value) => ({ value, label: value })),
    },
  ],
  disabled(target, facts) {
    const tasks = live(target, facts);
    if (tasks.some(killable)) return undefined;
    const [first] = tasks;
    if (tasks.length > 1) return 'terminate: none of the marked tasks is running';
    return `terminate: the task is ${clean(first?.state ?? 'gone', 20)}, only a running task can be killed`;
  },
  explain(target, _values, facts) {
    const tasks = live(target, facts);
    const others = count(tasks, (task) => !killable(task));
    const unseen = count(tasks, (task) => task.state === notSeen);
    const lines: Line[] = [...describeAll(target, facts), []];
    if (others > 0) {
      const skipped = others === 1 ? 'it is skipped' : 'they are skipped';
      lines.push([{ text: `${are(others, tasks.length)} not running: ${skipped}.`, tone: 'warn' }]);
    }
    if (unseen > 0) {
      const whether = unseen === 1 ? 'whether it runs' : 'whether they run';
      lines.push([
        { text: `${are(unseen, tasks.length)} not known here: no event told ${whether}.`, tone: 'warn' },
      ]);
    }
    lines.push([
      { text: 'Kills the worker process that runs it. That process may already be on another task.' },
    ]);
    return lines;
  },
  problem: () => undefined,
  level: (target) => (target.tasks.length > 1 ? 3 : 2),
  words: (target) => `terminate ${target.tasks.length}`,
  request(target, values, facts) {
    const running = live(target, facts).filter(killable);
    return {
      method: 'revoke',
      args: {
        task_id: running.map((task) => task.uuid),
        terminate: true,
        signal: values['signal'] ?? 'SIGTERM',
      },
      label: `terminate ${names(running)} ${values['signal'] ?? 'SIGTERM'}`,
    };
  },
};
