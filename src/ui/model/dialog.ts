import type { Facts, Field, OperationId, Target, Values } from '../operations/operation.ts';
import { operations } from '../operations/operations.ts';
import { editKey, editorWith, emptyEditor, insertText, type LineEditor } from './line-editor.ts';

/**
 * An operation being asked about. First its fields are filled (`fields`), then it is confirmed (`confirm`): with `y`
 * at level 2, by typing words at level 3. At level 1 there is no second step: the filled prompt is the confirmation.
 */
export interface DialogState {
  readonly operation: OperationId;
  readonly target: Target;
  readonly fields: readonly Field[];
  readonly editors: Readonly<Record<string, LineEditor>>;
  readonly focus: number;
  readonly step: 'fields' | 'confirm';
  readonly typed: LineEditor;
  /** The input chunk whose keys opened this step: what else it held was typed at something else, and is discarded. */
  readonly chunk: number;
  /** The level that the confirmation began at. What happens meanwhile may raise it and never lowers it. */
  readonly floor: 1 | 2 | 3;
  /** Why the last Enter did nothing. */
  readonly problem: string | undefined;
}

export type DialogOutcome =
  | { readonly kind: 'open'; readonly dialog: DialogState }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'confirmed'; readonly dialog: DialogState };

export function openDialog(
  operation: OperationId,
  target: Target,
  facts: Facts,
  chunk: number,
  preset: Values = {},
): DialogState {
  const fields = operations[operation].fields(target, facts);
  const editors = Object.fromEntries(
    fields.map((field) => [field.id, editorWith(preset[field.id] ?? field.initial)]),
  );
  const step = fields.some((field) => field.choices === undefined) ? 'fields' : 'confirm';
  const dialog: DialogState = {
    operation,
    target,
    fields,
    editors,
    focus: 0,
    step,
    typed: emptyEditor,
    chunk,
    floor: 1,
    problem: undefined,
  };
  const level = levelOf(dialog, facts);
  // A prompt of choices only is still a prompt at level 1: Enter sends it.
  if (level === 1) return { ...dialog, step: 'fields' };
  return step === 'confirm' ? { ...dialog, floor: level } : dialog;
}

export function valuesOf(dialog: DialogState): Values {
  return Object.fromEntries(dialog.fields.map((field) => [field.id, dialog.editors[field.id]?.text ?? '']));
}

export function levelOf(dialog: DialogState, facts: Facts): 1 | 2 | 3 {
  const level = operations[dialog.operation].level(dialog.target, valuesOf(dialog), facts);
  return Math.max(level, dialog.floor) as 1 | 2 | 3;
}

export function wordsOf(dialog: DialogState): string {
  return operations[dialog.operation].words(dialog.target, valuesOf(dialog));
}

/** Pasted text is typing in a field; a yes/no question never takes it. */
export function pasteIntoDialog(dialog: DialogState, text: string): DialogState {
  const field = dialog.fields[dialog.focus];
  if (dialog.step !== 'fields' || field === undefined || field.choices !== undefined) return dialog;
  const editor = insertText(dialog.editors[field.id] ?? emptyEditor, text);
  return { ...dialog, editors: { ...dialog.editors, [field.id]: editor }, problem: undefined };
}

export function dialogKey(dialog: DialogState, key: string, chunk: number, facts: Facts): DialogOutcome {
  if (key === 'escape' || key === 'ctrl-c') return { kind: 'cancelled' };
  const asksMore = levelOf(dialog, facts) > 1;
  if (asksMore && chunk === dialog.chunk) return { kind: 'open', dialog };
  if (dialog.step === 'fields') return fieldsKey(dialog, key, chunk, facts);
  return levelOf(dialog, facts) === 3 ? wordsKey(dialog, key) : yesNoKey(dialog, key);
}

function fieldsKey(dialog: DialogState, key: string, chunk: number, facts: Facts): DialogOutcome {
  const count = dialog.fields.length;
  if (key === 'enter') return submitFields(dialog, chunk, facts);
  if (key === 'tab' || key === 'down') return focused(dialog, (dialog.focus + 1) % count);
  if (key === 'shift-tab' || key === 'up') return focused(dialog, (dialog.focus + count - 1) % count);
  return { kind: 'open', dialog: editFocused(dialog, key) };
}

function submitFields(dialog: DialogState, chunk: number, facts: Facts): DialogOutcome {
  const problem = operations[dialog.operation].problem(valuesOf(dialog));
  if (problem !== undefined) return { kind: 'open', dialog: { ...dialog, problem } };
  const floor = levelOf(dialog, facts);
  if (floor === 1) return { kind: 'confirmed', dialog };
  return { kind: 'open', dialog: { ...dialog, step: 'confirm', chunk, floor, problem: undefined } };
}

function focused(dialog: DialogState, focus: number): DialogOutcome {
  return { kind: 'open', dialog: { ...dialog, focus } };
}

function editFocused(dialog: DialogState, key: string): DialogState {
  const field = dialog.fields[dialog.focus];
  if (field === undefined) return dialog;
  const editor = dialog.editors[field.id] ?? emptyEditor;
  const edited = field.choices === undefined ? editKey(editor, key) : turnChoice(field, editor, key);
  if (edited === undefined) return dialog;
  return { ...dialog, editors: { ...dialog.editors, [field.id]: edited }, problem: undefined };
}

function turnChoice(field: Field, editor: LineEditor, key: string): LineEditor | undefined {
  const choices = field.choices ?? [];
  const at = choices.findIndex((choice) => choice.value === editor.text);
  const step = key === 'right' || key === 'space' ? 1 : key === 'left' ? -1 : 0;
  const next = choices[(at + step + choices.length) % choices.length];
  return step === 0 || next === undefined ? undefined : editorWith(next.value);
}

/** Only `y` is yes. Enter is a habit, not an answer. */
function yesNoKey(dialog: DialogState, key: string): DialogOutcome {
  if (key === 'y') return { kind: 'confirmed', dialog };
  if (key === 'n' || key === 'q' || key === 'enter') return { kind: 'cancelled' };
  return { kind: 'open', dialog: editFocused(dialog, key) };
}

function wordsKey(dialog: DialogState, key: string): DialogOutcome {
  if (key === 'enter') {
    return dialog.typed.text.trim() === wordsOf(dialog)
      ? { kind: 'confirmed', dialog }
      : { kind: 'open', dialog };
  }
  const choosing = key === 'left' || key === 'right';
  if (choosing && dialog.fields[dialog.focus]?.choices !== undefined) {
    return { kind: 'open', dialog: editFocused(dialog, key) };
  }
  // Words were begun: a letter of theirs must not become the `y` of a lesser question.
  return { kind: 'open', dialog: { ...dialog, floor: 3, typed: editKey(dialog.typed, key) ?? dialog.typed } };
}
