import { settle } from './reduce-list.ts';
import type { ViewContext } from './view-context.ts';
import type { Frame, ViewState } from './view-state.ts';

/** The view with all that its held lists awaited and that is there by now. */
export function settleView(view: ViewState, context: ViewContext): ViewState {
  const [first, ...rest] = view.stack;
  if (first.screen !== 'tasks' || first.held?.awaits === undefined) return view;
  const settled = settle(first, context);
  if (settled === first) return view;
  const before = first.held.tasks;
  const after = settled.held?.tasks ?? before;
  // A task that was opened from the list goes on stepping through it.
  const withSiblings = (frame: Frame): Frame =>
    frame.screen === 'task' && frame.siblings === before ? { ...frame, siblings: after } : frame;
  return { ...view, stack: [settled, ...rest.map(withSiblings)] };
}
