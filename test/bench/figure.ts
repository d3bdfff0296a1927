/** One line of the report. */
export interface Figure {
  readonly name: string;
  /** What was measured, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** The largest value that meets the goal; absent where there is none and the figure is for information. */
  readonly goal?: number;
  /** What helps to judge it: spread, machine, counts. */
  readonly note?: string;
}

export function isMet({ value, goal }: Figure): boolean | undefined {
  return goal === undefined ? undefined : value <= goal;
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

/** The report as an aligned table, the misses once more below it. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.goal === undefined ? '' : `<= ${shown(figure.goal)} ${figure.unit}`,
    `${shown(figure.value)} ${figure.unit}`,
    { true: 'yes', false: 'NO', undefined: '' }[String(isMet(figure)) as 'true' | 'false' | 'undefined'],
    figure.note ?? '',
  ]);
  const all = [['what', 'goal', 'figure', 'met', 'note'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const missed = figures.filter((figure) => isMet(figure) === false);
  const verdict =
    missed.length === 0
      ? 'Every goal that was measured is met.'
      : [
          'Missed:',
          ...missed.map(
            ({ name, value, goal, unit }) => `  ${name}: ${shown(value)} ${unit}, goal ${shown(goal ?? 0)}`,
          ),
        ].join('\n');
  return `${lines.join('\n')}\n\n${verdict}\n`;
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}
