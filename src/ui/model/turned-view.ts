import type { Task } from '../../state/task.ts';
import { follow } from './reduce-list.ts';
import { say } from './stack.ts';
import type { Frame, ViewState } from './view-state.ts';

/**
 * The view when all that it is of is of another moment, or of another cluster: nothing of what was read before may stay.
 * A task that does not exist there is closed, and said.
 *
 * @param find the task of this uuid there
 */
export function turned(
  view: ViewState,
  playback: ViewState['playback'],
  find: (uuid: string) => Task | undefined,
  nowMs: number,
): ViewState {
  const missing: string[] = [];
  const turn = (stack: ViewState['stack']): ViewState['stack'] => {
    const [first, ...rest] = stack;
    const kept: Frame[] = [];
    for (const frame of rest) {
      const next = turnedFrame(frame, find);
      if (next === undefined) {
        if (frame.screen === 'task') missing.push(frame.uuid);
        break;
      }
      kept.push(next);
    }
    return [turnedFrame(first, find) ?? first, ...kept];
  };
  const others = Object.fromEntries(
    Object.entries(view.others).map(([id, stack]) => [id, turn(stack)]),
  ) as ViewState['others'];
  missing.length = 0;
  const stack = turn(view.stack);
  // Commands are numbered anew in another log.
  const message = view.message?.entry === undefined ? view.message : undefined;
  const overlay = view.overlay?.kind === 'replies' ? undefined : view.overlay;
  const next: ViewState = { ...view, playback, others, stack, message, overlay, paused: undefined };
  const [uuid] = missing;
  return uuid === undefined ? next : say(next, `task ${uuid.slice(0, 8)} is not known at this time`, nowMs);
}

function turnedFrame(frame: Frame, find: (uuid: string) => Task | undefined): Frame | undefined {
  if (frame.screen === 'tasks') return follow(frame);
  if (frame.screen !== 'task') return frame;
  const task = find(frame.uuid);
  if (task === undefined) return undefined;
  const siblings = frame.siblings.flatMap(({ uuid }) => find(uuid) ?? []);
  return { ...frame, task, siblings };
}
