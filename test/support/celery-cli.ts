import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type CliResult, celeryApp, celeryEnvironment, celeryPython } from './celery-worker.ts';
import { lease } from './lease.ts';
import { killGroup } from './process-group.ts';

/** Celery's own command line, as `celeryCli` runs it, but one process for many calls, one after the other. */
export type CeleryShell = {
  run(...args: readonly string[]): Promise<CliResult>;
  close(): Promise<void>;
};

export async function openCeleryShell(broker: string): Promise<CeleryShell> {
  const child = spawn(celeryPython(), ['cli.py'], {
    cwd: celeryApp,
    detached: true,
    env: await celeryEnvironment(broker),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const pid = child.pid!;
  const release = await lease(pid);
  const waiting: { resolve: (result: CliResult) => void; reject: (error: Error) => void }[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the command line of Celery has ended'));
      resolve(release().catch(() => {}));
    });
  });
  return {
    run: (...args) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(args)}\n`);
      }),
    async close() {
      killGroup(pid, 'SIGKILL');
      await ended;
    },
  };
}
