import { isStoredName, storedValue } from './stored-value.ts';

/** Event fields that have no place of their own, by their wire names. */
export type ExtraFields = ReadonlyMap<string, unknown>;

/** Names beyond this many on one task or worker are dropped: an event can carry any name it likes. */
export const maxExtraFields = 256;

const none: ExtraFields = new Map();

export function noExtraFields(): ExtraFields {
  return none;
}

/**
 * Adds to `extra`, which is created when there is none yet: few tasks ever need one. What is too large to be kept is
 * dropped, and with it the older value that it would have replaced.
 */
export function keepExtra(
  extra: Map<string, unknown> | undefined,
  name: string,
  value: unknown,
): Map<string, unknown> {
  const kept = extra ?? new Map<string, unknown>();
  if (!isStoredName(name)) return kept;
  const stored = storedValue(value);
  if (stored === undefined) kept.delete(name);
  else if (kept.size < maxExtraFields || kept.has(name)) kept.set(name, stored);
  return kept;
}
