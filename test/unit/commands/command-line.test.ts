import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program itself, without a terminal. */
function stalk(argv: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const cli = fileURLToPath(new URL('src/cli.ts', root));
  return new Promise((resolve) => {
    const options = { cwd: fileURLToPath(root), env: { PATH: process.env['PATH'], TERM: 'xterm', ...env } };
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', cli, ...argv],
      options,
      (error, stdout, stderr) => {
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

const unreachable = 'amqp://me:secret@127.0.0.1:1//';

describe.concurrent('the command line', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

    expect(await stalk(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('prints its help with examples, also beside a mistake', async () => {
    const { status, stdout } = await stalk(['events', '--nonsense', '--help']);

    expect(status).toBe(0);
    expect(stdout).toContain('--broker');
    expect(stdout).toContain('stalk events -b redis://cache-1:6379/0');
  });

  it('prints how to use it when nothing was asked', async () => {
    const { status, stdout, stderr } = await stalk([]);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: stalk <command> [options]');
  });

  it.each<[string[], number, string]>([
    [['evnets'], 2, 'stalk: there is no command "evnets": did you mean stalk events?'],
    [['events', '--brokr', 'x'], 2, 'stalk: there is no option "--brokr": did you mean --broker?'],
    [['events'], 2, 'stalk: the monitor needs a terminal and the output is not one: use stalk events --once'],
    [['events', '--rate', '99'], 2, 'stalk: --rate is a number from 0.2 to 10, not "99"'],
    [['events', '-b', 'http://x', '--dump'], 2, 'stalk: '],
    [['events', '-b', unreachable, '--once'], 69, 'stalk: Cannot reach amqp://me:***@127.0.0.1:1//'],
  ])('ends %j with status %i and a sentence', async (argv, status, sentence) => {
    const outcome = await stalk(argv);

    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr.trimEnd().split('\n').at(-1)).toContain(sentence);
    expect(outcome.stderr).not.toContain('secret');
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  it('takes the broker from the environment', async () => {
    const outcome = await stalk(['events', '--once'], { CELERY_BROKER_URL: unreachable });

    expect(outcome.status).toBe(69);
    expect(outcome.stderr).toContain('127.0.0.1:1');
  });
});
