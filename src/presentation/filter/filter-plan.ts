import { textTest } from './field-test.ts';
import { type FilterFields, findField, type IndexName, isTextField } from './filter-fields.ts';
import type { FieldNode, FilterNode } from './filter-node.ts';

/** What an index may leave out: the groups whose key fails `test` hold no match. */
export interface KeyTest {
  /** For groups without a key (tasks whose name is not known) it is asked about undefined. */
  readonly test: (key: string | undefined) => boolean;
  /** All keys that can pass, where these are known: no need to go over the others. */
  readonly keys?: readonly string[];
}

/** Which rows are worth testing. Rows outside never match; rows inside are still to be tested. */
export type FilterPlan = Readonly<Partial<Record<IndexName, KeyTest>>>;

/** How an index can narrow the search before rows are tested one by one. */
export function planFilter<Row, Context>(node: FilterNode, fields: FilterFields<Row, Context>): FilterPlan {
  return narrowing(node, fields).plan;
}

interface Narrowing {
  readonly plan: FilterPlan;
  /** The rows that the plan lets through are the matches. */
  readonly isExact: boolean;
}

const anything: Narrowing = { plan: {}, isExact: false };

function narrowing<Row, Context>(node: FilterNode, fields: FilterFields<Row, Context>): Narrowing {
  switch (node.kind) {
    case 'all':
      return { plan: {}, isExact: true };
    case 'text':
      return anything;
    case 'and':
      return node.parts.map((part) => narrowing(part, fields)).reduce(both);
    case 'or':
      return node.parts.map((part) => narrowing(part, fields)).reduce(either);
    case 'not':
      return opposite(narrowing(node.part, fields));
    case 'field':
      return fieldNarrowing(node, fields);
    case 'flag':
      return node.names.map((name) => flagNarrowing(node.group, name, fields)).reduce(either);
  }
}

function fieldNarrowing<Row, Context>(node: FieldNode, fields: FilterFields<Row, Context>): Narrowing {
  const field = findField(fields.fields, node.field);
  if (field === undefined || !isTextField(field) || field.index === undefined) return anything;
  const matches = textTest(field, node);
  const isNegated = node.operator === '!=';
  const test = (key: string | undefined): boolean => (key !== undefined && matches(key)) !== isNegated;
  const isList = node.operator === '=' && field.kind === 'text';
  const keys = node.operands.flatMap((operand) => (operand.kind === 'text' ? [operand.text] : []));
  return { plan: { [field.index]: isList ? { test, keys: [...new Set(keys)] } : { test } }, isExact: true };
}

function flagNarrowing<Row, Context>(
  group: 'is' | 'has',
  name: string,
  fields: FilterFields<Row, Context>,
): Narrowing {
  const { states, isOfState = false } = fields[group].find((flag) => flag.name === name) ?? {};
  if (states === undefined) return anything;
  return {
    plan: { state: { test: (state) => state !== undefined && states(state) } },
    isExact: isOfState,
  };
}

function both(left: Narrowing, right: Narrowing): Narrowing {
  const plan: Partial<Record<IndexName, KeyTest>> = { ...left.plan };
  for (const index of indexesOf(right.plan)) {
    const [one, other] = [left.plan[index], right.plan[index]];
    if (one === undefined && other !== undefined) plan[index] = other;
    if (one === undefined || other === undefined) continue;
    const test = (key: string | undefined): boolean => one.test(key) && other.test(key);
    const keys = (one.keys ?? other.keys)?.filter(test);
    plan[index] = keys === undefined ? { test } : { test, keys };
  }
  return { plan, isExact: left.isExact && right.isExact };
}

function either(left: Narrowing, right: Narrowing): Narrowing {
  const plan: Partial<Record<IndexName, KeyTest>> = {};
  const shared = indexesOf(left.plan).filter((index) => right.plan[index] !== undefined);
  for (const index of shared) {
    const [one, other] = [left.plan[index], right.plan[index]];
    if (one === undefined || other === undefined) continue;
    const test = (key: string | undefined): boolean => one.test(key) || other.test(key);
    plan[index] =
      one.keys === undefined || other.keys === undefined
        ? { test }
        : { test, keys: [...new Set([...one.keys, ...other.keys])] };
  }
  const isOfOneIndex = shared.length === 1 && isOfOne(left.plan) && isOfOne(right.plan);
  return { plan, isExact: isOfOneIndex && left.isExact && right.isExact };
}

/** Only what one index decides alone can be turned round. */
function opposite({ plan, isExact }: Narrowing): Narrowing {
  const [index] = indexesOf(plan);
  const inner = index === undefined ? undefined : plan[index];
  if (!isExact || !isOfOne(plan) || index === undefined || inner === undefined) return anything;
  return { plan: { [index]: { test: (key: string | undefined) => !inner.test(key) } }, isExact };
}

function indexesOf(plan: FilterPlan): readonly IndexName[] {
  return Object.keys(plan) as IndexName[];
}

function isOfOne(plan: FilterPlan): boolean {
  return indexesOf(plan).length === 1;
}
