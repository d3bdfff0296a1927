import type { LinearExpression } from './expression/linear-expression.ts';
import type { Moment } from './moment.ts';

/** Offsets in the text of the filter. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** `contains` is what `:` asks; for numbers and times it asks for equality at the precision that was written. */
export type FilterOperator = 'contains' | '=' | '!=' | '~' | '>' | '>=' | '<' | '<=';

export type NumberOperand = SourceRange & {
  readonly kind: 'number';
  /** Seconds for a duration. */
  readonly value: number;
  /** Values closer than this are equal to it: half of the last place that was written. */
  readonly tolerance: number;
};

export type MomentOperand = SourceRange & { readonly kind: 'moment'; readonly moment: Moment };

/** `kwargs:key=value`. */
export type PairOperand = SourceRange & {
  readonly kind: 'pair';
  readonly key: string;
  readonly value: string;
  /** Of a value that is a glob. */
  readonly expression?: LinearExpression;
};

export type Operand =
  | (SourceRange & { readonly kind: 'text'; readonly text: string })
  | (SourceRange & { readonly kind: 'expression'; readonly expression: LinearExpression })
  | PairOperand
  | NumberOperand
  | MomentOperand
  /** Both ends belong to it; at least one is there. */
  | (SourceRange & { readonly kind: 'range'; readonly from?: Limit; readonly to?: Limit });

export type Limit = NumberOperand | MomentOperand;

/** A filter as it was understood. Immutable; tests of rows are made from it by compileFilter. */
export type FilterNode =
  | AllNode
  | (SourceRange & { readonly kind: 'and' | 'or'; readonly parts: readonly FilterNode[] })
  | (SourceRange & { readonly kind: 'not'; readonly part: FilterNode })
  /** Text that may stand in any field. */
  | (SourceRange & { readonly kind: 'text'; readonly text: string })
  | FieldNode
  /** `is:slow,stuck`: at least one of them holds. */
  | (SourceRange & {
      readonly kind: 'flag';
      readonly group: 'is' | 'has';
      readonly names: readonly string[];
    });

/** Of an empty filter. */
export type AllNode = SourceRange & { readonly kind: 'all' };

export type FieldNode = SourceRange & {
  readonly kind: 'field';
  /** The long form of its name. */
  readonly field: string;
  readonly operator: FilterOperator;
  /** Any of them; several only for `contains`, `=` and `!=`. */
  readonly operands: readonly Operand[];
};
