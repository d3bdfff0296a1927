import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takePidFile } from '../../../src/config/pid-file.ts';
import { exitStatus, StalkError } from '../../../src/errors.ts';

describe('takePidFile', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stalk-pid-'));
    path = join(folder, 'cam.pid');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes our number, and takes the file away afterwards', () => {
    const release = takePidFile(path);

    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    release();
    expect(existsSync(path)).toBe(false);
  });

  it('refuses the file of a living process with Celery’s status', () => {
    writeFileSync(path, `${process.ppid}\n`);

    expect(() => takePidFile(path)).toThrow(
      new StalkError(
        `the pid file ${path} belongs to process ${process.ppid}, which is running: end that one first, or name another file`,
        exitStatus.taken,
      ),
    );
    expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`);
  });

  // No process has a number as high as the second one.
  it.each([`${process.pid}\n`, '4194305\n', '', 'nonsense\n'])(
    'takes over a file that holds %j',
    (content) => {
      writeFileSync(path, content);

      takePidFile(path);

      expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    },
  );

  it('leaves the file of whoever took it over', () => {
    const release = takePidFile(path);
    writeFileSync(path, '1\n');

    release();

    expect(readFileSync(path, 'utf8')).toBe('1\n');
  });

  it('says in one sentence where it cannot be written', () => {
    expect(() => takePidFile(join(folder, 'no', 'cam.pid'))).toThrow(
      /^the pid file cannot be written: ENOENT/,
    );
  });
});
