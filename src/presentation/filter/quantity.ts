import { excerpt } from './filter-error.ts';

export type QuantityOutcome =
  | { readonly ok: true; readonly value: number; readonly tolerance: number }
  /** `offset` is where in the text the bad part begins. */
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Seconds. */
const durationUnits: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

const countUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['K', 1e3],
  ['M', 1e6],
]);

const percentUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['%', 1],
]);

const part = /(\d{1,15}(?:\.(\d{0,9}))?)([^\d.]*)/y;

/** `2s`, `0.5`, `250ms`, `2m10s`: seconds where there is no unit. Equal is what rounds to what was written. */
export function parseDuration(text: string): QuantityOutcome {
  let value = 0;
  let place = 1;
  let at = 0;
  while (at < text.length || text === '') {
    part.lastIndex = at;
    const [all = '', number = '', decimals = '', unit = ''] = part.exec(text) ?? [];
    if (all === '') return problem(`${excerpt(text)} is no duration: write 2s, 250ms or 1m30s`, at);
    const seconds = durationUnits.get(unit);
    if (seconds === undefined)
      return problem(`unknown unit ${excerpt(unit)}: use ms s m h d`, at + number.length);
    value += Number(number) * seconds;
    place = seconds * 10 ** -decimals.length;
    at += all.length;
  }
  return { ok: true, value, tolerance: place / 2 };
}

/** `12`, `1.5k`, `2M`, `-3`. Equal is equal. */
export function parseCount(text: string): QuantityOutcome {
  return parseNumber(text, countUnits, 'use k or M');
}

/** `5`, `5%`, `0.5%`. Equal is what rounds to what was written. */
export function parsePercent(text: string): QuantityOutcome {
  const outcome = parseNumber(text, percentUnits, 'use %');
  const decimals = /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
  return outcome.ok ? { ...outcome, tolerance: 10 ** -decimals / 2 } : outcome;
}

function parseNumber(text: string, units: ReadonlyMap<string, number>, hint: string): QuantityOutcome {
  const [all = '', number = '', unit = ''] = /^(-?\d{1,15}(?:\.\d{0,9})?)(\D*)$/.exec(text) ?? [];
  if (all === '') return problem(`${excerpt(text)} is no number`, 0);
  const factor = units.get(unit);
  return factor === undefined
    ? problem(`unknown unit ${excerpt(unit)}: ${hint}`, number.length)
    : { ok: true, value: Number(number) * factor, tolerance: 0 };
}

function problem(message: string, offset: number): QuantityOutcome {
  return { ok: false, message, offset };
}
