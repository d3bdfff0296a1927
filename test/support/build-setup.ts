import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Each project of a run loads this module anew; what they share hangs on the process. */
const holder = globalThis as { [key: symbol]: Promise<void> | undefined };
const key = Symbol.for('celery-stalk.test-build');

/** Builds dist once for all projects of this run, so that what they test is never an old build. */
export default async function setup(): Promise<void> {
  holder[key] ??= build();
  await holder[key];
}

async function build(): Promise<void> {
  await run('npm', ['run', 'build'], { cwd: root, maxBuffer: 16 * 1024 * 1024 }).catch((error) => {
    throw new Error(`npm run build failed:\n${error.stdout}${error.stderr}`);
  });
}
