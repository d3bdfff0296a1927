/** Kills a process and all that share its process group. Silent when nothing of it is left. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
    } catch {
      // It is gone, which is what was wanted.
    }
  }
}

/** Asks again and again, until it holds. Tests wait for facts, never for time. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
  everyMs = 50,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}, in vain.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
