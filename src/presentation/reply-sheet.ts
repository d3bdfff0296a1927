import { replyStatus } from './celery-reply.ts';
import type { Line, Span } from './line.ts';
import { pythonStr } from './python-str.ts';
import { textLines, valueLines } from './reply-shapes.ts';
import { alignedLines } from './table-lines.ts';
import { clean } from './text.ts';

export interface SheetReply {
  readonly hostname: string;
  /** Exact JSON. */
  readonly value: unknown;
}

export interface SheetOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  /** False leaves a list of who is there. */
  readonly showReply: boolean;
}

const longestOneLiner = 160;

/** The replies of all nodes for a person at a terminal, by name: a row each where they are short, else a block each. */
export function replySheet(replies: readonly SheetReply[], { now, showReply }: SheetOptions): Line[] {
  const sorted = [...replies].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const texts = sorted.map(({ value }) => (showReply ? oneLiner(value) : ''));
  if (texts.every((text) => text !== undefined)) {
    return alignedLines(
      sorted.map((reply, index) => [...headOf(reply), { text: clean(texts[index] ?? '') }]),
    );
  }
  return sorted.flatMap((reply, index) => {
    const [node, status] = headOf(reply);
    const body = bodyOf(reply.value, now);
    return [...(index === 0 ? [] : [[]]), [node, { text: '  ' }, status], ...body];
  });
}

function headOf({ hostname, value }: SheetReply): readonly [Span, Span] {
  const status = replyStatus(value);
  return [
    { text: clean(hostname), tone: 'accent' },
    status === 'ERROR' ? { text: status, tone: 'fail' } : { text: status },
  ];
}

/** What the worker said, where that fits into a row beside its name. */
function oneLiner(value: unknown): string | undefined {
  const said = saidBy(value);
  if (Array.isArray(said) || said instanceof Map) return undefined;
  const text = said === null ? '' : pythonStr(said);
  return text.includes('\n') || text.length > longestOneLiner ? undefined : text;
}

function bodyOf(value: unknown, now: number): Line[] {
  const said = saidBy(value);
  return typeof said === 'string' ? textLines(said, 2) : valueLines(said, now);
}

/** Without Celery's `ok` or `error` around it. */
function saidBy(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  if (value.has('ok')) return value.get('ok');
  return value.has('error') ? value.get('error') : value;
}
