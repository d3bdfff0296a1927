import { operations } from '../operations/operations.ts';
import { dialogKey, pasteIntoDialog, valuesOf } from './dialog.ts';
import type { Effect } from './effect.ts';
import { keyInFilter, typeFilter } from './filter-keys.ts';
import { editKey, editorWith, insertText, type LineEditor } from './line-editor.ts';
import { type MenuItem, menuRow } from './menu.ts';
import { actionItems, helpItems, paletteItems } from './menus.ts';
import type { OverlayContext } from './overlay-context.ts';
import type { Step } from './reduce.ts';
import { resort } from './reduce-list.ts';
import { keyInPercent } from './reduce-playback.ts';
import { sortedBy } from './reduce-task-types.ts';
import { keyInReplies } from './reply-keys.ts';
import { savedNames } from './saved-filters.ts';
import { say } from './stack.ts';
import { operationDisabled } from './target.ts';
import { scrollTo } from './text.ts';
import { type Frame, frameOf, type Overlay, type ViewState, withFrame } from './view-state.ts';
import { completeWord, type WordKind } from './words.ts';

function only(view: ViewState): Step {
  return { view, effects: [] };
}

function closed(view: ViewState, effects: readonly Effect[] = []): Step {
  return { view: { ...view, overlay: undefined }, effects };
}

function showing(view: ViewState, overlay: Overlay): Step {
  return only({ ...view, overlay });
}

/** A key while something lies over the screen. Ctrl-C and Esc always close it. */
export function overlayKey(view: ViewState, key: string, context: OverlayContext): Step {
  const { overlay } = view;
  if (overlay === undefined) return only(view);
  switch (overlay.kind) {
    case 'dialog':
      return keyInDialog(view, overlay, key, context);
    case 'filter':
      return keyInFilter(view, overlay, key, context);
    case 'find':
      return keyInFind(view, overlay, key, context);
    case 'sort':
      return keyInSort(view, key, context);
    case 'replies':
      return keyInReplies(view, overlay, key, context);
    case 'log':
      return keyInLog(view, overlay, key, context);
    case 'intake':
      return keyInIntake(view, overlay, key, context);
    case 'percent':
      return keyInPercent(view, overlay, key);
    case 'help':
      return keyInMenu(view, overlay, key, helpItems(view, overlay.editor.text, context));
    case 'palette':
      return keyInPalette(view, overlay, key, context);
    case 'actions':
      return keyInActions(view, overlay, key, context);
  }
}

/** A paste is text in a field and nothing anywhere else: what it holds never runs as keys. */
export function overlayPaste(view: ViewState, text: string, context: OverlayContext): ViewState {
  const { overlay } = view;
  if (overlay === undefined) return view;
  if (overlay.kind === 'dialog') {
    return { ...view, overlay: { ...overlay, dialog: pasteIntoDialog(overlay.dialog, text) } };
  }
  if (!('editor' in overlay)) return view;
  const editor = insertText(overlay.editor, text);
  if (overlay.kind === 'filter') return typeFilter(view, overlay, editor, context);
  return { ...view, overlay: { ...overlay, editor } };
}

function keyInDialog(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'dialog' }>,
  key: string,
  context: OverlayContext,
): Step {
  const outcome = dialogKey(overlay.dialog, key, context.chunk, context.facts);
  if (outcome.kind === 'cancelled') return closed(view);
  if (outcome.kind === 'open') return showing(view, { kind: 'dialog', dialog: outcome.dialog });
  const { dialog } = outcome;
  // Asked again at the last moment: the task may have finished, the worker gone, the connection dropped.
  const reason = operationDisabled(view, dialog.operation, dialog.target, context);
  if (reason !== undefined) return closed(say(view, reason, context.nowMs, 'warn'));
  const request = operations[dialog.operation].request(dialog.target, valuesOf(dialog), context.facts);
  return closed(view, [{ kind: 'send', request }]);
}

function keyInFind(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'find' }>,
  key: string,
  context: OverlayContext,
): Step {
  if (key === 'escape' || key === 'ctrl-c') return closed(view);
  if (key !== 'enter') {
    const editor = editKey(overlay.editor, key);
    return editor === undefined ? only(view) : showing(view, { ...overlay, editor });
  }
  const frame = frameOf(view);
  if (frame.screen !== 'task' && frame.screen !== 'worker') return closed(view);
  const searched = { ...frame, text: { ...frame.text, find: overlay.editor.text } };
  const { matches, count, start } = context.text(searched);
  const from = frame.text.top ?? start;
  const first = matches.find((row) => row >= from) ?? matches[0];
  if (first === undefined) {
    return closed(say(withFrame(view, searched), `not found: ${overlay.editor.text}`, context.nowMs, 'warn'));
  }
  return closed(
    withFrame(view, { ...searched, text: scrollTo(searched.text, first, count, context.pageRows) }),
  );
}

function keyInSort(view: ViewState, key: string, context: OverlayContext): Step {
  const frame: Frame = frameOf(view);
  if (key === 'enter' || key === 'escape' || key === 'ctrl-c' || key === 'q') return closed(view);
  const column = context.sortColumn(key);
  if (column === undefined) return only(view);
  if (frame.screen === 'tasks') return only(withFrame(view, resort(frame, column, context)));
  if (frame.screen === 'types')
    return only(withFrame(view, { ...frame, sort: sortedBy(column, frame.sort) }));
  if (frame.screen !== 'workers') return closed(view);
  const descending = frame.sort.column === column && !frame.sort.descending;
  return only(withFrame(view, { ...frame, sort: { column, descending } }));
}

function keyInLog(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'log' }>,
  key: string,
  context: OverlayContext,
): Step {
  if (['escape', 'q', '@', 'ctrl-c'].includes(key)) return closed(view);
  const entry = context.log[overlay.row];
  if (key === 'enter' && entry !== undefined) return showing(view, { kind: 'replies', entry });
  const arrow = key === 'j' ? 'down' : key === 'k' ? 'up' : key;
  return showing(view, { ...overlay, row: menuRow(overlay.row, arrow, context.log.length) });
}

function keyInIntake(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'intake' }>,
  key: string,
  context: OverlayContext,
): Step {
  if (['escape', 'q', 'I', 'ctrl-c'].includes(key)) return closed(view);
  const arrow = key === 'j' ? 'down' : key === 'k' ? 'up' : key;
  return showing(view, { ...overlay, row: menuRow(overlay.row, arrow, context.intakeWorkers) });
}

type Menu = Extract<Overlay, { kind: 'help' | 'palette' | 'actions' }>;

function keyInMenu(view: ViewState, overlay: Menu, key: string, items: readonly MenuItem[]): Step {
  if (key === 'escape' || key === 'ctrl-c') return closed(view);
  if (key === 'enter') return chosen(view, items[overlay.row]);
  const row = menuRow(overlay.row, key, items.length);
  if (row !== overlay.row || !('editor' in overlay)) return showing(view, { ...overlay, row });
  const editor: LineEditor | undefined = editKey(overlay.editor, key);
  return editor === undefined ? only(view) : showing(view, { ...overlay, editor, row: 0 });
}

function chosen(view: ViewState, item: MenuItem | undefined): Step {
  return item?.effect === undefined ? closed(view) : closed(view, [item.effect]);
}

function keyInActions(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'actions' }>,
  key: string,
  context: OverlayContext,
): Step {
  const items = actionItems(view, context);
  if (key === 'q' || key === 'a') return closed(view);
  const arrow = key === 'j' ? 'down' : key === 'k' ? 'up' : key;
  const byKey = items.find((item) => item.keys.split(' ').includes(key));
  if (arrow === key && key !== 'enter' && byKey !== undefined) return chosen(view, byKey);
  return keyInMenu(view, overlay, arrow, items);
}

function keyInPalette(
  view: ViewState,
  overlay: Extract<Overlay, { kind: 'palette' }>,
  key: string,
  context: OverlayContext,
): Step {
  const typed = overlay.editor.text;
  const items = paletteItems(view, typed, context);
  const item = items[overlay.row];
  if (key === 'tab') {
    const completed = /\s/.test(typed.trimStart())
      ? completeWord(typed, (kind) => candidatesOf(view, kind, context))
      : commandWord(item, typed);
    return showing(view, { ...overlay, editor: editorWith(completed), row: 0 });
  }
  if (key === 'enter' && (item === undefined || item.takesWords)) {
    const text = typed.includes(' ') || item === undefined ? typed : commandWord(item, typed);
    return closed(view, [{ kind: 'command', text }]);
  }
  return keyInMenu(view, overlay, key, items);
}

function candidatesOf(view: ViewState, kind: WordKind, context: OverlayContext): readonly string[] {
  if (kind === 'saved') return savedNames(view);
  return kind === 'filter' ? [...savedNames(view), 'save', 'drop'] : context.candidates(kind);
}

function commandWord(item: MenuItem | undefined, typed: string): string {
  if (item === undefined) return typed;
  return item.takesWords ? `${item.text.split(' ')[0] ?? ''} ` : item.text;
}
