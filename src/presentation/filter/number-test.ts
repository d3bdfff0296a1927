import type { FilterContext } from './filter-fields.ts';
import type { FilterOperator, Limit, Operand } from './filter-node.ts';
import { type ClockDay, type Moment, momentStart } from './moment.ts';

export type NumberTest = (value: number) => boolean;

interface Bound {
  readonly at: number;
  /** `at` counts from now, and moves with it. */
  readonly isRelative: boolean;
  readonly isIncluded: boolean;
}

interface Interval {
  readonly low?: Bound | undefined;
  readonly high?: Bound | undefined;
}

/** The test that an operand asks for. Clock times get their day here, once; relative times move on. */
export function numberTest(
  operator: FilterOperator,
  operand: Operand,
  isAhead: boolean,
  context: FilterContext,
): NumberTest {
  const { low, high } = intervalOf(operator, operand, isAhead, context);
  return (value) =>
    (low === undefined || isAbove(value, low, context)) &&
    (high === undefined || isBelow(value, high, context));
}

function isAbove(value: number, { at, isRelative, isIncluded }: Bound, context: FilterContext): boolean {
  const limit = isRelative ? context.now() + at : at;
  return isIncluded ? value >= limit : value > limit;
}

function isBelow(value: number, { at, isRelative, isIncluded }: Bound, context: FilterContext): boolean {
  const limit = isRelative ? context.now() + at : at;
  return isIncluded ? value <= limit : value < limit;
}

function intervalOf(
  operator: FilterOperator,
  operand: Operand,
  isAhead: boolean,
  context: FilterContext,
): Interval {
  if (operand.kind === 'range') return rangeInterval(operand.from, operand.to, isAhead, context);
  if (operand.kind !== 'number' && operand.kind !== 'moment') return {};
  const past: ClockDay = isAhead ? 'nearest' : 'past';
  const isIncluded = operator === '>=' || operator === '<=';
  if (operator === '>' || operator === '>=') return { low: boundOf(operand, past, isIncluded, context) };
  if (operator === '<' || operator === '<=')
    return { high: boundOf(operand, 'nearest', isIncluded, context) };
  return operand.kind === 'number'
    ? numberEquality(operand.value, operand.tolerance)
    : momentEquality(operand.moment, past, context);
}

/** A time after midnight ends a range that begins before it. */
function rangeInterval(
  from: Limit | undefined,
  to: Limit | undefined,
  isAhead: boolean,
  context: FilterContext,
): Interval {
  const low = from && boundOf(from, isAhead ? 'nearest' : 'past', true, context);
  const lowest = low && (low.isRelative ? context.now() + low.at : low.at);
  return {
    low,
    high: to && boundOf(to, lowest === undefined ? 'nearest' : { notBefore: lowest }, true, context),
  };
}

function boundOf(limit: Limit, day: ClockDay, isIncluded: boolean, context: FilterContext): Bound {
  if (limit.kind === 'number') return { at: limit.value, isRelative: false, isIncluded };
  return limit.moment.kind === 'relative'
    ? { at: limit.moment.seconds, isRelative: true, isIncluded }
    : { at: momentStart(limit.moment, day, context), isRelative: false, isIncluded };
}

function numberEquality(value: number, tolerance: number): Interval {
  return {
    low: { at: value - tolerance, isRelative: false, isIncluded: true },
    high: { at: value + tolerance, isRelative: false, isIncluded: tolerance === 0 },
  };
}

/** The whole minute, second or day that was written; for `-15m` all the time since then. */
function momentEquality(moment: Moment, day: ClockDay, context: FilterContext): Interval {
  if (moment.kind === 'relative') {
    const { seconds } = moment;
    return {
      low: { at: Math.min(seconds, 0), isRelative: true, isIncluded: true },
      high: { at: Math.max(seconds, 0), isRelative: true, isIncluded: true },
    };
  }
  const start = momentStart(moment, day, context);
  return {
    low: { at: start, isRelative: false, isIncluded: true },
    high: { at: start + moment.length, isRelative: false, isIncluded: false },
  };
}
