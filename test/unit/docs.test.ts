import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blocks, withBlocks } from '../../docs/blocks.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from '../../src/commands/registry.ts';
import { views } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { commonOptions } from '../../src/config/options.ts';
import { parseArguments } from '../../src/config/parse-arguments.ts';
import { parseBrokerUrl } from '../../src/protocol/broker-url.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const documents = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe.each(documents)('%s', (path) => {
  const markdown = readFileSync(join(root, path), 'utf8');

  it('has tables that are up to date: npm run docs', () => {
    const tables = { ...blocks(), bench: benchBlock(markdown) };

    expect(withBlocks(markdown, tables)).toBe(markdown);
  });

  it('links to what exists', () => {
    const links = [...markdown.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !linkLeadsSomewhere(path, link))).toEqual([]);
  });

  it('names files and folders of the sources that exist', () => {
    const named = [...markdown.matchAll(/`((?:[\w-]+\/)+[\w.-]*(?:\.tsx?|\/))`/g)].map(
      ([, name = '']) => name,
    );
    const isExample = (name: string): boolean => /(?:^|\/)x\.ts$/.test(name) || name === 'dist/';

    const missing = named.filter(
      (name) => !isExample(name) && !['.', 'src'].some((folder) => existsSync(join(root, folder, name))),
    );

    expect(missing).toEqual([]);
  });

  it('names scripts of npm that exist', () => {
    const named = [...markdown.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);

    expect(named.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });

  it('shows command lines that stalk takes', () => {
    expect(commandLines(markdown).map((line) => [line, refusal(line)])).toEqual(
      commandLines(markdown).map((line) => [line, undefined]),
    );
  });
});

describe('README.md', () => {
  const markdown = readFileSync(join(root, 'README.md'), 'utf8');

  it('shows the commands of a fresh machine and real use', () => {
    expect(markdown).toContain('npm ci && npm start');
    expect(markdown).toContain('npm ci && npm test');
    expect(commandLines(markdown).length).toBeGreaterThan(7);
  });

  it('shows the program', () => {
    expect(markdown).toMatch(/!\[[^\]]+\]\(screenshots\/tasks\.svg\)/);
  });
});

describe('withBlocks', () => {
  it('replaces what stands between the markers of a block', () => {
    const before = 'a\n<!-- keys:start -->\nold\n<!-- keys:end -->\nb\n';

    expect(withBlocks(before, { keys: 'new' })).toBe('a\n<!-- keys:start -->\nnew\n<!-- keys:end -->\nb\n');
  });

  it('refuses a block without an end, and one that nobody makes', () => {
    const open = '<!-- keys:start -->\n<!-- options:start -->\n<!-- options:end -->\n';

    expect(() => withBlocks(open, { keys: '', options: '' })).toThrow('the block keys has no end');
    expect(() => withBlocks('<!-- key:start -->\n<!-- key:end -->', {})).toThrow('no block called key');
  });
});

/** The figures of a benchmark are those of one machine and one day: they stay as they are. */
function benchBlock(markdown: string): string {
  return /<!-- bench:start -->\n([\s\S]*?)\n<!-- bench:end -->/.exec(markdown)?.[1] ?? '';
}

function linkLeadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? join(root, from) : join(root, dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors(readFileSync(target, 'utf8')).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** What stands behind `stalk` in the shell examples, and in code inside a sentence. */
function commandLines(markdown: string): string[] {
  const shell = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, lines = '']) =>
    lines.split('\n'),
  );
  const inSentences = [...markdown.matchAll(/`(stalk [^`[]+)`/g)].map(([, line = '']) => line);
  return [...shell, ...inSentences].flatMap((line) => {
    const [, found] = /(?:^|[;&] |-y celery-| )(stalk [a-z][^#|>]*)/.exec(line) ?? [];
    return found === undefined ? [] : [found.trim()];
  });
}

function refusal(line: string): string | undefined {
  const [, ...argv] = line.split(/\s+/);
  const { command, words, flags, problem } = parseArguments(argv, commands, commonOptions);
  if (problem !== undefined) return problem.message;
  if (!commands.some(({ name }) => name === command)) return `there is no command ${command}`;
  const isView = views.some((view) => view === words[0]);
  if (command === 'events' && (words.length > 1 || (words[0] !== undefined && !isView)))
    return `there is no view ${words}`;
  try {
    parseBrokerUrl(loadConfig(commonOptions, flags, {}).broker);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
