import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)` on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Whether the kernel counts in nanoseconds, per thread. */
const countsNanoseconds = existsSync('/proc/self/schedstat');

/** Seconds of CPU, user and system, that a process has used so far, with all its threads; exact while it stands still. */
export function cpuSeconds(pid: number): number {
  if (!countsNanoseconds) {
    const fields = statFields(pid);
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sum, thread) => sum + threadSeconds(`${folder}/${thread}/schedstat`), 0);
}

/** Megabytes (1024 kB) of a process that are in memory. */
export function residentMegabytes(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) / 1024;
}

/** A zombie, which waits for a parent that is stopped itself, has ended. */
export function hasEnded(pid: number): boolean {
  try {
    return statFields(pid)[0] === 'Z';
  } catch {
    return true;
  }
}

/** The only child of a process; undefined before it was started. */
export function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

function threadSeconds(schedstat: string): number {
  try {
    return Number(readFileSync(schedstat, 'latin1').split(' ', 1)[0]) / 1e9;
  } catch {
    // It has ended since the folder was read.
    return 0;
  }
}

/** What stands behind the program's name, which may contain anything. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
