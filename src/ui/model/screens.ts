/** Every screen, declared once. Tabs, digits, crumbs, key scopes and `--view` are read from here. */
export type ScreenId = TopScreenId | 'task' | 'worker';
export const topScreenIds = ['tasks', 'workers', 'types'] as const;
export type TopScreenId = (typeof topScreenIds)[number];

/** Where a key means something. A screen's scopes are searched in order, `everywhere` last. */
export type Scope =
  /** Wherever the past is on screen: before all others. */
  | 'playback'
  | 'tasks'
  | 'task'
  /** What can be done to a task, in the list and in its detail. */
  | 'task-commands'
  /** What can be done to a worker, in the list and in its summary. */
  | 'worker-commands'
  | 'types'
  | 'list'
  | 'text'
  | 'everywhere';

export interface Screen {
  readonly id: ScreenId;
  readonly title: string;
  /** Top screens have a digit and a tab. The digits are fixed, so that fingers keep them as screens are added. */
  readonly digit?: string;
  readonly scopes: readonly Scope[];
}

export const screens: readonly Screen[] = [
  { id: 'tasks', title: 'Tasks', digit: '2', scopes: ['tasks', 'task-commands', 'list', 'everywhere'] },
  { id: 'task', title: 'Task', scopes: ['task', 'task-commands', 'text', 'everywhere'] },
  { id: 'workers', title: 'Workers', digit: '3', scopes: ['worker-commands', 'list', 'everywhere'] },
  { id: 'worker', title: 'Worker', scopes: ['worker-commands', 'text', 'everywhere'] },
  { id: 'types', title: 'Types', digit: '4', scopes: ['types', 'list', 'everywhere'] },
];

export const topScreens: readonly Screen[] = screens.filter((screen) => screen.digit !== undefined);

export function isTopScreen(id: string): id is TopScreenId {
  return topScreenIds.some((top) => top === id);
}

export function screenOf(id: ScreenId): Screen {
  const found = screens.find((screen) => screen.id === id);
  if (found === undefined) throw new Error(`no screen is called ${id}`);
  return found;
}

/** The sub-tabs of a task, in order, with the key that jumps to each. */
export const taskTabs = [
  { id: 'info', title: 'Info' },
  { id: 'args', title: 'Args' },
  { id: 'result', title: 'Result' },
  { id: 'traceback', title: 'Traceback' },
  { id: 'raw', title: 'Raw' },
] as const;

export type TaskTabId = (typeof taskTabs)[number]['id'];
