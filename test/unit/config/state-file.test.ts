import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile } from '../../../src/config/state-file.ts';

let folder: string;
let path: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stalk-state-'));
  path = join(folder, 'state', 'stalk', 'filters.json');
  said = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function file(): StateFile {
  return new StateFile(path, (sentence) => said.push(sentence));
}

function plusOne(name: string): (content: unknown) => unknown {
  return (content) => {
    const counts = (content ?? {}) as Record<string, number>;
    return { ...counts, [name]: (counts[name] ?? 0) + 1 };
  };
}

async function content(): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function names(): Promise<string[]> {
  return (await readdir(join(folder, 'state', 'stalk'))).sort();
}

/** Root may write everywhere: then as somebody who may not. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('a file that is kept between sessions', () => {
  it('holds what was written, for its owner alone', async () => {
    const first = file();
    expect(await first.read()).toBeUndefined();
    first.change(plusOne('a'));
    first.change(plusOne('a'));
    await first.close();

    expect(await file().read()).toEqual({ a: 2 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    expect(await names()).toEqual(['filters.json']);
    expect(said).toEqual([]);
  });

  it('loses nothing when several write at once', async () => {
    const files = Array.from({ length: 8 }, () => file());
    for (let round = 0; round < 5; round += 1) {
      for (const [index, each] of files.entries()) each.change(plusOne(`f${index}`));
    }
    await Promise.all(files.map((each) => each.close()));

    expect(await content()).toEqual(Object.fromEntries(files.map((_, index) => [`f${index}`, 5])));
  });

  it('loses nothing when several processes write at once', async () => {
    const tsx = fileURLToPath(import.meta.resolve('tsx'));
    const source = fileURLToPath(new URL('../../../src/config/state-file.ts', import.meta.url));
    const script = `
      const { StateFile } = await import(${JSON.stringify(source)});
      const file = new StateFile(${JSON.stringify(path)}, console.error);
      for (let round = 0; round < 10; round += 1) {
        file.change((content) => ({ ...content, [process.argv[1]]: ((content ?? {})[process.argv[1]] ?? 0) + 1 }));
      }
      await file.close();`;
    const ends = ['a', 'b', 'c'].map(
      (name) =>
        new Promise<number | null>((resolve) => {
          const args = ['--import', tsx, '--input-type=module', '--eval', script, name];
          spawn(process.execPath, args, { stdio: 'inherit' }).once('close', resolve);
        }),
    );

    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(await content()).toEqual({ a: 10, b: 10, c: 10 });
  });

  it.each([
    ['is damaged', '{"a": 1'],
    ['is damaged', '17'],
    ['is damaged', ''],
    ['is too large', `"${'x'.repeat(1024 * 1024)}"`],
  ])('that %s is kept aside, and that is said once', async (why, text) => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);

    const broken = file();
    expect(await broken.read()).toBeUndefined();
    broken.change(plusOne('a'));
    await broken.close();

    expect(await content()).toEqual({ a: 1 });
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`filters.json ${why}: it is kept as .*\\.broken$`)),
    ]);
    const aside = (await names()).find((name) => name.endsWith('.broken')) ?? '';
    expect(await readFile(join(path, '..', aside), 'utf8')).toBe(text);
  });

  it('is not needed: where nothing can be written, that is said once', async () => {
    await writeFile(join(folder, 'state'), 'a file where the folder should be');

    const refused = file();
    expect(await refused.read()).toBeUndefined();
    refused.change(plusOne('a'));
    refused.change(plusOne('a'));
    await refused.close();

    expect(said).toEqual([
      expect.stringContaining('cannot be read (ENOTDIR)'),
      expect.stringContaining('cannot be written, so nothing is kept for later sessions (E'),
    ]);
  });

  it('is left alone in a folder that is read-only', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, '{"a":1}');
    for (const parent of [folder, join(folder, 'state'), join(path, '..')]) await chmod(parent, 0o555);

    await asNobody(async () => {
      const readonly = file();
      readonly.change(plusOne('a'));
      await readonly.close();
    });
    for (const parent of [folder, join(folder, 'state'), join(path, '..')]) await chmod(parent, 0o700);

    expect(await content()).toEqual({ a: 1 });
    expect(said).toHaveLength(1);
  });

  it('takes over the lock of a process that has died', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(`${path}.lock`, '');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock`, longAgo, longAgo);

    const next = file();
    next.change(plusOne('a'));
    await next.close();

    expect(await content()).toEqual({ a: 1 });
    expect(await names()).toEqual(['filters.json']);
  });
});
