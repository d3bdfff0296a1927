import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBlocks } from '../../docs/blocks.ts';
import { build } from '../support/build.ts';
import { type BenchOptions, parseBenchOptions, usage } from './bench-options.ts';
import { Cluster } from './cluster.ts';
import { type Figure, table } from './figure.ts';
import { machineLine } from './machine.ts';
import { measurements } from './measurements.ts';
import { killTerminals } from './pseudo-terminal.ts';
import { readmeSection } from './readme-section.ts';
import { brokenFigure, makeReport, mergeReports, type Report } from './report.ts';

/** The goals of the program, measured on what was built: see `usage`. It reports and judges nothing. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const options = optionsOrExit();
if (options.help) process.stdout.write(usage(measurements));
else if (options.readme !== undefined) writeReadme(options.readme);
else await bench(options);
process.exit(0);

function optionsOrExit(): BenchOptions {
  try {
    return parseBenchOptions(process.argv.slice(2), measurements);
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
    process.exit(2);
  }
}

async function bench({ only, json, dist, minutes }: BenchOptions): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', killTerminals);
  if (dist === undefined) {
    process.stderr.write('npm run build ...\n');
    await build();
  }
  const machine = machineLine();
  const date = new Date().toISOString();
  const cluster = await Cluster.start(resolve(dist ?? `${root}/dist`));
  process.once('exit', () => cluster.killNow());
  const figures: Figure[] = [];
  for (const name of only) {
    process.stderr.write(`${name} ...`);
    const startedMs = performance.now();
    figures.push(...(await measured(name, cluster, minutes)));
    process.stderr.write(` ${Math.round((performance.now() - startedMs) / 1000)} s\n`);
  }
  await cluster.destroy();
  process.stdout.write(`\n${machine}\n\n${table(figures)}`);
  if (json === undefined) return;
  writeFileSync(
    json,
    `${JSON.stringify(makeReport({ date, machine, measured: only, figures }), undefined, 2)}\n`,
  );
}

/** A measurement that breaks is reported as such; the others go on. */
async function measured(name: string, cluster: Cluster, minutes: number): Promise<readonly Figure[]> {
  try {
    return (await measurements[name]?.run(cluster, { minutes })) ?? [];
  } catch (error) {
    killTerminals();
    cluster.killChildren();
    return [brokenFigure(name, error)];
  }
}

/** Figures are never written by hand. */
function writeReadme(files: readonly string[]): void {
  const readme = `${root}/README.md`;
  const report = mergeReports(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report));
  writeFileSync(readme, withBlocks(readFileSync(readme, 'utf8'), { bench: readmeSection(report) }));
}
