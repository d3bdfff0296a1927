import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAuditFile } from '../../../src/config/audit-file.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stalk-home-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe('the audit file', () => {
  it('gets a line for each append, in a private file in a private folder', () => {
    const file = openAuditFile(undefined, { HOME: home })!;
    expect([file.append('one'), file.append('two')]).toEqual([undefined, undefined]);

    const path = join(home, '.local/state/stalk/audit.jsonl');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(join(home, '.local/state/stalk'))).toBe(0o700);
  });

  it('is made private when it was not', () => {
    const path = join(home, 'audit.jsonl');
    writeFileSync(path, 'before\n');
    chmodSync(path, 0o644);

    openAuditFile(path, {})!.append('after');

    expect(modeOf(path)).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });

  it('is rotated at a megabyte, and five files are kept', () => {
    const path = join(home, 'audit.jsonl');
    const file = openAuditFile(path, {})!;
    for (let n = 0; n < 7; n += 1) file.append(`${n}${'x'.repeat(700_000)}`);

    expect(readdirSync(home).sort()).toEqual([
      'audit.jsonl',
      'audit.jsonl.1',
      'audit.jsonl.2',
      'audit.jsonl.3',
      'audit.jsonl.4',
    ]);
    expect(readFileSync(path, 'utf8')[0]).toBe('6');
    expect(readFileSync(`${path}.4`, 'utf8')[0]).toBe('2');
  });

  it('says once why it cannot be written', () => {
    const file = openAuditFile('/dev/null/audit.jsonl', {})!;

    expect(file.append('one')).toMatch(/^commands are not written to the audit log: .*\/dev\/null/);
    expect(file.append('two')).toBeUndefined();
  });

  it('says that there is no place for it where there is no home', () => {
    expect(openAuditFile(undefined, {})!.append('one')).toContain('neither XDG_STATE_HOME nor HOME is set');
  });

  it('is not there when it is off', () => {
    expect(openAuditFile('off', { HOME: home })).toBeUndefined();
    expect(existsSync(join(home, '.local'))).toBe(false);
  });
});
