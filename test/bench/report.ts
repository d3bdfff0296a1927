import { type Figure, isMet } from './figure.ts';

/** A run, as `--json` writes it. */
export interface Report {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: string;
  /** Names of the measurements that were done. */
  readonly measured: readonly string[];
  readonly figures: readonly (Figure & { readonly met?: boolean | undefined })[];
}

export function makeReport(given: Omit<Report, 'figures'> & { readonly figures: readonly Figure[] }): Report {
  return { ...given, figures: given.figures.map((figure) => ({ ...figure, met: isMet(figure) })) };
}

/** What stands for a measurement that broke: it misses whatever its goal was. */
export function brokenFigure(name: string, error: unknown): Figure {
  const reason = error instanceof Error ? error.message : String(error);
  return { name, value: Number.NaN, unit: '', goal: 0, note: `could not be measured: ${reason}` };
}

/** Runs of one machine as one: what was measured twice counts as it was the last time, and keeps its place. */
export function mergeReports(reports: readonly Report[]): Report {
  const [first, ...later] = [...reports].sort((a, b) => a.date.localeCompare(b.date));
  if (first === undefined) throw new Error('There is no report to write.');
  return later.reduce((merged, report) => {
    const figures = new Map([...merged.figures, ...report.figures].map((figure) => [figure.name, figure]));
    const measured = [...new Set([...merged.measured, ...report.measured])];
    return { date: report.date, machine: merged.machine, measured, figures: [...figures.values()] };
  }, first);
}
