import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm } from '../../../src/commands/confirm.ts';
import { UsageError } from '../../../src/errors.ts';

function terminal(isTTY = true): {
  stdin: PassThrough & { isTTY: boolean };
  stderr: PassThrough & { isTTY: boolean };
} {
  return {
    stdin: Object.assign(new PassThrough(), { isTTY }),
    stderr: Object.assign(new PassThrough(), { isTTY }),
  };
}

describe('confirm', () => {
  const never = new AbortController().signal;

  it.each([
    ['y\n', true],
    ['YES\n', true],
    [' y \r\n', true],
    ['y\r', true],
    ['\n', false],
    ['n\n', false],
    ['yesterday\n', false],
    ['no\ny\n', false],
  ])('takes %j for %s', async (typed, answer) => {
    const { stdin, stderr } = terminal();
    const asked = confirm('Sure?', { stdin, stderr }, never);
    stdin.write(typed);

    expect(await asked).toBe(answer);
    expect(stderr.read()?.toString()).toBe('Sure? [y/N] ');
  });

  it('takes the end of the input and Ctrl-C for a no', async () => {
    const ended = terminal();
    const asked = confirm('Sure?', ended, never);
    ended.stdin.end('y');
    expect(await asked).toBe(false);

    const interrupted = new AbortController();
    const second = confirm('Sure?', terminal(), interrupted.signal);
    interrupted.abort();
    expect(await second).toBe(false);
    expect(await confirm('Sure?', terminal(), AbortSignal.abort())).toBe(false);
  });

  it('asks nobody where there is no terminal', async () => {
    await expect(confirm('Sure?', terminal(false), never)).rejects.toThrow(UsageError);
  });
});
