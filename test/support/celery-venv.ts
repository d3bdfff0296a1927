import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram, installDebianPackages } from './install.ts';
import { until } from './process-group.ts';

const run = promisify(execFile);
const celeryVersion = '5.6.3';

/** What the wire captures in the fixtures were recorded with: another kombu may speak otherwise. */
const requirements = [`celery[redis]==${celeryVersion}`, 'kombu[redis]==5.6.2', 'redis==5.2.1'];

/** Not below node_modules, which each `npm ci` empties. */
const projectVenv = fileURLToPath(new URL(`../../.cache/celery-${celeryVersion}`, import.meta.url));

/**
 * The path of a Python that can import Celery and its Redis transport: from PyPI in a virtual environment that is
 * kept (in $STALK_TEST_VENV, else in .cache), or Debian's own if PyPI cannot be reached.
 * @throws Error, one sentence that says what to install, where neither works.
 */
export async function prepareCelery(): Promise<string> {
  const venv = process.env['STALK_TEST_VENV'] || projectVenv;
  return alone(`${venv}.lock`, async () => {
    const python = join(venv, 'bin', 'python');
    const installed = await readFile(join(venv, 'requirements'), 'utf8').catch(() => '');
    if (installed === requirements.join('\n') && (await canRunCelery(python))) return python;
    const failure = await createVenv(venv);
    if (failure === '') return python;
    await rm(venv, { recursive: true, force: true });
    return debianPython(failure);
  });
}

async function createVenv(venv: string): Promise<string> {
  console.log(`Installing Celery ${celeryVersion} for the tests into ${venv} …`);
  const python = await pythonWithVenv();
  if (python === undefined) return 'there is no python3 with its venv module';
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
  try {
    await run(python, ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin', 'python'), [...pip, ...requirements], { timeout: 600_000 });
    if (!(await canRunCelery(join(venv, 'bin', 'python')))) return 'what pip installed cannot be imported';
    await writeFile(join(venv, 'requirements'), requirements.join('\n'));
    return '';
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr || error).trim();
    return lines.split('\n').at(-1) ?? 'pip failed';
  }
}

/** Debian ships Python without the means to create a virtual environment. */
async function pythonWithVenv(): Promise<string | undefined> {
  const find = async (): Promise<string | undefined> => {
    for (const name of ['python3', '/usr/bin/python3']) {
      const python = name.startsWith('/') ? name : await findProgram(name);
      if (python !== undefined && (await succeeds(python, 'import ensurepip, venv'))) return python;
    }
    return undefined;
  };
  const python = await find();
  if (python !== undefined) return python;
  await installDebianPackages(['python3', 'python3-venv']);
  return find();
}

async function debianPython(failure: string): Promise<string> {
  const python = '/usr/bin/python3';
  if (!(await canRunCelery(python))) await installDebianPackages(['python3-celery', 'python3-redis']);
  if (await canRunCelery(python)) {
    console.log(
      `Celery ${celeryVersion} could not be installed from PyPI (${failure}): Debian's own is used.`,
    );
    return python;
  }
  throw new Error(
    `The tests need Celery, which could not be installed (${failure}): make PyPI reachable for pip, or install the Debian packages python3-celery and python3-redis.`,
  );
}

function canRunCelery(python: string): Promise<boolean> {
  return succeeds(python, 'import celery, redis, celery.bin.celery');
}

async function succeeds(python: string, code: string): Promise<boolean> {
  return run(python, ['-c', code]).then(
    () => true,
    () => false,
  );
}

/** Two test runs may start at once: the lock file can be created by one of them only, and names its process. */
async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  const take = async (): Promise<true | undefined> => {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(lock, 'utf8').catch(() => '0'));
      if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
      return undefined;
    }
  };
  await until(`${lock} to be given free`, take, 900_000, 200);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
