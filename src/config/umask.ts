import { exitStatus, StalkError, UsageError } from '../errors.ts';

const mostBits = 0o777;

/**
 * Which permissions new files do not get, as `umask` of a shell has it. Mirrors celery/platforms.py:DaemonContext, which
 * takes digits without a leading zero for decimal: nobody who writes 22 means 026, so those are refused.
 *
 * @throws UsageError for what is no octal number with a leading zero
 */
export function parseUmask(text: string): number {
  const bits = /^0(?:o?[0-7]{1,4})?$/.test(text) ? Number.parseInt(text.replace('o', ''), 8) : Number.NaN;
  if (bits <= mostBits) return bits;
  throw new UsageError(
    `--umask is an octal number with a leading zero up to 0777, such as 022, not ${JSON.stringify(text.slice(0, 40))}`,
  );
}

/** @throws StalkError where processes have none */
export function setUmask(bits: number): void {
  try {
    process.umask(bits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StalkError(`the umask cannot be set: ${reason}`, exitStatus.failed, { cause: error });
  }
}
