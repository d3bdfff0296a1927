import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds dist of the sources as they are.
 * @throws Error with what the build said
 */
export async function build(): Promise<void> {
  await run('npm', ['run', 'build'], { cwd: root, maxBuffer: 16 * 1024 * 1024 }).catch((error) => {
    throw new Error(`npm run build failed:\n${error.stdout}${error.stderr}`);
  });
}
