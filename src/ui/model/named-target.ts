import { type Target, type TargetTask, unseenTask } from '../operations/operation.ts';
import type { OverlayContext } from './overlay-context.ts';

/** What typed names stand for. With a `problem` it stands for nothing: a command never goes to a guess. */
export interface Named extends Target {
  readonly problem?: string;
}

/** Celery's own ids are uuids; what is shorter is the beginning of one, or a slip. */
const uuidLength = 36;

export function notFound(uuid: string, found: 'several' | undefined): string {
  const shown = uuid.slice(0, 40);
  return found === 'several'
    ? `several tasks begin with ${shown}: type more of the uuid`
    : `no task in memory has the uuid ${shown}`;
}

/** Tasks by uuid or the beginning of one. A task that was never seen can be named by its whole uuid. */
export function tasks(uuids: readonly string[], context: OverlayContext): Named {
  const found = new Map<string, TargetTask>();
  for (const uuid of uuids) {
    const task = context.findTask(uuid);
    const unknown = task === undefined && uuid.length === uuidLength ? unseenTask(uuid) : task;
    if (unknown === undefined || unknown === 'several') {
      return { tasks: [], hostnames: [], problem: notFound(uuid, unknown) };
    }
    found.set(unknown.uuid, unknown);
  }
  return { tasks: [...found.values()], hostnames: [] };
}

/** Workers by their names, or by the part before or after the `@` where only one has it. */
export function workers(names: readonly (string | undefined)[], context: OverlayContext): Named {
  const known = context.candidates('worker');
  const hostnames = new Set<string>();
  for (const name of names) {
    if (name === undefined) continue;
    const matches = known.includes(name) ? [name] : known.filter((entry) => hasPart(entry, name));
    const [match] = matches;
    if (match === undefined || matches.length > 1) {
      return { tasks: [], hostnames: [], problem: notOne(name, matches, known) };
    }
    hostnames.add(match);
  }
  return { tasks: [], hostnames: [...hostnames] };
}

function hasPart(hostname: string, name: string): boolean {
  const at = hostname.indexOf('@');
  return at >= 0 && (hostname.slice(at + 1) === name || hostname.slice(0, at) === name);
}

function notOne(name: string, matches: readonly string[], known: readonly string[]): string {
  const shown = name.slice(0, 40);
  if (matches.length > 1) return `several workers are called ${shown}: ${listed(matches)}`;
  const near = known.filter((entry) => entry.includes(name));
  return near.length === 0
    ? `no worker is called ${shown}`
    : `no worker is called ${shown}, there is ${listed(near)}`;
}

function listed(hostnames: readonly string[]): string {
  const shown = hostnames.slice(0, 3).map((hostname) => hostname.slice(0, 60));
  const more = hostnames.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
