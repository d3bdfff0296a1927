import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

export const program: string = fileURLToPath(new URL('../../dist/stalk.js', import.meta.url));

const running: ChildProcess[] = [];

/**
 * The built program with a camera that writes to a file and prints nothing of use. Killed after each test; the file that
 * calls this must have `killCameras()` at its top.
 *
 * @param frequency seconds between two shots
 */
export function startCamera(broker: string, camera: string, file: string, frequency: number): ChildProcess {
  const args = ['events', '-b', broker, '-c', camera, '--output', file, '-F', String(frequency)];
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.push(child);
  return child;
}

export function killCameras(): void {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
}
