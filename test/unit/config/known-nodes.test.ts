import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KnownNodes } from '../../../src/config/known-nodes.ts';

const day = 86_400;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalk-state-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** One run: what it knows at its start, and what it learns. */
async function run(
  now: number,
  answered: string[] = [],
  gone: string[] = [],
  { cluster = 'redis://cache/0', env = { XDG_STATE_HOME: folder } as Record<string, string> } = {},
): Promise<readonly string[]> {
  const nodes = new KnownNodes(cluster, env);
  const names = await nodes.names(now);
  nodes.update(answered, gone, now);
  await nodes.close();
  return names;
}

describe('the nodes known from earlier runs', () => {
  it('are those that answered, of each cluster its own', async () => {
    await run(1000, ['w1@x', 'w2@x']);
    await run(1000, ['w3@x'], [], { cluster: 'amqp://rabbit/' });

    expect(await run(1001)).toEqual(['w1@x', 'w2@x']);
    expect(await run(1001, [], [], { cluster: 'amqp://rabbit/' })).toEqual(['w3@x']);
    expect(await run(1001, [], [], { cluster: 'redis://other/0' })).toEqual([]);
  });

  it('are forgotten when they are gone, or silent for a week', async () => {
    await run(0, ['w1@x', 'w2@x', 'w3@x']);
    await run(3 * day, ['w1@x'], ['w2@x']);

    expect(await run(3 * day)).toEqual(['w1@x', 'w3@x']);
    expect(await run(8 * day)).toEqual(['w1@x']);
  });

  it('are at most 500, the latest', async () => {
    const many = (from: number): string[] => Array.from({ length: 400 }, (_, n) => `w${from + n}@x`);
    await run(1, many(0));
    await run(2, many(1000));

    const names = await run(3);
    expect(names).toHaveLength(500);
    expect(names).toEqual(expect.arrayContaining(many(1000)));
  });

  it('are not written again for nothing', async () => {
    const path = join(folder, 'stalk', 'nodes.json');
    await run(1000, ['w1@x', 'w2@x']);
    const before = readFileSync(path, 'utf8');

    await run(1000 + 3600, ['w1@x'], ['unknown@x']);
    expect(readFileSync(path, 'utf8')).toBe(before);
    await run(1001 + 3600, ['w1@x']);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  });

  it('lie in a file of their own that only its owner reads', async () => {
    await run(1, ['w1@x']);

    expect(readdirSync(join(folder, 'stalk'))).toEqual(['nodes.json']);
    expect(statSync(join(folder, 'stalk')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'stalk', 'nodes.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    '',
    'no JSON',
    '[]',
    '{"redis://cache/0": ["w1@x"]}',
    '{"redis://cache/0": {"w1@x": "now"}}',
    'null',
  ])('are none when the file holds %j, and are kept again from then on', async (text) => {
    await run(1, ['old@x']);
    writeFileSync(join(folder, 'stalk', 'nodes.json'), text);

    expect(await run(2, ['w1@x'])).toEqual([]);
    expect(await run(2)).toEqual(['w1@x']);
  });

  it('are none where there is nowhere to keep them', async () => {
    for (const env of [{}, { HOME: 'relative' }, { XDG_STATE_HOME: '/dev/null' }]) {
      await run(1, ['w1@x'], [], { env });

      expect(await run(1, [], [], { env })).toEqual([]);
    }
  });
});
