import { spawn } from 'node:child_process';

/**
 * Shows text in $PAGER (less, where none is set) on the terminal that was lent to it. Resolves when the pager ends; a
 * pager that cannot be started is no error here, the screen simply comes back.
 */
export function runPager(text: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const command = env['PAGER'] || 'less';
  return new Promise((resolve) => {
    const pager = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
    pager.on('error', () => resolve());
    pager.on('close', () => resolve());
    // Somebody who quits the pager early closes the pipe under us.
    pager.stdin.on('error', () => undefined);
    pager.stdin.end(text);
  });
}
