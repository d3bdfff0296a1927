import { describe, expect, it } from 'vitest';
import { CommandLog } from '../../../src/monitor/command-log.ts';
import { typeLimits } from '../../../src/monitor/task-type-limits.ts';
import { WorkerDirectory } from '../../../src/monitor/worker-directory.ts';

/** A session in which workers list these limits, and commands got these answers. */
function session(listed: Readonly<Record<string, string | undefined>>): {
  workers: WorkerDirectory;
  commands: CommandLog;
  send: (method: string, args: Record<string, unknown>, at: number, value: unknown) => void;
} {
  const workers = new WorkerDirectory();
  const commands = new CommandLog();
  for (const [hostname, rateLimit] of Object.entries(listed)) {
    workers.noteAnswer(hostname, true);
    workers.noteInspection(hostname, 'registered', { value: [{ name: 'app.add', rateLimit }] });
  }
  return {
    workers,
    commands,
    send(method, args, at, value) {
      const command = { method, args: { task_name: 'app.add', ...args }, label: method };
      const entry = commands.add(command, at, ['w1'], 1);
      entry.replies.push({ hostname: 'w1', value, latencyMs: 1, expected: true });
    },
  };
}

const ok = { ok: 'new rate limit set successfully' };

describe('the limits of a type', () => {
  it('are those that the first worker tells that has one', () => {
    expect(typeLimits(session({ w1: undefined, w2: '5/m', w3: '9/m' }))('app.add')).toEqual({
      rateLimit: '5/m',
      rateLimitSet: undefined,
      timeLimitSet: undefined,
    });
    expect(typeLimits(session({ w1: '5/m' }))('app.other').rateLimit).toBeUndefined();
  });

  it('remember the last that was set here and accepted', () => {
    const there = session({});
    there.send('rate_limit', { rate_limit: '10/s' }, 100, ok);
    there.send('rate_limit', { rate_limit: '20/s' }, 200, ok);
    there.send('rate_limit', { rate_limit: '30/s' }, 300, { error: 'unknown task' });
    there.send('time_limit', { soft: 25, hard: null }, 400, { ok: 'time limits set successfully' });

    expect(typeLimits(there)('app.add')).toEqual({
      rateLimit: '20/s',
      rateLimitSet: { limit: '20/s', at: 200 },
      timeLimitSet: { limit: '25s/none', at: 400 },
    });
  });

  it('are what a worker says, whatever was set before', () => {
    const there = session({ w1: '5/m' });
    there.send('rate_limit', { rate_limit: '10/s' }, 100, ok);

    expect(typeLimits(there)('app.add')).toMatchObject({ rateLimit: '5/m', rateLimitSet: undefined });
  });

  it('survive commands without a type or with anything for a limit', () => {
    const there = session({});
    there.send('rate_limit', { task_name: 7, rate_limit: '1/s' }, 1, ok);
    there.send('rate_limit', { rate_limit: { evil: true } }, 2, ok);

    expect(typeLimits(there)('app.add').rateLimit).toBe('[object Object]');
  });
});
