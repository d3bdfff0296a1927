import { matchesAny, numberFieldTest, type RowTest, textFieldTest } from './field-test.ts';
import { type FilterContext, type FilterFields, findField, isTextField } from './filter-fields.ts';
import type { FieldNode, FilterNode } from './filter-node.ts';
import { metered, remembering, type SearchMeter, smartTest, type TextTest } from './text-test.ts';

/**
 * The test of a row that a filter asks for. It is made for one question and one moment: clock times get their day
 * now, and it remembers answers for texts that many rows share.
 *
 * @param node parsed with the same fields
 * @param meter counts the text that is searched, but for what is remembered
 */
export function compileFilter<Row, Context extends FilterContext>(
  node: FilterNode,
  fields: FilterFields<Row, Context>,
  context: Context,
  meter?: SearchMeter,
): RowTest<Row> {
  return compile(node, { fields, context, meter }).test;
}

interface Setting<Row, Context> {
  readonly fields: FilterFields<Row, Context>;
  readonly context: Context;
  readonly meter: SearchMeter | undefined;
}

interface Compiled<Row> {
  readonly test: RowTest<Row>;
  /** Roughly what asking one row costs: the cheap conditions are asked first. */
  readonly cost: number;
}

function compile<Row, Context extends FilterContext>(
  node: FilterNode,
  setting: Setting<Row, Context>,
): Compiled<Row> {
  const { fields, context } = setting;
  switch (node.kind) {
    case 'all':
      return { test: () => true, cost: 0 };
    case 'and':
    case 'or':
      return combined(
        node.kind,
        node.parts.map((part) => compile(part, setting)),
      );
    case 'not': {
      const { test, cost } = compile(node.part, setting);
      return { test: (row) => !test(row), cost };
    }
    case 'text':
      return anyFieldTest(node.text, setting);
    case 'field':
      return fieldTest(node, setting);
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
  { fields, context, meter }: Setting<Row, Context>,
): Compiled<Row> {
  const test = smartTest(text);
  // One memory for all: what is a worker's name in one field is the same text in another.
  const remembered = remembering(test);
  const counted = metered(test, meter);
  const searched = fields.searched
    .map((name) => findField(fields.fields, name))
    .filter((field) => field !== undefined && isTextField(field));
  const readers = searched.map((field) => ({
    read: field.read,
    test: field.isShared ? remembered : counted,
  }));
  return {
    test: anyOf(readers.map((reader) => (row) => matchesAny(reader.read(row, context), reader.test))),
    cost: 40,
  };
}

function fieldTest<Row, Context extends FilterContext>(
  node: FieldNode,
  { fields, context, meter }: Setting<Row, Context>,
): Compiled<Row> {
  const field = findField(fields.fields, node.field);
  if (field === undefined) return { test: () => false, cost: 0 };
  if (!isTextField(field)) return { test: numberFieldTest(field, node, context), cost: 2 };
  const isShared = field.isShared ?? false;
  const prepare = isShared ? remembering : (test: TextTest): TextTest => metered(test, meter);
  return { test: textFieldTest(field, node, context, prepare), cost: isShared ? 1 : costOf(node) };
}

function costOf(node: FieldNode): number {
  return node.operator === 'contains' || node.operator === '~' ? 10 : 2;
}
