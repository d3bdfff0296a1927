import { UsageError } from '../errors.ts';

/** @throws UsageError */
export function replayPath(path: string | undefined): string {
  if (path) return path;
  throw new UsageError('--replay needs a recording, as in --replay incident.stalk');
}
