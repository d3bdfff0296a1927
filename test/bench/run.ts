import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.ts';
import { cpuShare } from './cpu-share.ts';
import { type Figure, isMet, table } from './figure.ts';
import { firstFrame } from './first-frame.ts';
import { keyLatency } from './key-latency.ts';
import { memory } from './memory.ts';
import { killTerminals } from './pseudo-terminal.ts';
import { screenBytes } from './screen-bytes.ts';
import { stalledTerminal } from './stalled-terminal.ts';
import { statisticsCost } from './statistics-cost.ts';

/**
 * The goals of the terminal, measured on the built program in a real pseudo terminal under real events. It reports
 * and judges nothing: the exit status is 0 whatever the figures are.
 */
const measurements: Readonly<Record<string, (cluster: Cluster) => Promise<readonly Figure[]>>> = {
  cpu: cpuShare,
  keys: keyLatency,
  start: firstFrame,
  memory,
  stall: stalledTerminal,
  bytes: screenBytes,
  statistics: statisticsCost,
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: given } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(measurements).join() },
    json: { type: 'string' },
    dist: { type: 'string', default: resolve(root, 'dist') },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.once('exit', killTerminals);
await bench(given.only.split(','));
process.exit(0);

async function bench(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => measurements[name] === undefined);
  if (unknown !== undefined) {
    process.stderr.write(`bench: --only takes ${Object.keys(measurements).join()}, not ${unknown}\n`);
    process.exit(2);
  }
  const machine = `node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)} before the run`;
  const cluster = await Cluster.start(resolve(given.dist));
  process.once('exit', () => cluster.killNow());
  const figures: Figure[] = [];
  for (const name of names) {
    process.stderr.write(`${name} ...\n`);
    figures.push(...(await measured(name, cluster)));
  }
  await cluster.destroy();
  process.stdout.write(`\n${machine}\n\n${table(figures)}`);
  if (given.json !== undefined) {
    const report = { machine, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })) };
    writeFileSync(given.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

/** A measurement that breaks is reported as such; the others go on. */
async function measured(name: string, cluster: Cluster): Promise<readonly Figure[]> {
  try {
    return (await measurements[name]?.(cluster)) ?? [];
  } catch (error) {
    killTerminals();
    const note = `could not be measured: ${error instanceof Error ? error.message : String(error)}`;
    return [{ name, value: Number.NaN, unit: '', goal: 0, note }];
  }
}
