import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReplacedFile } from '../../../src/config/replaced-file.ts';

describe('ReplacedFile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stalk-replaced-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is there as a whole, for everybody to read, and leaves nothing beside it', () => {
    const path = join(folder, 'celery.prom');
    const before = process.umask(0o077);
    try {
      const file = new ReplacedFile(path, 'output file');
      expect(readdirSync(folder)).toEqual([]);
      file.write('a longer text\n');
      const first = statSync(path).ino;
      file.write('b\n');

      expect(readFileSync(path, 'utf8')).toBe('b\n');
      expect(statSync(path).ino).not.toBe(first);
      expect(statSync(path).mode & 0o777).toBe(0o644);
      expect(readdirSync(folder)).toEqual(['celery.prom']);
    } finally {
      process.umask(before);
    }
  });

  it('never writes through a link that waits where its draft goes', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, '.celery.prom.draft'));
    new ReplacedFile(join(folder, 'celery.prom'), 'output file').write('text');

    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  it.each([
    ['no/such/celery.prom', 'ENOENT'],
    ['.', 'is a folder'],
  ])('says at once that %s cannot be written', (path, reason) => {
    expect(() => new ReplacedFile(join(folder, path), 'output file')).toThrow(
      new RegExp(`^the output file cannot be written: .*${reason}`),
    );
  });
});
