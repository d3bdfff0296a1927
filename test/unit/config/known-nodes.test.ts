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

function nodes(cluster = 'redis://cache/0'): KnownNodes {
  return new KnownNodes(cluster, { XDG_STATE_HOME: folder });
}

describe('the nodes known from earlier runs', () => {
  it('are those that answered, of each cluster its own', () => {
    nodes().update(['w1@x', 'w2@x'], [], 1000);
    nodes('amqp://rabbit/').update(['w3@x'], [], 1000);

    expect(nodes().names(1001)).toEqual(['w1@x', 'w2@x']);
    expect(nodes('amqp://rabbit/').names(1001)).toEqual(['w3@x']);
    expect(nodes('redis://other/0').names(1001)).toEqual([]);
  });

  it('are forgotten when they are gone, or silent for a week', () => {
    nodes().update(['w1@x', 'w2@x', 'w3@x'], [], 0);
    nodes().update(['w1@x'], ['w2@x'], 3 * day);

    expect(nodes().names(3 * day)).toEqual(['w1@x', 'w3@x']);
    expect(nodes().names(8 * day)).toEqual(['w1@x']);
  });

  it('are at most 500, the latest', () => {
    const many = (from: number): string[] => Array.from({ length: 400 }, (_, n) => `w${from + n}@x`);
    nodes().update(many(0), [], 1);
    nodes().update(many(1000), [], 2);

    const names = nodes().names(3);
    expect(names).toHaveLength(500);
    expect(names).toEqual(expect.arrayContaining(many(1000)));
  });

  it('are not written again for nothing', () => {
    const path = join(folder, 'stalk', 'nodes.json');
    nodes().update(['w1@x', 'w2@x'], [], 1000);
    writeFileSync(path, JSON.stringify({ 'redis://cache/0': { 'w1@x': 1000, 'w2@x': 1000 } }));
    const written = (): string => readFileSync(path, 'utf8');
    const before = written();

    nodes().update(['w1@x'], ['unknown@x'], 1000 + 3600);
    expect(written()).toBe(before);
    nodes().update(['w1@x'], [], 1001 + 3600);
    expect(written()).not.toBe(before);
  });

  it('lie in a file of their own that only its owner reads', () => {
    nodes().update(['w1@x'], [], 1);

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
  ])('are none when the file holds %j, and are kept again from then on', (text) => {
    nodes().update(['old@x'], [], 1);
    writeFileSync(join(folder, 'stalk', 'nodes.json'), text);

    expect(nodes().names(2)).toEqual([]);
    nodes().update(['w1@x'], [], 2);
    expect(nodes().names(2)).toEqual(['w1@x']);
  });

  it('are none where there is nowhere to keep them', () => {
    for (const env of [{}, { HOME: 'relative' }, { XDG_STATE_HOME: '/dev/null' }]) {
      const none = new KnownNodes('redis://cache/0', env);
      none.update(['w1@x'], [], 1);

      expect(none.names(1)).toEqual([]);
    }
  });
});
