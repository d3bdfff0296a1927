import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preparedStatePath, statePath } from '../../../src/config/state-folder.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stalk-state-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('the place of what is kept from one run to the next', () => {
  it.each([
    [{ XDG_STATE_HOME: '/state', HOME: '/home/op' }, '/state/stalk/x.json'],
    [{ XDG_STATE_HOME: 'relative', HOME: '/home/op' }, '/home/op/.local/state/stalk/x.json'],
    [{ XDG_STATE_HOME: '', HOME: '/home/op' }, '/home/op/.local/state/stalk/x.json'],
    [{ XDG_STATE_HOME: '', HOME: '' }, undefined],
    [{ HOME: 'relative' }, undefined],
    [{}, undefined],
  ])('of %j is %j', (env, expected) => {
    expect(statePath('x.json', env)).toBe(expected);
  });

  it('is not created before something is kept there', () => {
    statePath('x.json', { XDG_STATE_HOME: home });

    expect(readdirSync(home)).toEqual([]);
  });
});

describe('a path that others may write to', () => {
  it('is in a folder for its owner alone, and so is a file of old', () => {
    const env = { XDG_STATE_HOME: join(home, 'deep') };
    const path = preparedStatePath('x', env) ?? '';
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    writeFileSync(path, 'old');
    chmodSync(path, 0o644);

    expect(preparedStatePath('x', env)).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([[{}], [{ XDG_STATE_HOME: '/dev/null' }]])('is none where nothing can be kept: %j', (env) => {
    expect(preparedStatePath('x', env)).toBeUndefined();
  });
});
