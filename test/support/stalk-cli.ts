import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CliResult } from './celery-worker.ts';
import { scratchFolder } from './lease.ts';

const program = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

let folder: Promise<string> | undefined;

/** Runs the built program on a broker, without a terminal. What it keeps goes into a folder of the test run. */
export async function stalkCli(broker: string, ...args: readonly string[]): Promise<CliResult> {
  folder ??= scratchFolder();
  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C.UTF-8',
    STALK_BROKER_URL: broker,
    XDG_STATE_HOME: await folder,
  };
  return new Promise((resolve) => {
    const options = { env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
  });
}
