import type { Context } from './context.ts';
import type { Line, Tone } from './line.ts';
import { fitLine, printable } from './line-layout.ts';
import { type PythonValue, pythonText } from './python-value.ts';
import { textWidth, wrap } from './text.ts';

/** More rows than these are not laid out: a value is read, not scrolled through for hours. */
const mostRows = 2_000;
const widestLabel = 24;

export interface TreeOptions {
  /** Containers inside the outermost one take one line each, `{2 keys}`. */
  readonly folded?: boolean;
}

/** A Python value as indented rows, one entry a row: `template   'welcome'`. */
export function valueTree(
  value: PythonValue,
  width: number,
  context: Context,
  options: TreeOptions = {},
): readonly Line[] {
  const lines: Line[] = [];
  const tree: Tree = { lines, width, context, folded: options.folded ?? false };
  if (isLeaf(value)) {
    addLeaf(tree, 1, [], value);
  } else {
    addEntries(tree, 1, value);
  }
  if (lines.length > mostRows) lines.length = mostRows;
  return lines;
}

interface Tree {
  readonly lines: Line[];
  readonly width: number;
  readonly context: Context;
  readonly folded: boolean;
}

interface Entry {
  readonly label: string;
  readonly value: PythonValue;
}

function addEntries(tree: Tree, indent: number, container: PythonValue): void {
  const entries = entriesOf(container);
  const labels = entries.map((entry) => fitLabel(entry.label, tree.context));
  const labelWidth = Math.min(widestLabel, Math.max(0, ...labels.map(textWidth)));
  for (const [index, { value }] of entries.entries()) {
    if (tree.lines.length > mostRows) return;
    const label = labels[index] ?? '';
    const padding = ' '.repeat(Math.max(0, labelWidth - textWidth(label)) + 2);
    const start: Line = label === '' ? [] : [{ text: `${label}${padding}`, tone: 'accent' }];
    const room = tree.width - indent - labelWidth - 3;
    if (isLeaf(value) || fitsInline(value, room)) {
      addLeaf(tree, indent, start, value);
    } else {
      const size = { text: sizeText(value), tone: 'muted' } as const;
      tree.lines.push(fitLine([{ text: ' '.repeat(indent) }, ...start, size], tree.width, tree.context));
      if (!tree.folded && indent < tree.width - 20) addEntries(tree, indent + 2, value);
    }
  }
  if (container.isCut) {
    tree.lines.push(fitLine([{ text: ' '.repeat(indent) }, cutSpan(tree.context)], tree.width, tree.context));
  }
}

/** A long text goes on below itself. */
function addLeaf(tree: Tree, indent: number, start: Line, value: PythonValue): void {
  const used = indent + start.reduce((sum, span) => sum + textWidth(span.text), 0);
  const [first = '', ...rest] = wrap(leafText(value), Math.max(8, tree.width - used));
  const tone = leafTone(value);
  const cut = value.kind === 'string' && value.isCut ? [cutSpan(tree.context)] : [];
  const rows = [[{ text: ' '.repeat(indent) }, ...start, { text: first, tone }]];
  rows.push(...rest.map((row) => [{ text: ' '.repeat(used) }, { text: row, tone }]));
  rows.at(-1)?.push(...cut);
  tree.lines.push(...rows.map((row) => fitLine(row, tree.width, tree.context)));
}

function entriesOf(value: PythonValue): readonly Entry[] {
  if (value.kind === 'dict') {
    return value.entries.map(([key, item]) => ({
      label: key.kind === 'string' ? key.text : pythonText(key, 200),
      value: item,
    }));
  }
  if (!('items' in value)) return [];
  return value.items.map((item, index) => ({
    label: value.kind === 'set' ? '' : String(index),
    value: item,
  }));
}

/** Nothing to unfold: a scalar, or an empty or wholly cut container. */
function isLeaf(value: PythonValue): boolean {
  if (value.kind === 'dict') return value.entries.length === 0;
  return !('items' in value) || value.items.length === 0;
}

/** A short list of plain values reads better on one line. */
function fitsInline(value: PythonValue, room: number): boolean {
  return (
    'items' in value &&
    value.items.length <= 16 &&
    value.items.every((item) => 'text' in item && item.text.length < 40) &&
    pythonText(value, room * 2 + 64).length <= room
  );
}

function leafText(value: PythonValue): string {
  if (value.kind !== 'string') return pythonText(value);
  return `${value.prefix}'${value.text}${value.isCut ? '' : "'"}`;
}

function leafTone(value: PythonValue): Tone {
  return value.kind === 'constant' ? 'muted' : 'plain';
}

function sizeText(value: PythonValue): string {
  const count = value.kind === 'dict' ? value.entries.length : entriesOf(value).length;
  const more = value.isCut ? '+' : '';
  const one = count === 1 && more === '';
  if (value.kind === 'dict') return `{${count}${more} ${one ? 'key' : 'keys'}}`;
  const text = `${count}${more} ${one ? 'item' : 'items'}`;
  if (value.kind === 'list') return `[${text}]`;
  return value.kind === 'tuple' ? `(${text})` : `{${text}}`;
}

function cutSpan(context: Context): { text: string; tone: Tone } {
  return { text: `${context.glyphs.ellipsis} cut by sender`, tone: 'warn' };
}

function fitLabel(label: string, context: Context): string {
  const text = printable(label.slice(0, 200), context);
  if (textWidth(text) <= widestLabel) return text;
  return [...text].slice(0, widestLabel - 1).join('') + context.glyphs.ellipsis;
}
