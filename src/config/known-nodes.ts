import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Environment } from './load-config.ts';
import { createFolderOf, statePath } from './state-folder.ts';

/** Seconds: a node that has not answered for a week is nobody's worry. */
const keptFor = 7 * 86_400;
/** Seconds: who answered so lately is not written down again, which would cost each run some milliseconds. */
const freshFor = 3600;
const maxNodes = 500;
const maxClusters = 50;
const maxBytes = 1024 * 1024;

/** By cluster and node: when it last answered, in seconds since the epoch. */
type Sightings = Record<string, Record<string, number>>;

/**
 * The nodes that answered in earlier runs, in `nodes.json` of the state folder. RabbitMQ does not tell who listens, so
 * that without a memory nobody could say which worker is silent today. It is a cache: what cannot be read or written
 * is as if it were not there.
 */
export class KnownNodes {
  readonly #path: string | undefined;
  readonly #cluster: string;

  /** @param cluster what tells this cluster from others: the URL of its broker, without its password */
  constructor(cluster: string, env: Environment) {
    this.#path = statePath('nodes.json', env);
    this.#cluster = cluster;
  }

  /** @param now seconds since the epoch */
  names(now: number): readonly string[] {
    return Object.entries(this.#read()[this.#cluster] ?? {})
      .filter(([, seenAt]) => now - seenAt < keptFor)
      .map(([hostname]) => hostname);
  }

  /** Keeps who answered, and forgets who is gone. */
  update(answered: readonly string[], gone: readonly string[], now: number): void {
    if (this.#path === undefined) return;
    const all = this.#read();
    const before = all[this.#cluster] ?? {};
    const isNews = (hostname: string): boolean => now - (before[hostname] ?? -Infinity) > freshFor;
    if (!answered.some(isNews) && !gone.some((hostname) => Object.hasOwn(before, hostname))) return;
    const left = new Set(gone);
    const kept = Object.entries(before).filter(
      ([hostname, seenAt]) => now - seenAt < keptFor && !left.has(hostname),
    );
    const nodes = new Map([...kept, ...answered.map((hostname): [string, number] => [hostname, now])]);
    const { [this.#cluster]: _, ...others } = all;
    const clusters = Object.entries(others).slice(1 - maxClusters);
    const newest = [...nodes].sort(([, a], [, b]) => b - a).slice(0, maxNodes);
    this.#write(this.#path, Object.fromEntries([...clusters, [this.#cluster, Object.fromEntries(newest)]]));
  }

  #read(): Sightings {
    if (this.#path === undefined) return {};
    try {
      const text = readFileSync(this.#path, 'utf8');
      return text.length > maxBytes ? {} : sightings(JSON.parse(text));
    } catch {
      return {};
    }
  }

  /** Whole or not at all: another run may read it at the same time. */
  #write(path: string, all: Sightings): void {
    const temporary = `${path}.${process.pid}`;
    try {
      createFolderOf(path);
      writeFileSync(temporary, JSON.stringify(all), { mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      removeQuietly(temporary);
    }
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written nothing is left to remove.
  }
}

function sightings(value: unknown): Sightings {
  const clusters: Sightings = {};
  for (const [cluster, nodes] of entriesOf(value)) {
    clusters[cluster] = Object.fromEntries(
      entriesOf(nodes).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    );
  }
  return clusters;
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
