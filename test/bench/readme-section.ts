import { amount, type Figure, goalText } from './figure.ts';
import type { Report } from './report.ts';

/** The performance section of README.md: a row for each `row` of the figures, the misses below. */
export function readmeSection({ date, machine, figures }: Report): string {
  const rows = [...grouped(figures)].map(([row, group]) => [row, goalsOf(group), valuesOf(group)]);
  const head = `Measured on ${date.slice(0, 10)} with \`npm run bench\` (${machine}):`;
  const table = [['What', 'Goal', 'Measured'], ['---', '---', '---'], ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [head, '', ...table, '', verdict(figures)].join('\n');
}

type Reported = Report['figures'][number];

function grouped(figures: readonly Reported[]): ReadonlyMap<string, readonly Reported[]> {
  const rows = new Map<string, Reported[]>();
  for (const figure of figures) {
    if (figure.row !== undefined) rows.set(figure.row, [...(rows.get(figure.row) ?? []), figure]);
  }
  return rows;
}

/** One goal where all of a row have the same. */
function goalsOf(group: readonly Figure[]): string {
  const goals = new Set(group.map((figure) => signed(goalText(figure))));
  return [...goals].filter((goal) => goal !== '').join(' / ');
}

function valuesOf(group: readonly Reported[]): string {
  return group.map(measured).join(' / ');
}

/** A ratio with what it was made of, so that it can be checked. */
function measured(figure: Reported): string {
  const { value, unit, ours, celery } = figure;
  const text = `${amount(value)} ${unit}`.trim();
  const shown = figure.met === false ? `**${text}**` : text;
  if (ours === undefined || celery === undefined) return shown;
  // Where the value is ours alone, only Celery's is news.
  return ours === value
    ? `${shown} (Celery ${amount(celery)})`
    : `${shown} (${amount(ours)} against ${amount(celery)})`;
}

function signed(goal: string): string {
  return goal.replace('>=', '≥').replace('<=', '≤').replace('≤ 0 ', '0 ');
}

function verdict(figures: readonly Reported[]): string {
  const broken = figures.filter(isBroken).map(({ name }) => name);
  const missed = figures.filter((figure) => figure.row !== undefined && figure.met === false).length;
  const sentences = [
    ...(missed === 0 && broken.length === 0 ? ['Every goal is met.'] : []),
    ...(missed === 1 ? ['1 of these figures misses its goal; it is in bold.'] : []),
    ...(missed > 1 ? [`${missed} of these figures miss their goals; they are in bold.`] : []),
    ...(broken.length > 0 ? [`Could not be measured: ${broken.join(', ')}.`] : []),
  ];
  return sentences.join(' ');
}

/** JSON has no NaN: it comes back as null. */
function isBroken({ value }: Figure): boolean {
  return !Number.isFinite(value);
}
