import { existsSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callTask, startWorker, type Worker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';

const dumpCam = fileURLToPath(new URL('../fixtures/camera/dump-cam.mjs', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** `nobody` on every system that we run on. */
const nobody = 65_534;

const daemons: number[] = [];

afterEach(() => {
  for (const pid of daemons.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

describe.each(['amqp', 'redis'] as const)('stalk events --camera --detach on %s', (name) => {
  const workers: Worker[] = [];
  let broker: string;

  beforeAll(async () => {
    broker = await freshBroker(name);
    return async () => {
      for (const worker of workers) await worker.stop();
    };
  });

  it('runs on in a session of its own, begins its log anew at SIGHUP, and ends with a last shot at SIGTERM', async () => {
    workers.push(await startWorker({ broker, hostname: 'w1@daemon' }));
    const folder = await scratchFolder();
    const pidfile = join(folder, 'cam.pid');
    const log = join(folder, 'cam.log');

    const { status, stdout, stderr } = await stalkCli([
      ...['events', '-b', broker, '-c', `${dumpCam}#WatchedCam`, '-F', '1h', '-D'],
      ...['--workdir', folder, '--pidfile', 'cam.pid', '-f', 'cam.log', '-l', 'info'],
    ]);
    const pid = Number(await readFile(pidfile, 'utf8'));
    daemons.push(pid);

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(
      `stalk: the camera ${dumpCam}#WatchedCam runs as process ${pid}, logs to ${log} and its pid file is ${pidfile}\n`,
    );
    expect(sessionOf(await readFile(`/proc/${pid}/stat`, 'utf8'))).toBe(pid);
    await until('the connection', () => holds(log, 'starting capture'));
    await callTask(broker, 'proj.add', [1, 1]);
    await until('what the camera prints', () => holds(log, 'a task has come'));

    await rename(log, `${log}.1`);
    process.kill(pid, 'SIGHUP');
    await until('the new log', () => existsSync(log) || undefined);
    expect(await readFile(log, 'utf8')).toBe('');

    process.kill(pid, 'SIGTERM');
    await until('the end', () => !isAlive(pid) || undefined);
    expect(await readFile(log, 'utf8')).toMatch(/Total: \d+ events, 1 tasks\n$/);
    expect(existsSync(pidfile)).toBe(false);
  });
});

describe('stalk events --camera --detach', () => {
  it('says why the camera did not start, with the status of that, and leaves nothing running', async () => {
    const folder = await scratchFolder();
    const detached = (...args: string[]) => stalkCli(['events', '-b', 'demo://', '-D', ...args]);
    await writeFile(join(folder, 'dying.mjs'), 'process.exit(3);\n');

    expect(await detached('-c', `${dumpCam}#Gone`)).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(/^stalk: .* exports no Gone, but DumpCam, WatchedCam, fail\n$/),
    });
    expect(await detached('-c', `${dumpCam}#DumpCam`, '-f', join(folder, 'no', 'cam.log'))).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(/^stalk: the log file cannot be opened: ENOENT[^\n]+\n$/),
    });
    expect(await detached('-c', './dying.mjs#Cam', '--workdir', folder)).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: 'stalk: the camera did not start: its process ended with status 3 and without a word\n',
    });
    expect(await detached('-c', 'text')).toEqual({
      ...{ status: 2, stdout: '' },
      stderr: 'stalk: --detach leaves the camera text no place to print to: name a file with --output\n',
    });

    const pidfile = join(folder, 'cam.pid');
    const first = await detached('-c', `${dumpCam}#DumpCam`, '--pidfile', pidfile);
    daemons.push(Number(await readFile(pidfile, 'utf8')));
    expect(first.stdout).toContain('logs nowhere (--logfile) and its pid file is');
    expect(await detached('-c', `${dumpCam}#DumpCam`, '--pidfile', pidfile)).toEqual({
      ...{ status: 73, stdout: '' },
      stderr: `stalk: the pid file ${pidfile} belongs to process ${daemons[0]}, which is running: end that one first, or name another file\n`,
    });
  });

  it('writes down what it dies of', async () => {
    const folder = await scratchFolder();
    const log = join(folder, 'cam.log');
    await writeFile(
      join(folder, 'cam.mjs'),
      "export const cam = () => setTimeout(() => { throw new Error('out of film'); });\n",
    );

    const { status } = await stalkCli([
      ...['events', '-b', 'demo://', '-D', '-c', './cam.mjs#cam', '--workdir', folder],
      ...['-f', log, '-F', '0.1'],
    ]);

    expect(status).toBe(0);
    await until('the reason', () => holds(log, 'Error: out of film'));
  });

  it.runIf(isRoot)(
    'becomes another user before it opens its files, with the umask that was asked',
    async () => {
      const folder = await scratchFolder();
      for (const above of [folder, dirname(folder)]) await chmod(above, 0o755);
      const own = join(folder, 'own');
      await mkdir(own);
      await chown(own, nobody, nobody);
      const pidfile = join(own, 'cam.pid');
      const output = join(own, 'shots.ndjson');

      const { status, stderr } = await stalkCli([
        ...['events', '-b', 'demo://', '-c', 'json', '-F', '0.1', '-D', '--output', output],
        ...['--pidfile', pidfile, '--uid', 'nobody', '--umask', '077'],
      ]);
      expect([status, stderr]).toEqual([0, '']);
      const pid = Number(await readFile(pidfile, 'utf8'));
      daemons.push(pid);

      const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)\nGid:\t(\d+)\t(\d+)\t(\d+)/m.exec(
        await readFile(`/proc/${pid}/status`, 'utf8'),
      );
      expect(new Set(ids?.slice(1))).toEqual(new Set([String(nobody)]));
      expect(statSync(output)).toMatchObject({ uid: nobody, gid: nobody, mode: 0o100600 });
      process.kill(pid, 'SIGTERM');
      await until('the end', () => !isAlive(pid) || undefined);
      expect(existsSync(pidfile)).toBe(false);
    },
  );

  it.runIf(isRoot)(
    'refuses a user and a group that are not there, and a number without a group',
    async () => {
      const refusal = async (...args: string[]) => {
        const { status, stderr } = await stalkCli(['events', '-b', 'demo://', '-c', 'text', ...args]);
        return `${status} ${stderr}`;
      };

      expect(await refusal('--uid', 'no-such-user')).toMatch(
        /^1 stalk: --uid no-such-user cannot be taken on: [^\n]+\n$/,
      );
      expect(await refusal('--gid', 'no-such-group')).toMatch(
        /^1 stalk: --gid no-such-group cannot be taken on: [^\n]+\n$/,
      );
      expect(await refusal('--uid', '54321')).toBe(
        '1 stalk: user 54321 has no entry among the users of this machine: name a group too, with --gid\n',
      );
      expect(await refusal('--umask', '22')).toBe(
        '2 stalk: --umask is an octal number with a leading zero up to 0777, such as 022, not "22"\n',
      );
    },
  );

  it.runIf(isRoot)('says that another user needs root', async () => {
    const args = ['events', '-b', 'demo://', '-c', 'text', '--uid', 'daemon'];

    expect(await stalkCli(args, { uid: nobody, gid: nobody })).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `stalk: --uid and --gid need root, and this process is of user ${nobody}\n`,
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function holds(path: string, text: string): Promise<true | undefined> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return content.includes(text) || undefined;
}

/** Of `/proc/…/stat`: the sixth field, counted from behind the name, which may hold anything. */
function sessionOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
}
