import { UsageError } from '../errors.ts';
import type { Event } from '../protocol/event.ts';
import { fieldText } from './event-line.ts';
import { EventTime } from './event-time.ts';

type Part = { readonly literal: string } | { readonly field: string };

/** A line of an event as somebody wrote it: text with fields in braces. What an event does not have prints as nothing. */
export class EventTemplate {
  readonly #parts: readonly Part[];
  readonly #time = new EventTime();

  /**
   * @param template `{{` and `}}` stand for braces
   * @throws UsageError that names the column of what is wrong
   */
  constructor(template: string) {
    this.#parts = partsOf(template);
  }

  /** Only the first events of a task tell its name: somebody has to remember it. */
  get asksName(): boolean {
    return this.#parts.some((part) => 'field' in part && part.field === 'name');
  }

  /** @param name what the task of the event is called, where the event itself does not say */
  line(event: Event, name: string | undefined): string {
    let line = '';
    for (const part of this.#parts) {
      if ('literal' in part) line += part.literal;
      else if (part.field === 'time') line += this.#time.text(event.timestamp) ?? '';
      else if (Object.hasOwn(event, part.field)) line += fieldText(part.field, event[part.field], event);
      else if (part.field === 'name') line += name ?? '';
    }
    return line;
  }
}

const pieces = /\{\{|\}\}|\{[^{}]*\}?|\}|[^{}]+/g;
const fieldName = /^[A-Za-z_][\w.-]*$/;

function partsOf(template: string): readonly Part[] {
  if (template === '')
    throw new UsageError('--format is empty: give it text with fields, such as "{time} {type} {uuid}"');
  return Array.from(template.matchAll(pieces), ({ 0: piece, index }) => partOf(piece, index + 1));
}

function partOf(piece: string, column: number): Part {
  if (piece === '{{' || piece === '}}') return { literal: piece.charAt(0) };
  if (piece === '}') throw bad(column, 'this } has no {; write }} for the character');
  if (!piece.startsWith('{')) return { literal: piece };
  if (!piece.endsWith('}')) throw bad(column, 'this { has no }; write {{ for the character');
  const field = piece.slice(1, -1);
  if (field === '') throw bad(column, 'these braces name no field; write {{}} for the characters');
  if (!fieldName.test(field)) {
    throw bad(column + 1, `${JSON.stringify(field.slice(0, 40))} is not the name of a field`);
  }
  return { field };
}

function bad(column: number, what: string): UsageError {
  return new UsageError(`--format, column ${column}: ${what}`);
}
