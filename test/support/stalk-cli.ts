import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './celery-worker.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

export type StalkCliOptions = { env?: Record<string, string>; input?: string };

/** Runs the built program, without a terminal and with nothing of the machine's environment but PATH. */
export async function stalkCli(
  args: readonly string[],
  { env = {}, input = '' }: StalkCliOptions = {},
): Promise<CliResult> {
  return new Promise((resolve) => {
    const options = {
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env },
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
