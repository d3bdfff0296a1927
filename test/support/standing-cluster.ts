import { until } from './process-group.ts';
import { freshVhost } from './servers.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './tmux.ts';
import { heartbeat, openWire, type Wire } from './wire.ts';

/** A cluster in which nothing happens any more: what changes on the screen, the keys have changed. */
export type StandingCluster = { terminal: Terminal; wire: Wire; broker: string; close(): Promise<void> };

const names = ['app.mail.send_email', 'app.billing.charge', 'app.reports.build'];

/** Unlike in their first eight characters. */
export function uuidOf(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Opens the monitor on two workers and 60 tasks, number 60 the newest; each fifth has failed, each seventh runs. */
export async function openStandingCluster(
  options: Omit<TerminalOptions, 'args' | 'command'> & { args?: readonly string[] } = {},
): Promise<StandingCluster> {
  const broker = await freshVhost();
  const wire = await openWire(broker);
  const { args = [], ...size } = options;
  const terminal = await openTerminal({ ...size, args: ['events', '-b', broker, ...args] });
  const close = async (): Promise<void> => {
    await terminal.close();
    await wire.close();
  };
  try {
    await showWorkers(terminal, wire, ['w1@still', 'w2@still']);
    for (let n = 1; n <= 60; n += 1) await sendTask(wire, n);
    await terminal.waitFor(/\b60 tasks/);
    await terminal.waitFor(new RegExp(`^> .*${uuidOf(60).slice(0, 8)}`, 'm'));
  } catch (error) {
    await close();
    throw error;
  }
  return { terminal, wire, broker, close };
}

/** Events before the monitor has subscribed are lost: the workers are there as soon as it shows them. */
export async function showWorkers(
  terminal: Terminal,
  wire: Wire,
  hostnames: readonly string[],
): Promise<void> {
  const all = new RegExp(`(wk|workers) ${hostnames.length}/${hostnames.length}`);
  await until('the workers on the screen', async () => {
    for (const hostname of hostnames) await heartbeat(wire, hostname);
    return all.test((await terminal.screen())[0] ?? '') || undefined;
  });
}

async function sendTask(wire: Wire, n: number): Promise<void> {
  const task = { uuid: uuidOf(n), hostname: n % 2 === 0 ? 'w1@still' : 'w2@still' };
  const name = names[n % 3] ?? '';
  await wire.event('task-received', { ...task, name, args: `(${n},)`, kwargs: '{}', retries: 0, eta: null });
  if (n % 11 === 0) return;
  await wire.event('task-started', task);
  if (n % 7 === 0) return;
  if (n % 5 === 0) {
    await wire.event('task-failed', {
      ...task,
      exception: `CardError('no ${n}')`,
      traceback: tracebackOf(n),
    });
  } else {
    await wire.event('task-succeeded', { ...task, runtime: n / 100, result: `'done ${n}'` });
  }
}

/** 300 lines: the application's frames between those of libraries, and one chained exception. */
export function tracebackOf(n: number): string {
  const frame = (file: string, line: number, name: string): string[] => [
    `  File "${file}", line ${line}, in ${name}`,
    `    ${name}(step=${line})`,
  ];
  const own = Array.from({ length: 40 }, (_, i) => frame('/srv/app/orders.py', i + 1, `step_${i}`)).flat();
  const library = Array.from({ length: 30 }, (_, i) =>
    frame('/usr/lib/python3.12/smtplib.py', i + 800, 'sendmail'),
  ).flat();
  const header = 'Traceback (most recent call last):';
  return [
    header,
    ...own,
    ...library,
    'ConnectionResetError: [Errno 104] Connection reset by peer',
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    header,
    ...own,
    ...library,
    ...own.slice(0, 11),
    `app.errors.CardError: no ${n}, ${'and so on, '.repeat(30)}that is all`,
  ].join('\n');
}
