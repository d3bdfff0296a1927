import { type FilterFields, findField } from './filter-fields.ts';
import type { FieldNode, FilterNode, Operand } from './filter-node.ts';

/** What there is to know of a filter before it is asked about many rows. */
export interface FilterTraits {
  /** Answers can change while the rows do not: they have to be asked again from time to time. */
  readonly isUnsteady: boolean;
}

/** @param node parsed with the same fields */
export function filterTraits<Row, Context>(
  node: FilterNode,
  fields: FilterFields<Row, Context>,
): FilterTraits {
  return { isUnsteady: isUnsteady(node, fields) };
}

function isUnsteady<Row, Context>(node: FilterNode, fields: FilterFields<Row, Context>): boolean {
  switch (node.kind) {
    case 'all':
    case 'text':
      return false;
    case 'and':
    case 'or':
      return node.parts.some((part) => isUnsteady(part, fields));
    case 'not':
      return isUnsteady(node.part, fields);
    case 'field':
      return isUnsteadyField(node, fields);
    case 'flag':
      return fields[node.group].some((flag) => node.names.includes(flag.name) && flag.isUnsteady === true);
  }
}

function isUnsteadyField<Row, Context>(node: FieldNode, fields: FilterFields<Row, Context>): boolean {
  const field = findField(fields.fields, node.field);
  if (field === undefined) return false;
  return field.isUnsteady === true || node.operands.some(countsFromNow);
}

function countsFromNow(operand: Operand | undefined): boolean {
  if (operand?.kind === 'range') return countsFromNow(operand.from) || countsFromNow(operand.to);
  return operand?.kind === 'moment' && operand.moment.kind === 'relative';
}
