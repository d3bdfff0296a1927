import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

const lastOfSuccessAndFailure = 128;

/**
 * On its way out Node 20 resets each standard stream that was a terminal when it began, and crashes where that terminal
 * is gone (nodejs/node#51519): `SIGTERM` and the end of the terminal often come together. It leaves alone what is closed.
 * An end by signal closes all of them, since the terminal may still go between here and there; ours is given back before.
 */
export function forgetLostTerminal(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', (status) => {
    const isSignalled = status > lastOfSuccessAndFailure;
    for (const descriptor of terminals) {
      if (!isSignalled && isatty(descriptor)) continue;
      try {
        closeSync(descriptor);
      } catch {
        // Closed already: all the better.
      }
    }
  });
}
