import { describe, expect, it } from 'vitest';
import type { TypeLimits } from '../../../src/monitor/task-type-limits.ts';
import { typeRows } from '../../../src/presentation/task-type-rows.ts';
import { Counted } from '../statistics/run-events.ts';

const noLimits: TypeLimits = { rateLimit: undefined, rateLimitSet: undefined, timeLimitSet: undefined };

function rowsOf(counted: Counted, unknown: readonly string[] = []): ReturnType<typeof typeRows> {
  const { statistics, state, now } = counted;
  const limits = (name: string): TypeLimits => ({
    ...noLimits,
    rateLimit: name === 'app.add' ? '2/s' : undefined,
  });
  return typeRows({ statistics, state, unknownTasks: new Set(unknown) }, limits, '5m', now);
}

describe('the rows of types', () => {
  it('hold what was counted, what runs now and what limits them', () => {
    const counted = new Counted();
    counted.run('a', 'app.add', 0, 1);
    counted.event('task-received', 'b', 1, { name: 'app.add' });
    counted.event('task-failed', 'b', 10);
    for (const uuid of ['c', 'd', 'e']) {
      counted.event('task-received', uuid, 10, { name: 'app.add' });
      counted.event('task-started', uuid, 10);
    }
    counted.event('task-received', 'f', 10, { name: 'app.wait' });

    expect(rowsOf(counted, ['e'])).toMatchObject([
      {
        name: 'app.add',
        count: 2,
        rate: 2 / (10 - 0),
        failPercent: 50,
        retryPercent: 0,
        running: 2,
        rateLimit: '2/s',
      },
      { name: 'app.wait', count: 0, rate: 0, failPercent: undefined, retryPercent: undefined, running: 0 },
    ]);
  });

  it('end with one of all that belongs to no type, if there is any', () => {
    const counted = new Counted({ maxTypes: 16 });
    counted.run('a', 'app.add', 0, 1);
    expect(rowsOf(counted)).toHaveLength(1);

    for (let n = 0; n < 40; n += 1) {
      counted.event('task-received', `t${n}`, n, { name: `invented${n}` });
      counted.event('task-started', `t${n}`, n);
    }
    counted.event('task-started', 'unnamed', 41);
    const rows = rowsOf(counted);
    const last = rows.at(-1);
    expect(last).toMatchObject({ name: undefined, succeeded: 1, rateLimit: undefined });
    expect(last?.running).toBeGreaterThan(1);
    expect(rows.reduce((sum, { running }) => sum + running, 0)).toBe(41);
    expect(rows.reduce((sum, { started }) => sum + started, 0)).toBe(42);
  });

  it('show a task without a name that runs, though nothing was counted of it', () => {
    const counted = new Counted();
    counted.state.event({ type: 'task-started', uuid: 'a', hostname: 'w', timestamp: 1, local_received: 1 });

    expect(rowsOf(counted)).toMatchObject([{ name: undefined, running: 1, started: 0 }]);
  });
});
