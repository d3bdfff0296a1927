import { describe, expect, it } from 'vitest';
import { runComplete } from '../../../src/commands/complete.ts';
import { until } from '../../support/process-group.ts';
import { commandFixture } from './command-fixture.ts';

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const fixture = commandFixture({}, { words, env: { STALK_BROKER_URL: 'demo://?workers=2&seed=7' } });
  expect(await runComplete(fixture.context)).toBe(0);
  expect(fixture.err()).toBe('');
  return fixture
    .out()
    .split('\n')
    .filter((name) => name !== '');
}

/** Half a second is all that it takes, in which a busy machine may not come to it. */
function names(count: number, ...words: readonly string[]): Promise<readonly string[]> {
  return until('the names', async () => {
    const found = await complete(...words);
    return found.length >= count ? found : undefined;
  });
}

describe('stalk __complete', () => {
  it('names nodes, queues and tasks that a word may become, sorted', async () => {
    const nodes = await names(2, 'nodes', '');
    expect(nodes).toHaveLength(2);
    expect(nodes).toEqual([...nodes].sort());
    expect(await names(1, 'nodes', nodes[1] ?? '')).toEqual([nodes[1]]);
    expect(await names(1, 'tasks', 'app.billing.', 'result', '-t')).toEqual([
      'app.billing.charge',
      'app.billing.refund',
    ]);
    expect(await complete('queues', 'no-such-queue')).toEqual([]);
  });

  it('goes on with a list, without what is in it already', async () => {
    const [first = '', second = ''] = await names(2, 'nodes', '');

    expect(await names(1, 'nodes', `${first},`)).toEqual([`${first},${second}`]);
    expect(await complete('nodes', `${first},${second},`)).toEqual([]);
  });

  it('takes the broker from the line', async () => {
    expect(await names(3, 'nodes', '', '-b', 'demo://?workers=3&seed=7', 'status', '-d')).toHaveLength(3);
  });

  it.each([
    [],
    ['toString', ''],
    ['nodes', '', '-b', 'nonsense://secret'],
    ['nodes', '', '--fanout-patterns', 'x'],
  ])('has no names and no complaint for %j', async (...words) => {
    expect(await complete(...words)).toEqual([]);
  });
});
