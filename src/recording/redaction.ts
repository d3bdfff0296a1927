import { UsageError } from '../errors.ts';
import {
  type ExpressionOutcome,
  globExpression,
  type LinearExpression,
  regularExpression,
} from '../presentation/filter/expression/linear-expression.ts';
import { parsePythonRepr } from '../presentation/python-repr.ts';
import { holdsCut, type PythonValue, pythonText } from '../presentation/python-value.ts';
import type { Event } from '../protocol/event.ts';

/** What tasks were given and what came of them: the fields in which secrets are. */
const redactedFields = ['args', 'kwargs', 'result', 'exception', 'traceback'] as const;

/** What stands in place of what is not written down. */
const mask = '***';
const pythonMask: PythonValue = { kind: 'string', prefix: '', text: mask, isCut: false };

/**
 * Takes out of events, of arguments of commands and of replies what must not be on a disk. Where it is not certain what
 * a text holds, all of it goes.
 */
export class Redaction {
  readonly #whole = new Set<string>();
  readonly #names: LinearExpression[] = [];
  readonly #expressions: LinearExpression[] = [];

  /**
   * @param patterns each one of `redactedFields`, a name of keyword arguments with `*` and `?`, or `/expression/`;
   *   several names may stand in one with commas between them
   * @throws UsageError for what is none of these
   */
  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      if (/^\/.+\/$/s.test(pattern))
        this.#expressions.push(checked(pattern, regularExpression(pattern.slice(1, -1))));
      else for (const name of pattern.split(',')) this.#addName(name.trim());
    }
  }

  /** The event itself where nothing of it has to go, else a changed copy. */
  event(event: Event): Event {
    let shown = event;
    for (const field of redactedFields) {
      const value = event[field];
      if (value === undefined || value === null) continue;
      const safe = this.#field(field, value);
      if (safe === value) continue;
      if (shown === event) shown = { ...event };
      shown[field] = safe;
    }
    return shown;
  }

  /** Of an object all fields, at any depth. */
  fields(value: object): Readonly<Record<string, unknown>> {
    // Not by assignment: a key may be `__proto__`.
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#item(key, item)]));
  }

  /** Any value of JSON, as workers reply; it is not nested more deeply than is read. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.#matches(value) ? mask : value;
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    return typeof value === 'object' && value !== null ? this.fields(value) : value;
  }

  #addName(name: string): void {
    if (name === '')
      throw new UsageError(`--redact needs ${redactedFields.join(', ')}, a name or /expression/`);
    if (redactedFields.some((field) => field === name)) this.#whole.add(name);
    else this.#names.push(checked(name, globExpression(name)));
  }

  #item(key: string, value: unknown): unknown {
    if (value === undefined || value === null) return value;
    if (redactedFields.some((field) => field === key)) return this.#field(key, value);
    return this.#isNamed(key) ? mask : this.value(value);
  }

  #field(field: string, value: unknown): unknown {
    if (this.#whole.has(field)) return mask;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (this.#matches(text)) return mask;
    if (this.#names.length === 0) return value;
    if (typeof value !== 'string') return typeof value === 'object' ? this.#changed(value) : value;
    return field === 'kwargs' ? this.#kwargs(value) : value;
  }

  #changed(value: unknown): unknown {
    const safe = this.value(value);
    return JSON.stringify(safe) === JSON.stringify(value) ? value : safe;
  }

  /** @param text the repr of a dict */
  #kwargs(text: string): string {
    const value = parsePythonRepr(text);
    // What was cut off may have been the bracket behind a name that is looked for.
    if (value?.kind !== 'dict' || holdsCut(value)) return mask;
    const safe = this.#python(value);
    return safe === value ? text : pythonText(safe, Number.POSITIVE_INFINITY);
  }

  #python(value: PythonValue): PythonValue {
    if (value.kind === 'dict') {
      let isChanged = false;
      const entries = value.entries.map(([key, item]) => {
        const safe = this.#isNamed(key.kind === 'string' ? key.text : pythonText(key))
          ? pythonMask
          : this.#python(item);
        if (safe !== item) isChanged = true;
        return [key, safe] as const;
      });
      return isChanged ? { ...value, entries } : value;
    }
    // Of an object only its repr is there: a text in it may be what is looked for.
    if (value.kind === 'opaque') return /['"]/.test(value.text) ? pythonMask : value;
    if (!('items' in value)) return value;
    const items = value.items.map((item) => this.#python(item));
    return items.every((item, index) => item === value.items[index]) ? value : { ...value, items };
  }

  #isNamed(name: string): boolean {
    return this.#names.some((glob) => finds(glob, name));
  }

  #matches(text: string): boolean {
    return this.#expressions.some((expression) => finds(expression, text));
  }
}

/** A text that is too long to be searched whole counts as found. */
function finds(expression: LinearExpression, text: string): boolean {
  return text.length > expression.longest || expression.test(text);
}

function checked(pattern: string, outcome: ExpressionOutcome): LinearExpression {
  if (outcome.ok) return outcome.expression;
  throw new UsageError(`--redact ${pattern.slice(0, 60)} cannot be read: ${outcome.message}`);
}
