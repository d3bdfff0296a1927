/** Texts, texts of few values that are told by their first letters, `key=value` pairs, and three sorts of numbers. */
export type FieldKind = 'text' | 'choice' | 'pairs' | 'duration' | 'count' | 'percent' | 'moment';

/** What the parser and the completion need to know of a field. */
export interface FieldWords {
  readonly name: string;
  /** The short form of the name. */
  readonly short?: string;
  readonly kind: FieldKind;
  /** What it holds, in a few words. */
  readonly help: string;
  /** Of a choice: every value that is known beforehand. */
  readonly choices?: readonly string[];
  /** Of a choice: other words for its values, in lower case. */
  readonly aliases?: ReadonlyMap<string, string>;
}

export interface FlagWords {
  readonly name: string;
  readonly help: string;
}

/** The fields of a view, without the way to read them. */
export interface FilterVocabulary {
  readonly fields: readonly FieldWords[];
  readonly is: readonly FlagWords[];
  readonly has: readonly FlagWords[];
}

/** What every filter is evaluated in. */
export interface FilterContext {
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Seconds east of UTC at that time, in the zone that the screen shows times in. */
  readonly zoneOffset: (time: number) => number;
}

/** Groups that the State can list without looking at every task. */
export type IndexName = 'state' | 'name' | 'worker' | 'root' | 'uuid';

/**
 * What is `isUnsteady` can change while the row does not: with the clock, or with what is known beside the row. A
 * moment is unsteady by itself where it is counted from now.
 */
export interface TextFieldOf<Row, Context> extends FieldWords {
  readonly kind: 'text' | 'choice' | 'pairs';
  /** Undefined where it is not known; several where any of them may match. */
  readonly read: (row: Row, context: Context) => string | readonly string[] | undefined;
  /** Another form of the text, asked for where the first does not match; bare text is not looked for in it. */
  readonly readAlso?: (row: Row) => string | undefined;
  /** The index whose key is what `read` returns, with undefined for the rows that have none. */
  readonly index?: IndexName;
  /** Many rows hold the same few texts, so answers are remembered. */
  readonly isShared?: boolean;
  readonly isUnsteady?: boolean;
}

export interface NumberFieldOf<Row, Context> extends FieldWords {
  readonly kind: 'duration' | 'count' | 'percent' | 'moment';
  /** Seconds for a duration, seconds since the epoch for a moment, 0 to 100 for a percent. */
  readonly read: (row: Row, context: Context) => number | undefined;
  /** Of a moment: it usually lies ahead, so `18:00` is not taken for the last one that was. */
  readonly isAhead?: boolean;
  readonly isUnsteady?: boolean;
}

export type FieldOf<Row, Context> = TextFieldOf<Row, Context> | NumberFieldOf<Row, Context>;

export interface FlagOf<Row, Context> extends FlagWords {
  readonly holds: (row: Row, context: Context) => boolean;
  /** Holds in these states at most; with `isOfState`, in exactly these. */
  readonly states?: (state: string) => boolean;
  readonly isOfState?: boolean;
  readonly isUnsteady?: boolean;
}

/** All that can be asked of the rows of a view: declared once, used to parse, compile, complete and explain. */
export interface FilterFields<Row, Context> extends FilterVocabulary {
  readonly fields: readonly FieldOf<Row, Context>[];
  readonly is: readonly FlagOf<Row, Context>[];
  readonly has: readonly FlagOf<Row, Context>[];
  /** The fields that bare text is looked for in. */
  readonly searched: readonly string[];
}

/** By its long or short name, in any case. */
export function findField<Field extends FieldWords>(
  fields: readonly Field[],
  word: string,
): Field | undefined {
  const name = word.toLowerCase();
  return fields.find((field) => field.name === name || field.short === name);
}

export function isTextField<Row, Context>(field: FieldOf<Row, Context>): field is TextFieldOf<Row, Context> {
  return field.kind === 'text' || field.kind === 'choice' || field.kind === 'pairs';
}
