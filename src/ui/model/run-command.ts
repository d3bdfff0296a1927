import { describeError } from '../../presentation/filter/filter-error.ts';
import { parseFilter } from '../../presentation/filter/parse-filter.ts';
import type { OperationId, Values } from '../operations/operation.ts';
import { openDialog } from './dialog.ts';
import { screenOfList, used, vocabularyOf, withFilter } from './filter-keys.ts';
import { type Named, notFound, tasks, workers } from './named-target.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { resort } from './reduce-list.ts';
import { goToTime, rewindBy } from './reduce-playback.ts';
import { sortedBy } from './reduce-task-types.ts';
import { dropFilter, recallFilter, saveFilter } from './saved-filters.ts';
import { isTopScreen, topScreenIds } from './screens.ts';
import { say, switchView } from './stack.ts';
import { operationDisabled } from './target.ts';
import { freshText } from './text.ts';
import { frameOf, openFrame, taskFrame, tasksFrame, type ViewState, withFrame } from './view-state.ts';
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
    if (name === undefined || !isTopScreen(name))
      return complain(view, `view ${topScreenIds.join('|')}`, context);
    return only(switchView(view, name));
  },
  task(view, [uuid = ''], context) {
    const task = context.findTask(uuid);
    if (task === undefined || task === 'several') return complain(view, notFound(uuid, task), context);
    return only(openFrame(view, taskFrame(task, 'info', tasksFrame(undefined), [task])));
  },
  worker(view, [name], context) {
    if (name === undefined) return only(switchView(view, 'workers'));
    const { problem, hostnames } = workers([name], context);
    const [hostname] = hostnames;
    if (hostname === undefined) return complain(view, problem ?? '', context);
    return only(openFrame(switchView(view, 'workers'), { screen: 'worker', hostname, text: freshText }));
  },
  filter(view, words, context) {
    const [first = '', name = '', ...more] = words;
    if (first === 'save' && more.length === 0) return saveFilter(view, name, context);
    if (first === 'drop' && more.length === 0) return dropFilter(view, name, context);
    const recalled = words.length === 1 ? recallFilter(view, first, context) : undefined;
    if (recalled !== undefined) return recalled;
    const text = words.join(' ');
    const parsed = parseFilter(text, vocabularyOf(screenOfList(view)));
    if (!parsed.ok) return complain(view, `filter: ${describeError(parsed.error)}`, context);
    return used(withFilter(view, text, context), text);
  },
  sort(view, [column = ''], context) {
    const frame = frameOf(view);
    if (!context.candidates('column').includes(column)) {
      return complain(view, `sort: one of ${context.candidates('column').join(', ')}`, context);
    }
    if (frame.screen === 'tasks') return only(withFrame(view, resort(frame, column, context)));
    if (frame.screen === 'workers')
      return only(withFrame(view, { ...frame, sort: { column, descending: false } }));
    if (frame.screen === 'types') return only(withFrame(view, { ...frame, sort: sortedBy(column) }));
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
  revoke: (view, uuids, context) => ask(view, 'revoke', tasks(uuids, context), {}, context),
  terminate: (view, uuids, context) => ask(view, 'terminate', tasks(uuids, context), {}, context),
  grow: (view, [worker, n = '1'], context) => ask(view, 'grow', workers([worker], context), { n }, context),
  shrink: (view, [worker, n = '1'], context) =>
    ask(view, 'shrink', workers([worker], context), { n }, context),
  autoscale: (view, [worker, max = '', min = ''], context) =>
    ask(view, 'autoscale', workers([worker], context), { max, min }, context),
  add_consumer: (view, [queue = '', ...names], context) =>
    ask(view, 'add-consumer', workers(names, context), { queue }, context),
  cancel_consumer: (view, [queue = '', ...names], context) =>
    ask(view, 'cancel-consumer', workers(names, context), { queue }, context),
  enable_events: (view, names, context) => switchEvents(view, 'on', names, context),
  disable_events: (view, names, context) => switchEvents(view, 'off', names, context),
  ping(view, names, context) {
    if (context.disconnected !== undefined) return complain(view, context.disconnected, context);
    const { hostnames, problem } = workers(names, context);
    if (problem !== undefined) return complain(view, problem, context);
    const destination = names.length === 0 ? {} : { destination: hostnames };
    return {
      view,
      effects: [{ kind: 'send', request: { method: 'ping', args: {}, ...destination, label: 'ping' } }],
    };
  },
  shutdown: (view, names, context) => ask(view, 'shutdown', workers(names, context), {}, context),
  at: (view, words, context) => goToTime(view, words.join(' '), context),
  rewind: (view, words, context) => rewindBy(view, words.join(' '), context),
  record(view, [word, ...path], context) {
    if (word !== 'on' && word !== 'off') return complain(view, 'record on|off [path]', context);
    const name = path.join(' ');
    return {
      view,
      effects: [{ kind: 'record', on: word === 'on', path: name === '' ? undefined : name }],
    };
  },
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
  target: Named,
  preset: Values,
  context: OverlayContext,
): Step {
  if (target.problem !== undefined) return complain(view, target.problem, context);
  const aimed = target.taskName !== undefined || target.tasks.length > 0 || target.hostnames.length > 0;
  if (!aimed) return complain(view, `${operation}: name what it is for`, context);
  const reason = operationDisabled(view, operation, target, context);
  if (reason !== undefined) return complain(view, reason, context);
  const dialog = openDialog(operation, target, context.facts, context.chunk, preset);
  return only({ ...view, overlay: { kind: 'dialog', dialog } });
}

function switchEvents(
  view: ViewState,
  to: 'on' | 'off',
  names: readonly string[],
  context: OverlayContext,
): Step {
  const all = { tasks: [], hostnames: context.facts.online };
  const target = names.length === 0 ? all : workers(names, context);
  return names.length === 0 && all.hostnames.length === 0
    ? complain(view, context.disconnected ?? 'no worker is online', context)
    : ask(view, 'task-events', target, { switch: to }, context);
}
