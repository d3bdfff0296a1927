/** One line of the report. */
export interface Figure {
  readonly name: string;
  /** What was measured, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** The largest value that meets the goal, or the smallest where more is better; absent where there is none. */
  readonly goal?: number;
  /** Which way is good; default less. */
  readonly better?: 'less' | 'more';
  /** What a ratio was made of: medians, in the unit that the note names. */
  readonly ours?: number;
  readonly celery?: number;
  /** What helps to judge it: spread, machine, counts. */
  readonly note?: string;
  /** The row of the README that it stands in; several of one row stand there side by side, in their order. */
  readonly row?: string;
}

export function isMet({ value, goal, better }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return better === 'more' ? value >= goal : value <= goal;
}

/** The values in order, so that a quantile is one look. */
export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** `share` between 0 and 1; the nearest rank, so the result is one of the values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The goal with its sign; empty where there is none. */
export function goalText({ goal, unit, better }: Figure): string {
  return goal === undefined ? '' : `${better === 'more' ? '>=' : '<='} ${amount(goal)} ${unit}`.trim();
}

/** As many digits as mean something; thousands apart. */
export function amount(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

const verdicts = { true: 'yes', false: 'NO', undefined: '' } as const;

/** The report as an aligned table, the misses once more below it. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    goalText(figure),
    `${amount(figure.value)} ${figure.unit}`,
    verdicts[String(isMet(figure)) as keyof typeof verdicts],
    [partsText(figure), figure.note].filter((text) => text !== undefined).join('; '),
  ]);
  const all = [['what', 'goal', 'figure', 'met', 'note'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${verdict(figures)}\n`;
}

function verdict(figures: readonly Figure[]): string {
  const missed = figures.filter((figure) => isMet(figure) === false);
  if (missed.length === 0) return 'Every goal that was measured is met.';
  const lines = missed.map(
    (figure) => `  ${figure.name}: ${amount(figure.value)} ${figure.unit}, goal ${goalText(figure)}`,
  );
  return ['Missed:', ...lines].join('\n');
}

function partsText({ ours, celery }: Figure): string | undefined {
  return ours === undefined || celery === undefined
    ? undefined
    : `ours ${amount(ours)}, Celery ${amount(celery)}`;
}
