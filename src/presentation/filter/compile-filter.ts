import { matchesAny, numberFieldTest, type RowTest, textFieldTest } from './field-test.ts';
import { type FilterContext, type FilterFields, findField, isTextField } from './filter-fields.ts';
import type { FieldNode, FilterNode } from './filter-node.ts';
import { remembering, smartTest, type TextTest } from './text-test.ts';

/**
 * The test of a row that a filter asks for. It is made for one question and one moment: clock times get their day
 * now, and it remembers answers for texts that many rows share.
 *
 * @param node parsed with the same fields
 */
export function compileFilter<Row, Context extends FilterContext>(
  node: FilterNode,
  fields: FilterFields<Row, Context>,
  context: Context,
): RowTest<Row> {
  return compile(node, fields, context).test;
}

interface Compiled<Row> {
  readonly test: RowTest<Row>;
  /** Roughly what asking one row costs: the cheap conditions are asked first. */
  readonly cost: number;
}

function compile<Row, Context extends FilterContext>(
  node: FilterNode,
  fields: FilterFields<Row, Context>,
  context: Context,
): Compiled<Row> {
  switch (node.kind) {
    case 'all':
      return { test: () => true, cost: 0 };
    case 'and':
    case 'or':
      return combined(
        node.kind,
        node.parts.map((part) => compile(part, fields, context)),
      );
    case 'not': {
      const { test, cost } = compile(node.part, fields, context);
      return { test: (row) => !test(row), cost };
    }
    case 'text':
      return anyFieldTest(node.text, fields, context);
    case 'field':
      return fieldTest(node, fields, context);
    case 'flag': {
      const flags = fields[node.group].filter((flag) => node.names.includes(flag.name));
      return { test: (row) => flags.some((flag) => flag.holds(row, context)), cost: 4 };
    }
  }
}

function combined<Row>(kind: 'and' | 'or', parts: readonly Compiled<Row>[]): Compiled<Row> {
  const tests = parts.toSorted((left, right) => left.cost - right.cost).map((part) => part.test);
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  return { test: kind === 'and' ? allOf(tests) : anyOf(tests), cost };
}

/** A plain loop: it runs for each row, and `some` is several times as slow. */
function anyOf<Row>(tests: readonly RowTest<Row>[]): RowTest<Row> {
  return (row) => {
    for (const test of tests) if (test(row)) return true;
    return false;
  };
}

function allOf<Row>(tests: readonly RowTest<Row>[]): RowTest<Row> {
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

function anyFieldTest<Row, Context extends FilterContext>(
  text: string,
  fields: FilterFields<Row, Context>,
  context: Context,
): Compiled<Row> {
  const test = smartTest(text);
  // One memory for all: what is a worker's name in one field is the same text in another.
  const remembered = remembering(test);
  const searched = fields.searched
    .map((name) => findField(fields.fields, name))
    .filter((field) => field !== undefined && isTextField(field));
  const readers = searched.map((field) => ({ read: field.read, test: field.isShared ? remembered : test }));
  return {
    test: anyOf(readers.map((reader) => (row) => matchesAny(reader.read(row, context), reader.test))),
    cost: 40,
  };
}

function fieldTest<Row, Context extends FilterContext>(
  node: FieldNode,
  fields: FilterFields<Row, Context>,
  context: Context,
): Compiled<Row> {
  const field = findField(fields.fields, node.field);
  if (field === undefined) return { test: () => false, cost: 0 };
  if (!isTextField(field)) return { test: numberFieldTest(field, node, context), cost: 2 };
  const isShared = field.isShared ?? false;
  const prepare = isShared ? remembering : (test: TextTest): TextTest => test;
  return { test: textFieldTest(field, node, context, prepare), cost: isShared ? 1 : costOf(node) };
}

function costOf(node: FieldNode): number {
  return node.operator === 'contains' || node.operator === '~' ? 10 : 2;
}
