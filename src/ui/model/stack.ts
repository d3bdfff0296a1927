import { isTopScreen, type TopScreenId } from './screens.ts';
import { type Frame, frameOf, topFrame, type ViewState, withFrame } from './view-state.ts';

/** After a pop, a `q` within this time is taken for the tail of `qqq`, not for a wish to quit. */
const overshootMs = 500;

export function pop(view: ViewState, nowMs: number): ViewState {
  const [first, ...rest] = view.stack;
  if (rest.length === 0) return view;
  return { ...view, stack: [first, ...rest.slice(0, -1)], poppedAtMs: nowMs };
}

/** `q`: back one frame; at a top view it quits, unless it follows a pop at once. */
export function back(view: ViewState, nowMs: number): { readonly view: ViewState; readonly quit: boolean } {
  if (view.stack.length > 1) return { view: pop(view, nowMs), quit: false };
  if (nowMs - view.poppedAtMs >= overshootMs) return { view, quit: true };
  return { view: say(view, 'top level, q again to quit', nowMs), quit: false };
}

/** Esc: undoes the last narrowing, one per press, and never quits. */
export function undoLast(view: ViewState, nowMs: number): ViewState {
  const frame = frameOf(view);
  const narrowed = undoNarrowing(frame);
  if (narrowed !== undefined) return withFrame(view, narrowed);
  if (view.stack.length > 1) return pop(view, nowMs);
  return say(view, 'top level, q quits', nowMs);
}

/** Whether Esc has a narrowing to undo. */
export function canUndo(view: ViewState): boolean {
  return undoNarrowing(frameOf(view)) !== undefined;
}

function undoNarrowing(frame: Frame): Frame | undefined {
  if (frame.screen === 'task' || frame.screen === 'worker') {
    return frame.text.find === '' ? undefined : { ...frame, text: { ...frame.text, find: '' } };
  }
  if (frame.list.anchor !== undefined) {
    return { ...frame, list: { ...frame.list, anchor: undefined } } as Frame;
  }
  if (frame.filter !== '') return { ...frame, filter: '' } as Frame;
  if (frame.screen === 'tasks' && frame.problemsOnly) return { ...frame, problemsOnly: false };
  return undefined;
}

/** Another top view, with its own stack as it was left. Pressing the digit of the present view goes to its top. */
export function switchView(view: ViewState, to: TopScreenId): ViewState {
  const from = topOf(view);
  if (from === to) return { ...view, stack: [view.stack[0]] };
  const others = { ...view.others, [from]: view.stack };
  return { ...view, others, stack: view.others[to] ?? [topFrame(to)], pan: 0 };
}

function topOf(view: ViewState): TopScreenId {
  const { screen } = view.stack[0];
  return isTopScreen(screen) ? screen : 'tasks';
}

export function say(
  view: ViewState,
  text: string,
  nowMs: number,
  tone: 'plain' | 'warn' = 'plain',
): ViewState {
  return { ...view, message: { text, tone, untilMs: nowMs + 4_000 } };
}
