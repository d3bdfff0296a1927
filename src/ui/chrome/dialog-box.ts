import type { Context } from '../../presentation/context.ts';
import type { Line, Span } from '../../presentation/line.ts';
import { fillLine } from '../../presentation/line-layout.ts';
import { wrap } from '../../presentation/text.ts';
import { type DialogState, levelOf, valuesOf, wordsOf } from '../model/dialog.ts';
import { emptyEditor } from '../model/line-editor.ts';
import type { Facts, Field } from '../operations/operation.ts';
import { operations } from '../operations/operations.ts';
import { editorSpans } from './scope-line.ts';

const widest = 72;
/** Border and padding on both sides. */
const frameWidth = 4;

export interface DialogBox {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly left: number;
}

/** A box of text, centred; on a narrow screen it takes the whole width. */
export function box(
  title: string,
  lines: readonly Line[],
  screenColumns: number,
  context: Context,
): DialogBox {
  const width = Math.min(widest, screenColumns - 1);
  const inner = width - frameWidth;
  const wrapped = lines.flatMap((line) => wrapLine(line, inner));
  const all: readonly Line[] = [[{ text: title, tone: 'title' }], ...wrapped];
  return {
    lines: all.map((line) => fillLine(line, inner, context)),
    width,
    left: Math.max(0, Math.floor((screenColumns - 1 - width) / 2)),
  };
}

/** Only lines of one look are wrapped; the others are laid out to fit by who wrote them. */
function wrapLine(line: Line, width: number): readonly Line[] {
  const [span] = line;
  if (span === undefined || line.length > 1) return [line];
  return wrap(span.text, width).map(
    (text): Line => [span.tone === undefined ? { text } : { text, tone: span.tone }],
  );
}

export function dialogBox(
  dialog: DialogState,
  facts: Facts,
  screenColumns: number,
  context: Context,
): DialogBox {
  const operation = operations[dialog.operation];
  const values = valuesOf(dialog);
  const lines: Line[] = [];
  for (const [index, field] of dialog.fields.entries()) {
    lines.push(fieldLine(dialog, field, index === dialog.focus, context));
  }
  if (dialog.fields.length > 0) lines.push([]);
  lines.push(...operation.explain(dialog.target, values, facts));
  const reason = operation.disabled(dialog.target, facts);
  if (reason !== undefined) lines.push([{ text: reason, tone: 'warn' }]);
  if (dialog.problem !== undefined) lines.push([{ text: dialog.problem, tone: 'fail' }]);
  lines.push([], question(dialog, facts, context));
  return box(operation.title(dialog.target), lines, screenColumns, context);
}

function fieldLine(dialog: DialogState, field: Field, focused: boolean, context: Context): Line {
  const label: Span = { text: field.label.padEnd(12), tone: focused ? 'strong' : 'muted' };
  const editor = dialog.editors[field.id] ?? emptyEditor;
  if (field.choices !== undefined) {
    return [
      label,
      ...field.choices.map((choice): Span => {
        const chosen = choice.value === editor.text;
        return { text: `${chosen ? '(*)' : '( )'} ${choice.label}  `, tone: chosen ? 'strong' : 'plain' };
      }),
    ];
  }
  const active = focused && dialog.step === 'fields';
  const typed: readonly Span[] = active ? editorSpans(editor, 24, context) : [{ text: editor.text }];
  return [label, ...typed, { text: `   ${field.note ?? ''}`, tone: 'muted' }];
}

function question(dialog: DialogState, facts: Facts, context: Context): Line {
  const level = levelOf(dialog, facts);
  if (dialog.step === 'fields') {
    return level === 1
      ? [{ text: 'Enter send', tone: 'key' }, { text: '    Esc cancel' }]
      : [{ text: 'Enter go on', tone: 'key' }, { text: '    Esc cancel' }];
  }
  if (level === 3) {
    return [
      { text: 'Type  ' },
      { text: wordsOf(dialog), tone: 'strong' },
      { text: '  to confirm:  ' },
      ...editorSpans(dialog.typed, 24, context),
    ];
  }
  return [
    { text: `${operations[dialog.operation].title(dialog.target)}?   ` },
    { text: 'y', tone: 'key' },
    { text: ' yes      N no (Enter, Esc)' },
  ];
}
