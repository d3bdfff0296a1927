import { cpus, loadavg, totalmem } from 'node:os';

/** What a figure has to be read with. */
export function machineLine(): string {
  const all = cpus();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  const model = (all[0]?.model ?? 'unknown processor').trim();
  return `${all.length} x ${model}, ${gigabytes} GB, Node.js ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)} before`;
}
