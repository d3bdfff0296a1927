import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's package for each program that tests start. */
const debianPackages: Record<string, string> = {
  'rabbitmq-server': 'rabbitmq-server',
  'redis-server': 'redis-server',
  tmux: 'tmux',
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
};

/**
 * Makes sure that the programs are there: as root on Debian the missing ones are installed, without starting any
 * system service.
 * @throws Error, one sentence that says what to install, where that cannot be done.
 */
export async function ensurePrograms(names: readonly string[]): Promise<void> {
  const missing = await missingPrograms(names);
  if (missing.length === 0) return;
  const packages = missing.map((name) => debianPackages[name] ?? name);
  const failure = await installDebianPackages(packages);
  const stillMissing = await missingPrograms(names);
  if (stillMissing.length === 0) return;
  const stillNeeded = stillMissing.map((name) => debianPackages[name] ?? name).join(' ');
  throw new Error(
    `The tests need ${stillMissing.join(' and ')}, not found here${failure}: install it (on Debian: apt-get install ${stillNeeded})${otherwise(stillMissing)}.`,
  );
}

/** Brokers need not be those of this machine. */
function otherwise(missing: readonly string[]): string {
  const isBroker = missing.some((name) => name.endsWith('-server'));
  return isBroker ? ', or name running brokers in STALK_TEST_AMQP_URL and STALK_TEST_REDIS_URL' : '';
}

/** The full path of a program, or undefined if the machine has none. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

/**
 * Installs Debian packages as root.
 * @returns an empty string, or the reason why nothing was installed, to be put into a sentence.
 */
export async function installDebianPackages(packages: readonly string[]): Promise<string> {
  if (process.getuid?.() !== 0 || !(await isDebian())) return '';
  console.log(`Installing ${packages.join(', ')} with apt, which the tests need …`);
  const withoutServices = await forbidServices();
  try {
    const options = {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    };
    const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
    await run('apt-get', [...wait, 'update'], options);
    await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], options);
    return '';
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error).trim();
    return ` and apt could not install it (${lines.split('\n').at(-1)})`;
  } finally {
    await withoutServices();
  }
}

async function missingPrograms(names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) if ((await findProgram(name)) === undefined) missing.push(name);
  return missing;
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release) && (await findProgram('apt-get')) !== undefined;
}

/** Debian asks this script before a package may start its service: 101 means no. */
async function forbidServices(): Promise<() => Promise<void>> {
  const policy = '/usr/sbin/policy-rc.d';
  const written = await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' }).then(
    () => true,
    () => false,
  );
  return async () => {
    if (written) await rm(policy, { force: true });
  };
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The folder of RabbitMQ's own scripts. Debian puts a wrapper on the path that changes to the user `rabbitmq` and
 * to the machine's own broker; the scripts behind it take their settings from the environment alone.
 */
export async function rabbitmqScripts(): Promise<string> {
  if (await isExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server')) return '/usr/lib/rabbitmq/bin';
  const server = await findProgram('rabbitmq-server');
  if (server === undefined) throw new Error('rabbitmq-server is not installed.');
  return join(await realpath(server), '..');
}
