import { type FilterFields, findField, isTextField } from './filter-fields.ts';
import type { FieldNode, FilterNode, Operand } from './filter-node.ts';

/** What there is to know of a filter before it is asked about many rows. */
export interface FilterTraits {
  /** Answers can change while the rows do not: they have to be asked again from time to time. */
  readonly isUnsteady: boolean;
  /** It reads texts, so that one row can take a thousand times as long as another. */
  readonly readsTexts: boolean;
}

const none: FilterTraits = { isUnsteady: false, readsTexts: false };

/** @param node parsed with the same fields */
export function filterTraits<Row, Context>(
  node: FilterNode,
  fields: FilterFields<Row, Context>,
): FilterTraits {
  switch (node.kind) {
    case 'all':
      return none;
    case 'text':
      return { isUnsteady: false, readsTexts: true };
    case 'and':
    case 'or':
      return node.parts.map((part) => filterTraits(part, fields)).reduce(either, none);
    case 'not':
      return filterTraits(node.part, fields);
    case 'field':
      return fieldTraits(node, fields);
    case 'flag': {
      const flags = fields[node.group].filter((flag) => node.names.includes(flag.name));
      return { isUnsteady: flags.some((flag) => flag.isUnsteady === true), readsTexts: false };
    }
  }
}

function fieldTraits<Row, Context>(node: FieldNode, fields: FilterFields<Row, Context>): FilterTraits {
  const field = findField(fields.fields, node.field);
  if (field === undefined) return none;
  return {
    isUnsteady: field.isUnsteady === true || node.operands.some(countsFromNow),
    readsTexts: isTextField(field) && field.isShared !== true,
  };
}

function countsFromNow(operand: Operand | undefined): boolean {
  if (operand?.kind === 'range') return countsFromNow(operand.from) || countsFromNow(operand.to);
  return operand?.kind === 'moment' && operand.moment.kind === 'relative';
}

function either(left: FilterTraits, right: FilterTraits): FilterTraits {
  return {
    isUnsteady: left.isUnsteady || right.isUnsteady,
    readsTexts: left.readsTexts || right.readsTexts,
  };
}
