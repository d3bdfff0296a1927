import { exitStatus, StalkError } from '../errors.ts';

/** The folder that paths are relative to; changed to `wanted` if one is. @throws StalkError when there is no such folder */
export function enterFolder(wanted: string | undefined): string {
  try {
    if (wanted !== undefined) process.chdir(wanted);
    return process.cwd();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StalkError(`the working folder cannot be entered: ${reason}`, exitStatus.failed, {
      cause: error,
    });
  }
}
