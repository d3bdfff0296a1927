import type { Scope } from '../model/screens.ts';

/**
 * How much an action asks before it does anything: 0 nothing, 1 its prompt is the confirmation, 2 a yes/no dialog,
 * 3 words to type. The level here is the least; an operation may raise it (many tasks, a last consumer).
 */
export type Level = 0 | 1 | 2 | 3;

/** The ids of the table below. A test presses each of them: an action without effect or reason is a fault. */
export type ActionId =
  | 'open'
  | 'move-down'
  | 'move-up'
  | 'move-first'
  | 'move-last'
  | 'half-page-down'
  | 'half-page-up'
  | 'page-down'
  | 'page-up'
  | 'task-info'
  | 'task-traceback'
  | 'task-result'
  | 'revoke'
  | 'rate-limit'
  | 'terminate'
  | 'time-limit'
  | 'follow'
  | 'mark'
  | 'mark-range'
  | 'mark-all'
  | 'unmark-all'
  | 'problems'
  | 'next-problem'
  | 'previous-problem'
  | 'preview'
  | 'full-uuid'
  | 'task-events'
  | 'filter'
  | 'sort'
  | 'sort-reverse'
  | 'all-columns'
  | 'pan-left'
  | 'pan-right'
  | 'grow'
  | 'shrink'
  | 'autoscale'
  | 'add-consumer'
  | 'cancel-consumer'
  | 'shutdown'
  | 'next-tab'
  | 'previous-tab'
  | 'next-task'
  | 'previous-task'
  | 'scroll-down'
  | 'scroll-up'
  | 'scroll-first'
  | 'scroll-last'
  | 'scroll-half-down'
  | 'scroll-half-up'
  | 'scroll-page-down'
  | 'scroll-page-up'
  | 'find'
  | 'find-next'
  | 'find-previous'
  | 'wrap'
  | 'fold'
  | 'pager'
  | 'back'
  | 'escape'
  | 'view-tasks'
  | 'view-workers'
  | 'view-types'
  | 'window'
  | 'actions'
  | 'palette'
  | 'command-log'
  | 'intake'
  | 'pause'
  | 'time-mode'
  | 'copy'
  | 'refresh'
  | 'redraw'
  | 'suspend'
  | 'quit'
  | 'rewind'
  | 'play'
  | 'event-forward'
  | 'event-back'
  | 'seconds-forward'
  | 'seconds-back'
  | 'failure-forward'
  | 'failure-back'
  | 'faster'
  | 'slower'
  | 'percent'
  | 'playback-end'
  | 'help';

export interface Action {
  readonly id: ActionId;
  /** As the decoder names them. Several keys may mean one action; one key means one action in a scope chain. */
  readonly keys: readonly string[];
  readonly scope: Scope;
  /** At most 24 columns: help, the actions menu and the palette print it whole. */
  readonly title: string;
  /** Shown on the hints line as `key word`, in this order, lowest first. */
  readonly hint?: readonly [order: number, word: string];
  /** 0 where left out. */
  readonly level?: Level;
}

/**
 * Every action, declared once. Dispatch, hints, help, the actions menu, the palette, `--print-keys` and docs/keys.md
 * are read from here.
 */
export const actions: readonly Action[] = [
  { id: 'play', scope: 'playback', keys: ['p'], title: 'play or stop', hint: [0, 'play'] },
  { id: 'event-back', scope: 'playback', keys: [','], title: 'one event back' },
  { id: 'event-forward', scope: 'playback', keys: ['.'], title: 'one event on', hint: [0.1, 'event'] },
  { id: 'seconds-back', scope: 'playback', keys: ['<'], title: 'ten seconds back', hint: [0.2, '10 s back'] },
  { id: 'seconds-forward', scope: 'playback', keys: ['>'], title: 'ten seconds on', hint: [0.3, '10 s on'] },
  { id: 'failure-back', scope: 'playback', keys: ['{'], title: 'previous failure' },
  { id: 'failure-forward', scope: 'playback', keys: ['}'], title: 'next failure', hint: [0.4, 'failure'] },
  { id: 'faster', scope: 'playback', keys: ['+'], title: 'faster', hint: [0.5, 'faster'] },
  { id: 'slower', scope: 'playback', keys: ['-'], title: 'slower' },
  { id: 'percent', scope: 'playback', keys: ['%'], title: 'go to a percentage', hint: [0.7, 'position'] },
  { id: 'playback-end', scope: 'playback', keys: ['f'], title: 'to the end, or live', hint: [0.6, 'end'] },
  { id: 'open', scope: 'list', keys: ['enter'], title: 'open', hint: [1, 'open'] },
  { id: 'move-down', scope: 'list', keys: ['j', 'down'], title: 'down' },
  { id: 'move-up', scope: 'list', keys: ['k', 'up'], title: 'up' },
  { id: 'move-first', scope: 'list', keys: ['g', 'home'], title: 'first' },
  { id: 'move-last', scope: 'list', keys: ['G', 'end'], title: 'last' },
  { id: 'half-page-down', scope: 'list', keys: ['ctrl-d'], title: 'half page down' },
  { id: 'half-page-up', scope: 'list', keys: ['ctrl-u'], title: 'half page up' },
  { id: 'page-down', scope: 'list', keys: ['ctrl-f', 'pagedown'], title: 'page down' },
  { id: 'page-up', scope: 'list', keys: ['ctrl-b', 'pageup'], title: 'page up' },
  { id: 'task-info', scope: 'tasks', keys: ['i'], title: 'task info', hint: [2, 'info'] },
  { id: 'task-traceback', scope: 'tasks', keys: ['t'], title: 'traceback', hint: [3, 'trace'] },
  { id: 'task-result', scope: 'tasks', keys: ['r'], title: 'result', hint: [4, 'result'] },
  {
    id: 'revoke',
    scope: 'task-commands',
    keys: ['c'],
    title: 'revoke (asks)',
    hint: [5, 'revoke'],
    level: 2,
  },
  {
    id: 'rate-limit',
    scope: 'task-commands',
    keys: ['l'],
    title: 'rate limit',
    hint: [6, 'rate limit'],
    level: 1,
  },
  {
    id: 'terminate',
    scope: 'task-commands',
    keys: ['C'],
    title: 'terminate (asks)',
    hint: [8, 'terminate'],
    level: 2,
  },
  { id: 'time-limit', scope: 'task-commands', keys: ['L'], title: 'time limit', level: 1 },
  { id: 'follow', scope: 'tasks', keys: ['f'], title: 'follow the newest', hint: [7, 'follow'] },
  { id: 'mark', scope: 'list', keys: ['space'], title: 'mark and move down', hint: [11, 'mark'] },
  { id: 'mark-range', scope: 'list', keys: ['v'], title: 'mark a range' },
  { id: 'mark-all', scope: 'list', keys: ['*'], title: 'mark all shown' },
  { id: 'unmark-all', scope: 'list', keys: ['U'], title: 'unmark all' },
  { id: 'problems', scope: 'tasks', keys: ['!'], title: 'problems only', hint: [13, 'problems'] },
  { id: 'next-problem', scope: 'tasks', keys: ['n'], title: 'next problem' },
  { id: 'previous-problem', scope: 'tasks', keys: ['N'], title: 'previous problem' },
  { id: 'preview', scope: 'tasks', keys: ['P'], title: 'preview pane' },
  { id: 'full-uuid', scope: 'tasks', keys: ['u'], title: 'full uuid on/off' },
  {
    id: 'task-events',
    scope: 'tasks',
    keys: ['E'],
    title: 'task events on/off',
    hint: [19, 'enable events'],
    level: 1,
  },
  { id: 'filter', scope: 'list', keys: ['/'], title: 'filter', hint: [9, 'filter'] },
  { id: 'sort', scope: 'list', keys: ['s'], title: 'sort by column', hint: [12, 'sort'] },
  { id: 'sort-reverse', scope: 'list', keys: ['S'], title: 'reverse the sort' },
  { id: 'all-columns', scope: 'list', keys: ['w'], title: 'all columns' },
  { id: 'pan-left', scope: 'list', keys: ['left'], title: 'pan left' },
  { id: 'pan-right', scope: 'list', keys: ['right'], title: 'pan right' },
  { id: 'grow', scope: 'worker-commands', keys: ['+'], title: 'grow the pool', hint: [2, 'grow'], level: 1 },
  {
    id: 'shrink',
    scope: 'worker-commands',
    keys: ['-'],
    title: 'shrink the pool',
    hint: [3, 'shrink'],
    level: 1,
  },
  {
    id: 'autoscale',
    scope: 'worker-commands',
    keys: ['='],
    title: 'autoscale',
    hint: [4, 'autoscale'],
    level: 1,
  },
  {
    id: 'add-consumer',
    scope: 'worker-commands',
    keys: ['b'],
    title: 'consume a queue',
    hint: [5, 'add queue'],
    level: 1,
  },
  {
    id: 'cancel-consumer',
    scope: 'worker-commands',
    keys: ['B'],
    title: 'stop consuming a queue',
    hint: [6, 'cancel queue'],
    level: 2,
  },
  {
    id: 'task-events',
    scope: 'worker-commands',
    keys: ['E'],
    title: 'task events on/off',
    hint: [7, 'events'],
    level: 1,
  },
  {
    id: 'shutdown',
    scope: 'worker-commands',
    keys: ['X'],
    title: 'shut down (asks)',
    hint: [8, 'shutdown'],
    level: 3,
  },
  {
    id: 'rate-limit',
    scope: 'types',
    keys: ['l'],
    title: 'rate limit',
    hint: [2, 'rate limit'],
    level: 1,
  },
  {
    id: 'time-limit',
    scope: 'types',
    keys: ['L'],
    title: 'time limit',
    hint: [3, 'time limit'],
    level: 1,
  },
  { id: 'window', scope: 'types', keys: ['W'], title: '5 min, 15 min, 1 h, all', hint: [13, 'window'] },
  { id: 'next-tab', scope: 'task', keys: ['tab'], title: 'next tab', hint: [1, 'next tab'] },
  { id: 'previous-tab', scope: 'task', keys: ['shift-tab'], title: 'previous tab' },
  { id: 'task-info', scope: 'task', keys: ['i'], title: 'info tab' },
  { id: 'task-traceback', scope: 'task', keys: ['t'], title: 'traceback tab', hint: [2, 'traceback'] },
  { id: 'task-result', scope: 'task', keys: ['r'], title: 'result tab', hint: [3, 'result'] },
  { id: 'next-task', scope: 'task', keys: ['J'], title: 'next task of the list', hint: [8, 'next'] },
  { id: 'previous-task', scope: 'task', keys: ['K'], title: 'previous task' },
  {
    id: 'scroll-down',
    scope: 'text',
    keys: ['j', 'down', 'enter'],
    title: 'scroll down',
    hint: [10, 'scroll'],
  },
  { id: 'scroll-up', scope: 'text', keys: ['k', 'up'], title: 'scroll up' },
  { id: 'scroll-first', scope: 'text', keys: ['g', 'home'], title: 'first line' },
  { id: 'scroll-last', scope: 'text', keys: ['G', 'end'], title: 'last line' },
  { id: 'scroll-half-down', scope: 'text', keys: ['ctrl-d'], title: 'half page down' },
  { id: 'scroll-half-up', scope: 'text', keys: ['ctrl-u'], title: 'half page up' },
  { id: 'scroll-page-down', scope: 'text', keys: ['ctrl-f', 'pagedown', 'space'], title: 'page down' },
  { id: 'scroll-page-up', scope: 'text', keys: ['ctrl-b', 'pageup'], title: 'page up' },
  { id: 'find', scope: 'text', keys: ['/'], title: 'find in the text', hint: [9, 'find'] },
  { id: 'find-next', scope: 'text', keys: ['n'], title: 'next match' },
  { id: 'find-previous', scope: 'text', keys: ['N'], title: 'previous match' },
  { id: 'wrap', scope: 'text', keys: ['w'], title: 'wrap long lines', hint: [11, 'wrap'] },
  { id: 'fold', scope: 'text', keys: ['z'], title: 'fold frames, values', hint: [12, 'fold'] },
  { id: 'pan-left', scope: 'text', keys: ['left'], title: 'pan left' },
  { id: 'pan-right', scope: 'text', keys: ['right'], title: 'pan right' },
  { id: 'pager', scope: 'text', keys: ['o'], title: 'open in $PAGER', hint: [13, 'pager'] },
  { id: 'back', scope: 'everywhere', keys: ['q'], title: 'back, or quit', hint: [30, 'back'] },
  { id: 'escape', scope: 'everywhere', keys: ['escape'], title: 'undo, clear or go back' },
  { id: 'view-tasks', scope: 'everywhere', keys: ['2'], title: 'Tasks view' },
  { id: 'view-workers', scope: 'everywhere', keys: ['3'], title: 'Workers view', hint: [20, 'workers'] },
  { id: 'view-types', scope: 'everywhere', keys: ['4'], title: 'Types view', hint: [20.5, 'types'] },
  { id: 'actions', scope: 'everywhere', keys: ['a'], title: 'actions for this row', hint: [14, 'actions'] },
  {
    id: 'palette',
    scope: 'everywhere',
    keys: [':', 'ctrl-p'],
    title: 'command palette',
    hint: [21, 'command'],
  },
  { id: 'command-log', scope: 'everywhere', keys: ['@'], title: 'command log' },
  { id: 'intake', scope: 'everywhere', keys: ['I'], title: 'intake: what was missed' },
  { id: 'pause', scope: 'everywhere', keys: ['p'], title: 'pause the screen', hint: [15, 'pause'] },
  { id: 'rewind', scope: 'everywhere', keys: ['<', ','], title: 'rewind', hint: [15.5, 'rewind'] },
  { id: 'time-mode', scope: 'everywhere', keys: ['T'], title: 'UTC, local, relative' },
  { id: 'copy', scope: 'everywhere', keys: ['y'], title: 'copy the id', hint: [16, 'copy'] },
  { id: 'refresh', scope: 'everywhere', keys: ['ctrl-r'], title: 'refresh, retry now' },
  { id: 'redraw', scope: 'everywhere', keys: ['ctrl-l'], title: 'redraw the screen' },
  { id: 'suspend', scope: 'everywhere', keys: ['ctrl-z'], title: 'suspend (fg returns)' },
  { id: 'quit', scope: 'everywhere', keys: ['ctrl-c'], title: 'quit now' },
  { id: 'help', scope: 'everywhere', keys: ['?'], title: 'help' },
];

/** How a key is written for people. */
export function keyLabel(key: string): string {
  const names: Readonly<Record<string, string>> = {
    up: '↑',
    down: '↓',
    left: '←',
    right: '→',
    enter: 'Enter',
    escape: 'Esc',
    space: 'Space',
    tab: 'Tab',
    'shift-tab': 'Shift-Tab',
    home: 'Home',
    end: 'End',
    pageup: 'PgUp',
    pagedown: 'PgDn',
  };
  if (key.startsWith('ctrl-')) return `Ctrl-${key.slice(5)}`;
  return names[key] ?? key;
}

export function keysLabel(entry: Action): string {
  return entry.keys.map(keyLabel).join(' ');
}
