import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './celery-worker.ts';
import { scratchFolder } from './lease.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

/** `uid` and `gid` run it as somebody else. */
export type StalkCliOptions = { env?: Record<string, string>; input?: string; uid?: number; gid?: number };

let stateHome: Promise<string> | undefined;

/**
 * Runs the built program, without a terminal and with nothing of the machine's environment but PATH. What it keeps goes
 * into a folder of the test run.
 */
export async function stalkCli(
  args: readonly string[],
  { env = {}, input = '', ...ids }: StalkCliOptions = {},
): Promise<CliResult> {
  stateHome ??= scratchFolder();
  const home = await stateHome;
  return new Promise((resolve) => {
    const options = {
      ...ids,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', XDG_STATE_HOME: home, ...env },
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    };
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
