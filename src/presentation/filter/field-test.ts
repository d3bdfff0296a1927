import type { FilterContext, NumberFieldOf, TextFieldOf } from './filter-fields.ts';
import type { FieldNode, FilterOperator, Operand } from './filter-node.ts';
import { pairTest } from './kwargs-pair.ts';
import { numberTest } from './number-test.ts';
import { containsTest, type TextTest } from './text-test.ts';

export type RowTest<Row> = (row: Row) => boolean;

/** `!=` is the opposite of `=`, so it keeps what has no such field. */
export function textFieldTest<Row, Context>(
  field: TextFieldOf<Row, Context>,
  node: FieldNode,
  context: Context,
  prepare: (test: TextTest) => TextTest,
): RowTest<Row> {
  const test = prepare(textTest(field, node));
  const isNegated = node.operator === '!=';
  const { read, readAlso } = field;
  if (readAlso === undefined) return (row) => matchesAny(read(row, context), test) !== isNegated;
  return (row) => {
    const text = read(row, context);
    if (text === undefined) return isNegated;
    return (matchesAny(text, test) || matchesAny(readAlso(row), test)) !== isNegated;
  };
}

export function matchesAny(value: string | readonly string[] | undefined, test: TextTest): boolean {
  if (typeof value === 'string') return test(value);
  return value?.some(test) ?? false;
}

/** Whether one known text is what the condition asks for; `!=` is still to be turned round. */
export function textTest<Row, Context>(field: TextFieldOf<Row, Context>, node: FieldNode): TextTest {
  const tests = node.operands.map((operand) => operandTest(field, node.operator, operand));
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (text) => tests.some((test) => test(text));
}

function operandTest<Row, Context>(
  field: TextFieldOf<Row, Context>,
  operator: FilterOperator,
  operand: Operand,
): TextTest {
  if (operand.kind === 'expression') return (text) => operand.expression.test(text);
  if (operand.kind === 'pair') return pairTest(operand);
  const wanted = operand.kind === 'text' ? operand.text : '';
  if (field.kind === 'choice') return choiceTest(field, operator, wanted.toLowerCase());
  return operator === 'contains' ? containsTest(wanted, true) : (text) => text === wanted;
}

function choiceTest<Row, Context>(
  field: TextFieldOf<Row, Context>,
  operator: FilterOperator,
  wanted: string,
): TextTest {
  const meant = field.aliases?.get(wanted)?.toLowerCase();
  return (text) => {
    const value = text.toLowerCase();
    return value === meant || (operator === 'contains' ? value.startsWith(wanted) : value === wanted);
  };
}

/** What is not known is equal to nothing. */
export function numberFieldTest<Row, Context extends FilterContext>(
  field: NumberFieldOf<Row, Context>,
  node: FieldNode,
  context: Context,
): RowTest<Row> {
  const { operator, operands } = node;
  const tests = operands.map((operand) => numberTest(operator, operand, field.isAhead ?? false, context));
  const isNegated = operator === '!=';
  const holds = (value: number): boolean => tests.some((test) => test(value));
  return (row) => {
    const value = field.read(row, context);
    return (value !== undefined && holds(value)) !== isNegated;
  };
}
