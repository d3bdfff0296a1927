/**
 * How a cell looks, packed into seven bits: the foreground (0 default, 1 to 6 = SGR 31 to 36) and four attributes.
 * There is no background and no 30, 37, 90 or 97: they vanish on somebody's palette.
 */
export type Style = number;

export const style = {
  plain: 0,
  red: 1,
  green: 2,
  yellow: 3,
  blue: 4,
  magenta: 5,
  cyan: 6,
  bold: 8,
  dim: 16,
  underline: 32,
  inverse: 64,
} as const;

export const foregroundBits = 7;

/** The attributes that show on a blank cell too. */
export const visibleOnBlank: Style = style.underline | style.inverse;

/** The sequence that sets this look whatever was set before. */
export function sgr(wanted: Style): string {
  return wanted === style.plain ? '\x1b[m' : `\x1b[0;${additions(style.plain, wanted).join(';')}m`;
}

/** The shortest sequence from one look to another. */
export function styleChange(from: Style, to: Style): string {
  if (from === to) return '';
  const known = changes[from * styles + to];
  if (known !== undefined) return known;
  const change = shortestChange(from, to);
  changes[from * styles + to] = change;
  return change;
}

const styles = 128;
const changes: string[] = [];

function shortestChange(from: Style, to: Style): string {
  if (to === style.plain) return sgr(to);
  const stepwise = `\x1b[${[...removals(from, to), ...additions(from, to)].join(';')}m`;
  const whole = sgr(to);
  return stepwise.length <= whole.length ? stepwise : whole;
}

function removals(from: Style, to: Style): number[] {
  const codes: number[] = [];
  if (losesWeight(from, to)) codes.push(22);
  if (from & ~to & style.underline) codes.push(24);
  if (from & ~to & style.inverse) codes.push(27);
  if (from & foregroundBits && !(to & foregroundBits)) codes.push(39);
  return codes;
}

function additions(from: Style, to: Style): number[] {
  const codes: number[] = [];
  // SGR 22 ends bold and dim together, so what stays of the two is set again.
  const added = losesWeight(from, to) ? to : to & ~from;
  if (added & style.bold) codes.push(1);
  if (added & style.dim) codes.push(2);
  if (to & ~from & style.underline) codes.push(4);
  if (to & ~from & style.inverse) codes.push(7);
  const foreground = to & foregroundBits;
  if (foreground !== 0 && foreground !== (from & foregroundBits)) codes.push(30 + foreground);
  return codes;
}

function losesWeight(from: Style, to: Style): boolean {
  return (from & ~to & (style.bold | style.dim)) !== 0;
}
