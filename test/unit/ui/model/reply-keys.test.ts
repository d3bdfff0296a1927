import { describe, expect, it } from 'vitest';
import { CommandLog } from '../../../../src/monitor/command-log.ts';
import type { Step } from '../../../../src/ui/model/reduce.ts';
import { press, start, view, type World, world } from '../../../support/view-context.ts';

/** A command to both workers, of which the second did not answer. */
function sent(method: string, args: Record<string, unknown> = {}): World & { readonly id: number } {
  const there = world(['started']);
  const entry = new CommandLog().add({ method, args, label: method }, start, ['celery@w1', 'celery@w2'], 1);
  entry.state = 'done';
  entry.replies = [{ hostname: 'celery@w1', value: { ok: 'done' }, latencyMs: 5, expected: true }];
  entry.silent = ['celery@w2'];
  there.entries.push(entry);
  return { ...there, id: entry.id };
}

function again(there: World & { readonly id: number }, readonly = false): Step {
  const replies = { ...view({ readonly }), overlay: { kind: 'replies', entry: there.id } as const };
  return press(there, replies, 'R');
}

describe('R on the replies of a command', () => {
  it('sends it again', () => {
    const there = sent('rate_limit');

    expect(again(there).effects).toEqual([{ kind: 'send-again', entry: there.id }]);
  });

  it('is refused while read-only', () => {
    const step = again(sent('rate_limit'), true);

    expect(step.effects).toEqual([]);
    expect(step.view.message?.text).toBe('read-only (:readonly off)');
  });

  it('is refused while disconnected', () => {
    const there = { ...sent('rate_limit'), disconnected: 'disconnected: nothing can be sent' };

    expect(again(there).effects).toEqual([]);
    expect(again(there).view.message?.text).toContain('disconnected');
  });

  it.each([
    [{ state: 'pending' }, 'replies are still awaited'],
    [{ silent: [] }, 'nobody failed: there is nothing to send again'],
  ] as const)('is refused when there is nobody to repeat it to: %j', (change, reason) => {
    const there = sent('rate_limit');
    const [entry] = there.entries;
    there.entries.splice(0, 1, { ...entry!, ...change });

    expect(again(there).effects).toEqual([]);
    expect(again(there).view.message?.text).toBe(reason);
  });

  it('asks again before a shutdown of those that are still there', () => {
    const there = sent('shutdown');
    there.entries.splice(0, 1, { ...there.entries[0]!, departures: new Map([['celery@w1', 2]]) });

    const step = again(there);

    expect(step.effects).toEqual([]);
    expect(step.view.overlay).toMatchObject({
      dialog: { operation: 'shutdown', target: { hostnames: ['celery@w2'] } },
    });
  });

  it('asks again before a task is killed, with the signal of the first time', () => {
    const there = sent('revoke', { task_id: ['t0'], terminate: true, signal: 'SIGKILL' });

    const asked = again(there);

    expect(asked.effects).toEqual([]);
    expect(press(there, asked.view, 'y').effects).toMatchObject([
      { kind: 'send', request: { args: { task_id: ['t0'], terminate: true, signal: 'SIGKILL' } } },
    ]);
  });

  it('does not kill what has finished meanwhile', () => {
    const there = sent('revoke', { task_id: ['t0'], terminate: true });
    const finished = { ...there, state: world(['succeeded']).state };

    expect(again(finished).view.message?.text).toContain('only a running task can be killed');
  });
});
