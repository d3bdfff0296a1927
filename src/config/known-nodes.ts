import type { Environment } from './load-config.ts';
import { StateFile } from './state-file.ts';
import { statePath } from './state-folder.ts';

/** Seconds: a node that has not answered for a week is nobody's worry. */
const keptFor = 7 * 86_400;
/** Seconds: who answered so lately is not written down again, which would cost each run some milliseconds. */
const freshFor = 3600;
const maxNodes = 500;
const maxClusters = 50;

/** By node: when it last answered, in seconds since the epoch. */
type Sightings = Readonly<Record<string, number>>;

/**
 * The nodes that answered in earlier runs, in `nodes.json` of the state folder. RabbitMQ does not tell who listens, so
 * that without a memory nobody could say which worker is silent today. It is a cache: what cannot be read or written
 * is as if it were not there.
 */
export class KnownNodes {
  readonly #file: StateFile | undefined;
  readonly #cluster: string;
  #before: Sightings = {};

  /** @param cluster what tells this cluster from others: the URL of its broker, without its password */
  constructor(cluster: string, env: Environment) {
    const path = statePath('nodes.json', env);
    this.#file = path === undefined ? undefined : new StateFile(path, () => undefined);
    this.#cluster = cluster;
  }

  /** @param now seconds since the epoch */
  async names(now: number): Promise<readonly string[]> {
    this.#before = sightings(fieldsOf(await this.#file?.read())[this.#cluster]);
    return Object.keys(kept(this.#before, now));
  }

  /** Keeps who answered, and forgets who is gone. */
  update(answered: readonly string[], gone: readonly string[], now: number): void {
    const before = this.#before;
    const isNews = (hostname: string): boolean => now - (before[hostname] ?? -Infinity) > freshFor;
    if (!answered.some(isNews) && !gone.some((hostname) => Object.hasOwn(before, hostname))) return;
    this.#file?.change((content) => {
      const { [this.#cluster]: mine, ...others } = fieldsOf(content);
      const left = new Set(gone);
      const stay = Object.entries(kept(sightings(mine), now)).filter(([hostname]) => !left.has(hostname));
      const nodes = new Map([...stay, ...answered.map((hostname): [string, number] => [hostname, now])]);
      const newest = [...nodes].sort(([, a], [, b]) => b - a).slice(0, maxNodes);
      this.#before = Object.fromEntries(newest);
      const clusters = Object.entries(others).slice(1 - maxClusters);
      return Object.fromEntries([...clusters, [this.#cluster, this.#before]]);
    });
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}

function kept(nodes: Sightings, now: number): Sightings {
  return Object.fromEntries(Object.entries(nodes).filter(([, seenAt]) => now - seenAt < keptFor));
}

function sightings(value: unknown): Sightings {
  const isSighting = (entry: [string, unknown]): entry is [string, number] => typeof entry[1] === 'number';
  return Object.fromEntries(Object.entries(fieldsOf(value)).filter(isSighting));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
