import type { CommandEntry } from '../../monitor/command-log.ts';
import { failedOrSilent } from '../../monitor/command-summary.ts';
import { type OperationId, type Target, unseenTask, type Values } from '../operations/operation.ts';
import { openDialog } from './dialog.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { say } from './stack.ts';
import { operationDisabled } from './target.ts';
import type { Overlay, ViewState } from './view-state.ts';

/** A key while the replies of a command lie over the screen: `R` sends it again to those that failed. */
export function keyInReplies(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'replies' }>,
  key: string,
  context: OverlayContext,
): Step {
  if (key === 'R') return again(view, overlay.entry, context);
  const closes = ['escape', 'q', 'enter', 'ctrl-c'].includes(key);
  return { view: closes ? { ...view, overlay: undefined } : view, effects: [] };
}

function again(view: ViewState, id: number, context: OverlayContext): Step {
  const entry = context.entry(id);
  const reason = entry === undefined ? 'this command is forgotten' : refusal(view, entry, context);
  if (entry === undefined || reason !== undefined) return refused(view, reason ?? '', context);
  const asked = askedAgain(entry, context);
  if (asked === undefined) return { view, effects: [{ kind: 'send-again', entry: id }] };
  const { operation, target, preset } = asked;
  const disabled = operationDisabled(view, operation, target, context);
  if (disabled !== undefined) return refused(view, disabled, context);
  const dialog = openDialog(operation, target, context.facts, context.chunk, preset);
  return { view: { ...view, overlay: { kind: 'dialog', dialog } }, effects: [] };
}

function refused(view: ViewState, reason: string, context: OverlayContext): Step {
  return { view: say(view, reason, context.nowMs, 'warn'), effects: [] };
}

function refusal(view: ViewState, entry: CommandEntry, context: OverlayContext): string | undefined {
  if (view.readonly) return 'read-only (:readonly off)';
  if (context.disconnected !== undefined) return context.disconnected;
  if (entry.state !== 'done') return 'replies are still awaited';
  if (entry.failure !== undefined || failedOrSilent(entry).length > 0) return undefined;
  return 'nobody failed: there is nothing to send again';
}

interface Asked {
  readonly operation: OperationId;
  readonly target: Target;
  readonly preset: Values;
}

/** What destroys is confirmed each time, about what is true by then; undefined for what may simply be repeated. */
function askedAgain(entry: CommandEntry, context: OverlayContext): Asked | undefined {
  const { method, args, destination, failure } = entry;
  if (method === 'shutdown') {
    const hostnames = failure === undefined ? failedOrSilent(entry) : (destination ?? []);
    return { operation: 'shutdown', target: { tasks: [], hostnames }, preset: {} };
  }
  if (method !== 'terminate' && (method !== 'revoke' || args['terminate'] !== true)) return undefined;
  const ids = Array.isArray(args['task_id']) ? args['task_id'] : [args['task_id']];
  const tasks = ids.map((uuid) => context.facts.task(String(uuid)) ?? unseenTask(String(uuid)));
  const { signal } = args;
  return {
    operation: 'terminate',
    target: { tasks, hostnames: [] },
    preset: typeof signal === 'string' ? { signal } : {},
  };
}
