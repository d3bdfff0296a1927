import { clean } from './text.ts';

/** One worker's answer to `report`. */
export interface WorkerReport {
  readonly hostname: string;
  /** As celery/app/utils.py:bugreport writes it. */
  readonly text: string;
}

/** More names than these are counted. */
const namesShown = 3;

/** One line on whether workers run the same software: `3 workers run celery:5.6.3 kombu:5.6.2 …`, or what differs. */
export function versionDrift(reports: readonly WorkerReport[]): string {
  const versions = reports.map(({ hostname, text }) => ({ hostname, software: softwareOf(text) }));
  const names = [...new Set(versions.flatMap(({ software }) => [...software.keys()]))];
  const differences = names.flatMap((name) => differenceOf(name, hostsByVersion(name, versions)) ?? []);
  const workers = reports.length === 1 ? '1 worker runs' : `${reports.length} workers run`;
  if (differences.length > 0) return `${workers} different versions: ${differences.join('; ')}`;
  const [first] = versions;
  const software = [...(first?.software ?? [])].map(([name, version]) => `${name}:${version}`);
  return `${workers} ${software.length === 0 ? 'unknown versions' : software.join(' ')}`;
}

type Software = ReadonlyMap<string, string>;

function softwareOf(text: string): Software {
  const [, section = ''] = /software *->([\s\S]{0,2000}?)(?:\nplatform *->|$)/.exec(text) ?? [];
  const pairs = section.matchAll(/([\w.-]{1,40}):([^\s:]{1,40}(?: \([^)\n]{1,40}\))?)/g);
  return new Map([...pairs].map(([, name = '', version = '']) => [clean(name), clean(version)]));
}

/** Who has which version, `none` where a report does not name it. */
function hostsByVersion(
  name: string,
  versions: readonly { readonly hostname: string; readonly software: Software }[],
): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>();
  for (const { hostname, software } of versions) {
    const version = software.get(name) ?? 'none';
    hosts.set(version, [...(hosts.get(version) ?? []), hostname]);
  }
  return hosts;
}

/** `celery 5.6.3 on w1@h, 5.5.0 on w2@h`; undefined when all have the same. */
function differenceOf(name: string, hosts: ReadonlyMap<string, readonly string[]>): string | undefined {
  if (hosts.size < 2) return undefined;
  const parts = [...hosts].map(([version, hostnames]) => `${version} on ${listed(hostnames)}`);
  return `${name} ${parts.join(', ')}`;
}

function listed(hostnames: readonly string[]): string {
  const shown = hostnames.slice(0, namesShown).map((hostname) => clean(hostname, 200));
  const more = hostnames.length - shown.length;
  return more === 0 ? shown.join(' ') : `${shown.join(' ')} and ${more} more`;
}
