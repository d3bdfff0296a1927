import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** When a recording goes on in a new file. */
export interface Rotation {
  /** Bytes that a file may have; undefined for no limit. */
  readonly size: number | undefined;
  /** Seconds that a file may span; undefined for no limit. */
  readonly age: number | undefined;
  /** How many earlier files stay; undefined for all. */
  readonly keep: number | undefined;
}

/**
 * Moves a file away under a name with its time, and deletes the oldest of those beyond `keep`.
 *
 * @param at when the file was begun, in seconds since the epoch
 * @throws what the file system throws
 */
export async function rotateFile(path: string, at: number, keep: number | undefined): Promise<void> {
  const folder = dirname(path);
  const names = new Set(await readdir(folder));
  let number = 1;
  while (names.has(rotatedName(path, at, number))) number += 1;
  const name = rotatedName(path, at, number);
  await rename(path, join(folder, name));
  if (keep === undefined) return;
  const earlier = earlierNames([...names, name], path);
  for (const old of earlier.slice(0, Math.max(0, earlier.length - keep))) await rm(join(folder, old));
}

/** `night.stalk` → `night-20261126T142300Z.stalk`; a second one of the same second `night-20261126T142300Z-2.stalk`. */
function rotatedName(path: string, at: number, number: number): string {
  const { name, ending } = partsOf(path);
  const time = new Date(at * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${name}-${time}${number === 1 ? '' : `-${number}`}${ending}`;
}

/** Those that rotation gave their name, oldest first; nothing else is ever deleted. */
function earlierNames(names: readonly string[], path: string): readonly string[] {
  const { name, ending } = partsOf(path);
  return names
    .map((each) => {
      const isOne = each.startsWith(`${name}-`) && each.endsWith(ending);
      const middle = isOne ? each.slice(name.length + 1, each.length - ending.length) : '';
      const [, time = '', number = '1'] = /^(\d{8}T\d{6}Z)(?:-(\d+))?$/.exec(middle) ?? [];
      return { each, time, number: Number(number) };
    })
    .filter(({ time }) => time !== '')
    .sort((a, b) => (a.time === b.time ? a.number - b.number : a.time < b.time ? -1 : 1))
    .map(({ each }) => each);
}

/** `night.jsonl.gz` is `night` and `.jsonl.gz`. */
function partsOf(path: string): { name: string; ending: string } {
  const whole = basename(path);
  const dot = whole.indexOf('.', 1);
  return dot < 0 ? { name: whole, ending: '' } : { name: whole.slice(0, dot), ending: whole.slice(dot) };
}
