import { describeError } from '../../presentation/filter/filter-error.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import type { OperationId, Target, TargetTask, Values } from '../operations/operation.ts';
import { openDialog } from './dialog.ts';
import { screenOfList, vocabularyOf, withFilter } from './filter-keys.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { resort } from './reduce-list.ts';
import { say, switchView } from './stack.ts';
import { operationDisabled } from './target.ts';
import { freshText } from './text.ts';
import { frameOf, openFrame, taskFrame, topFrame, type ViewState, withFrame } from './view-state.ts';
import { parseCommand, type WordCommandId } from './words.ts';

type Run = (view: ViewState, words: readonly string[], context: OverlayContext) => Step;

function only(view: ViewState): Step {
  return { view, effects: [] };
}

function complain(view: ViewState, text: string, context: OverlayContext): Step {
  return only(say(view, text, context.nowMs, 'warn'));
}

/** A typed command. What changes the cluster goes through the same dialog as its key does. */
export function runCommand(view: ViewState, text: string, context: OverlayContext): Step {
  const typed = parseCommand(text);
  if (typed !== undefined) return commands[typed.command.id](view, typed.words, context);
  return text.trim() === ''
    ? only(view)
    : complain(view, `no command is called ${text.trim().slice(0, 40)}`, context);
}

const commands: { readonly [Id in WordCommandId]: Run } = {
  view(view, [name], context) {
    if (name !== 'tasks' && name !== 'workers') return complain(view, 'view tasks|workers', context);
    return only(switchView(view, name));
  },
  task(view, [uuid = ''], context) {
    const task = context.findTask(uuid);
    if (task === undefined)
      return complain(view, `no task in memory has the uuid ${uuid.slice(0, 40)}`, context);
    const from = topFrame('tasks');
    return from.screen === 'tasks'
      ? only(openFrame(view, taskFrame(task, 'info', from, [task])))
      : only(view);
  },
  worker(view, [name], context) {
    if (name === undefined) return only(switchView(view, 'workers'));
    const hostname = context.candidates('worker').find((entry) => entry === name || entry.includes(name));
    if (hostname === undefined) return complain(view, `no worker is called ${name.slice(0, 40)}`, context);
    return only(openFrame(switchView(view, 'workers'), { screen: 'worker', hostname, text: freshText }));
  },
  filter(view, words, context) {
    const text = words.join(' ');
    const parsed = parseFilter(text, vocabularyOf(screenOfList(view)));
    if (!parsed.ok) return complain(view, `filter: ${describeError(parsed.error)}`, context);
    return only(withFilter(view, text, context));
  },
  sort(view, [column = ''], context) {
    const frame = frameOf(view);
    if (!context.candidates('column').includes(column)) {
      return complain(view, `sort: one of ${context.candidates('column').join(', ')}`, context);
    }
    if (frame.screen === 'tasks') return only(withFrame(view, resort(frame, column, context)));
    if (frame.screen === 'workers')
      return only(withFrame(view, { ...frame, sort: { column, descending: false } }));
    return only(view);
  },
  time(view, [mode], context) {
    if (mode !== 'utc' && mode !== 'local' && mode !== 'relative')
      return complain(view, 'time utc|local|relative', context);
    return only({ ...view, timeMode: mode });
  },
  rate_limit: (view, [taskName = '', rate = ''], context) =>
    ask(view, 'rate-limit', { tasks: [], hostnames: [], taskName }, { rate }, context),
  time_limit: (view, [taskName = '', soft = '', hard = ''], context) =>
    ask(view, 'time-limit', { tasks: [], hostnames: [], taskName }, { soft, hard }, context),
  revoke: (view, uuids, context) => ask(view, 'revoke', named(uuids, context), {}, context),
  terminate: (view, uuids, context) => ask(view, 'terminate', named(uuids, context), {}, context),
  grow: (view, [worker, n = '1'], context) => ask(view, 'grow', workers([worker], context), { n }, context),
  shrink: (view, [worker, n = '1'], context) =>
    ask(view, 'shrink', workers([worker], context), { n }, context),
  autoscale: (view, [worker, max = '', min = ''], context) =>
    ask(view, 'autoscale', workers([worker], context), { max, min }, context),
  add_consumer: (view, [queue = '', ...names], context) =>
    ask(view, 'add-consumer', workers(names, context), { queue }, context),
  cancel_consumer: (view, [queue = '', ...names], context) =>
    ask(view, 'cancel-consumer', workers(names, context), { queue }, context),
  enable_events: (view, names, context) =>
    ask(view, 'task-events', someOrAll(names, context), { switch: 'on' }, context),
  disable_events: (view, names, context) =>
    ask(view, 'task-events', someOrAll(names, context), { switch: 'off' }, context),
  ping(view, names, context) {
    if (context.disconnected !== undefined) return complain(view, context.disconnected, context);
    const { hostnames } = someOrAll(names, context);
    const destination = names.length === 0 ? {} : { destination: hostnames };
    return {
      view,
      effects: [{ kind: 'send', request: { method: 'ping', args: {}, ...destination, label: 'ping' } }],
    };
  },
  shutdown: (view, names, context) => ask(view, 'shutdown', workers(names, context), {}, context),
  readonly(view, [word], context) {
    if (word !== 'on' && word !== 'off') return complain(view, 'readonly on|off', context);
    return only(say({ ...view, readonly: word === 'on' }, `read-only ${word}`, context.nowMs));
  },
  rate(view, [word], context) {
    const framesPerSecond = Number(word);
    if (!(framesPerSecond >= 0.2 && framesPerSecond <= 10))
      return complain(view, 'rate: 0.2 to 10 frames per second', context);
    return { view, effects: [{ kind: 'rate', framesPerSecond }] };
  },
};

function ask(
  view: ViewState,
  operation: OperationId,
  target: Target,
  preset: Values,
  context: OverlayContext,
): Step {
  const aimed = target.taskName !== undefined || target.tasks.length > 0 || target.hostnames.length > 0;
  if (!aimed) return complain(view, `${operation}: name what it is for`, context);
  const reason = operationDisabled(view, operation, target, context);
  if (reason !== undefined) return complain(view, reason, context);
  const dialog = openDialog(operation, target, context.facts, context.chunk, preset);
  return only({ ...view, overlay: { kind: 'dialog', dialog } });
}

function named(uuids: readonly string[], context: OverlayContext): Target {
  const tasks = uuids.map(
    (uuid): TargetTask => context.findTask(uuid) ?? { uuid, state: 'not seen', ready: false },
  );
  return { tasks, hostnames: [] };
}

function workers(names: readonly (string | undefined)[], context: OverlayContext): Target {
  const known = context.candidates('worker');
  const hostnames = names.flatMap((name) => {
    if (name === undefined) return [];
    return [known.find((entry) => entry === name) ?? known.find((entry) => entry.includes(name)) ?? name];
  });
  return { tasks: [], hostnames };
}

function someOrAll(names: readonly string[], context: OverlayContext): Target {
  return names.length === 0 ? { tasks: [], hostnames: context.facts.online } : workers(names, context);
}
