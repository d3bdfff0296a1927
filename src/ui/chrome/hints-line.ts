import type { Context } from '../../presentation/context.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import { type ActionId, keyLabel } from '../input/actions.ts';
import { actionsOf } from '../input/dispatch.ts';
import { screenHere } from '../model/here.ts';
import { frameOf, type Overlay, type ViewState } from '../model/view-state.ts';
import { isOperation } from '../operations/operations.ts';

/** The keys of what lies over the screen. They belong to no action: the overlay itself reads them. */
const overlayHints: { readonly [Kind in Overlay['kind']]: string } = {
  filter: 'Enter keep  Tab complete  ↑↓ history  Esc restore',
  find: 'Enter find  Esc cancel',
  sort: 'letter choose, again to reverse  Enter keep',
  help: 'type to search  ↑↓ choose  Enter run  Esc close',
  palette: '↑↓ choose  Tab complete  Enter run  Esc cancel',
  actions: 'j k choose  Enter run  Esc close',
  log: 'j k choose  Enter replies  Esc close',
  intake: 'j k worker  Esc close',
  percent: 'digits go there  Enter close',
  replies: 'R send again to failed  Esc close',
  dialog: 'Esc cancel',
};

/** While there is no task to act on, these come first and the keys that act on one are left out. */
const withoutTasks: readonly ActionId[] = ['task-events', 'view-workers', 'palette', 'back'];

/**
 * The last line: the most useful keys here, dropped from the right until they fit, and always `? help`.
 *
 * @param isEmpty the list on screen has no row
 */
export function hintsLine(view: ViewState, width: number, context: Context, isEmpty: boolean = false): Line {
  const { overlay } = view;
  if (overlay !== undefined) {
    const text = overlay.kind === 'dialog' ? dialogHint(overlay) : overlayHints[overlay.kind];
    return fillLine([{ text: ` ${text}` }], width, context);
  }
  const { screen } = frameOf(view);
  const here = actionsOf(screenHere(view));
  const hinted =
    isEmpty && screen === 'tasks' && view.playback === undefined
      ? withoutTasks.flatMap((id) => here.find((entry) => entry.id === id) ?? [])
      : here
          .filter(
            (entry) => entry.hint !== undefined && (view.playback === undefined || !isOperation(entry.id)),
          )
          .sort((a, b) => (a.hint?.[0] ?? 0) - (b.hint?.[0] ?? 0));
  const spans: Span[] = [];
  let room = width - 1 - '? help'.length;
  for (const entry of hinted) {
    const key = keyLabel(entry.keys[0] ?? '');
    const needed = key.length + (entry.hint?.[1].length ?? 0) + 3;
    if (needed > room) break;
    room -= needed;
    spans.push({ text: key, tone: 'key' }, { text: ` ${entry.hint?.[1] ?? ''}  ` });
  }
  return withHelp([{ text: ' ' }, ...spans], width, context);
}

function withHelp(spans: readonly Span[], width: number, context: Context): Line {
  const help: Span[] = [{ text: '?', tone: 'key' }, { text: ' help' }];
  const used = spans.reduce((sum, span) => sum + span.text.length, 0);
  const gap = /\s{2}$/.test(spans.at(-1)?.text ?? '') || used <= 1 ? '' : '  ';
  const kept = used + gap.length + 6 > width ? [{ text: ' ' }] : [...spans, { text: gap }];
  return fillLine([...kept, ...help], width, context);
}

function dialogHint(overlay: Extract<Overlay, { kind: 'dialog' }>): string {
  const { dialog } = overlay;
  if (dialog.step === 'fields')
    return dialog.fields.length > 1
      ? 'Enter send  Tab field  ←→ choose  Esc cancel'
      : 'Enter send  Esc cancel';
  return dialog.fields.length > 0 ? '←→ choose  Esc cancel' : 'Esc cancel';
}
