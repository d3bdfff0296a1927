import type { ExactNumber } from './exact-json.ts';

/** A number that Python holds as a float: `2.0` where `pythonNumber` would print `2`. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16
    ? `${Object.is(value, -0) ? '-0' : value}.0`
    : pythonNumber(value);
}

/** Shortest digits like JavaScript's, but exponents from 1e16 up and below 1e-4, with two digits at least. */
export function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isSafeInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${digits}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

/** As Python's `repr` has it; its ints have no negative zero. */
export function pythonExactNumber(number: ExactNumber): string {
  if (number.isFloat) return pythonFloat(number.value);
  return number.text === '-0' ? '0' : number.text;
}
