import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  circles,
  forbiddenImports,
  importsOf,
  type LayerTable,
  reachableFrom,
  type Sources,
} from '../support/import-graph.ts';

const anyFile = /./;

/** The layers, low to high. A row is a folder of src, or a file that lies in src itself. */
const layers: LayerTable = {
  'errors.ts': {},
  'timers.ts': {},
  'v8-heap.ts': { node: { v8: anyFile } },
  'lost-terminal.ts': { node: { fs: anyFile, tty: anyFile } },
  'lost-reader.ts': { node: { fs: anyFile } },
  protocol: {},
  transport: {
    layers: ['protocol'],
    packages: { amqplib: /^transport\/amqp/, ioredis: /^transport\/redis/ },
    node: {
      net: anyFile,
      tls: anyFile,
      crypto: anyFile,
      'fs/promises': anyFile,
      buffer: anyFile,
      events: anyFile,
    },
  },
  control: { layers: ['protocol'], types: ['transport'], node: { crypto: anyFile } },
  events: { layers: ['protocol', 'control'], types: ['transport'], node: { zlib: anyFile } },
  results: { layers: ['protocol', 'transport'] },
  queues: { layers: ['protocol', 'transport', 'control'] },
  state: { layers: ['protocol'] },
  statistics: { layers: ['state'] },
  demo: { layers: ['protocol', 'transport'] },
  camera: {
    layers: ['presentation', 'control', 'state', 'protocol'],
    packages: { libsql: /^camera\/sqlite-file\.ts$/, 'prom-client': /^camera\/prometheus/ },
  },
  monitor: { layers: ['events', 'control', 'statistics', 'state', 'protocol'], types: ['transport'] },
  replay: {
    layers: ['monitor', 'events', 'statistics', 'state', 'protocol'],
    types: ['recording', 'transport'],
  },
  presentation: {
    layers: ['state', 'protocol'],
    types: ['monitor', 'control', 'statistics'],
    packages: { 'get-east-asian-width': anyFile },
  },
  recording: {
    layers: ['events', 'presentation', 'protocol'],
    node: { zlib: anyFile, fs: anyFile, 'fs/promises': anyFile, path: anyFile },
  },
  query: { layers: ['presentation', 'state', 'protocol'] },
  config: {
    layers: ['protocol'],
    packages: { yargs: anyFile },
    node: { fs: anyFile, 'fs/promises': anyFile, os: anyFile, path: anyFile, util: anyFile },
  },
  ui: {
    layers: [
      'monitor',
      'replay',
      'query',
      'presentation',
      'statistics',
      'state',
      'control',
      'protocol',
      'v8-heap.ts',
    ],
    types: ['transport', 'recording'],
    packages: { react: anyFile, ink: anyFile },
    node: {
      fs: /^ui\/terminal\//,
      process: /^ui\/terminal\//,
      stream: /^ui\/terminal\//,
      tty: /^ui\/terminal\//,
      events: /^ui\/terminal\//,
      child_process: /^ui\/terminal\/pager\.ts$/,
    },
  },
  commands: {
    layers: [
      'protocol',
      'transport',
      'control',
      'events',
      'results',
      'queues',
      'state',
      'statistics',
      'demo',
      'camera',
      'monitor',
      'replay',
      'presentation',
      'recording',
      'query',
      'config',
      'v8-heap.ts',
      'lost-reader.ts',
    ],
    types: ['ui'],
    dynamic: ['ui'],
    // What a user's own module is called is known only when the program runs.
    packages: { yargs: anyFile, 'import(…)': /^commands\/load-camera\.ts$/ },
    node: {
      repl: /^commands\/shell-(prompt|interrupts)\.ts$/,
      vm: /^commands\/(shell-code|load-camera)\.ts$/,
      events: /^commands\/dump-recording\.ts$/,
      fs: /^commands\/load-camera\.ts$/,
      module: /^commands\/load-camera\.ts$/,
      path: /^commands\/(load-camera|detach|open-replay|events)\.ts$/,
      child_process: /^commands\/detach\.ts$/,
      url: /^commands\/load-camera\.ts$/,
    },
  },
  'index.ts': { layers: ['events', 'state', 'control', 'transport', 'camera'], types: ['protocol'] },
  'main.ts': {
    layers: ['commands', 'config', 'presentation', 'lost-terminal.ts'],
    packages: { yargs: anyFile, '../package.json': anyFile },
  },
  'cli.ts': { layers: ['main.ts', 'commands', 'config'] },
};

const everyoneMayImport = ['errors.ts', 'timers.ts'];

/** Names that say nothing of what is inside. */
const emptyWords = new Set(
  'util utils helper helpers common misc type types interface interfaces constant constants manager service base impl'.split(
    ' ',
  ),
);

const longestFile = 280;

/** Files that are a table from top to bottom may be longer. */
const tables: readonly string[] = [
  'config/options.ts',
  'control/remote-commands.ts',
  'demo/demo-tasks.ts',
  'ui/input/actions.ts',
];

const mostSuppressions = 10;

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the imports of src', () => {
  const sources = sourcesBelow('src');

  it('point one way, as the table of layers says', () => {
    expect(forbiddenImports(sources, layers, everyoneMayImport)).toEqual([]);
  });

  it('form no circle', () => {
    expect(circles(sources)).toEqual([]);
  });

  it('load the ui in one place, and only when it is wanted', () => {
    const intoUi = importsOf(sources).filter(
      ({ file, target, kind }) => kind !== 'type' && target.startsWith('ui/') && !file.startsWith('ui/'),
    );

    expect(intoUi).toMatchObject([{ file: expect.stringMatching(/^commands\//), kind: 'dynamic' }]);
  });

  it('keep the library free of the terminal', () => {
    const reached = [...reachableFrom('index.ts', sources)];

    expect(
      reached.filter((target) => /^(ui|commands|config|presentation)\/|^(react|ink|yargs)$/.test(target)),
    ).toEqual([]);
    expect(reached).toContain('state/state.ts');
  });
});

describe('the files of src', () => {
  const sources = sourcesBelow('src');

  it('are named for what is inside', () => {
    const empty = [...sources.keys()].filter((file) => wordsOf(file).some((word) => emptyWords.has(word)));

    expect(empty).toEqual([]);
  });

  it(`have at most ${longestFile} lines, and half of them at most 90`, () => {
    const lengths = [...sources].map(([file, source]) => ({ file, lines: source.split('\n').length - 1 }));
    const median = lengths.map(({ lines }) => lines).sort((a, b) => a - b)[Math.floor(lengths.length / 2)];

    expect(lengths.filter(({ file, lines }) => lines > longestFile && !tables.includes(file))).toEqual([]);
    expect(median).toBeLessThanOrEqual(90);
  });
});

it(`suppresses a lint rule at most ${mostSuppressions} times, each with its reason`, () => {
  const suppressions = ['src', 'test', 'screenshots', 'docs']
    .flatMap((folder) => [...sourcesBelow(folder)])
    .flatMap(([file, source]) => source.split('\n').map((line) => ({ file, line: line.trim() })))
    .filter(({ line }) => /^(?:\/\/|\/\*|\{\/\*)\s*biome-ignore/.test(line));

  expect(suppressions.length).toBeLessThanOrEqual(mostSuppressions);
  expect(suppressions.filter(({ line }) => !/biome-ignore[\w-]* [\w/]+: \S+/.test(line))).toEqual([]);
});

describe('the check of the imports', () => {
  const table: LayerTable = {
    low: {},
    middle: { layers: ['low'], types: ['port'], dynamic: ['high'], packages: { wire: /^middle\/wire/ } },
    port: {},
    high: { layers: ['middle'], node: { fs: /^high\/disk/ } },
  };
  const files = new Map([
    ['errors.ts', ''],
    ['low/a.ts', ''],
    ['port/a.ts', ''],
    ['middle/a.ts', ''],
    ['high/a.ts', ''],
  ]);

  it.each([
    ['an import upwards', 'low/x.ts', "import { a } from '../high/a.ts';", 'low/x.ts → high/a.ts'],
    [
      'an import of a type upwards',
      'low/x.ts',
      "import type { A } from '../high/a.ts';",
      'low/x.ts → high/a.ts (type)',
    ],
    ['a passing-on', 'low/x.ts', "export { a } from '../middle/a.ts';", 'low/x.ts → middle/a.ts'],
    ['a passing-on of everything', 'low/x.ts', "export * from '../middle/a.ts';", 'low/x.ts → middle/a.ts'],
    ['an import for its effect', 'low/x.ts', "import '../middle/a.ts';", 'low/x.ts → middle/a.ts'],
    [
      'an import over several lines',
      'low/x.ts',
      "import a, {\n  b,\n} from '../middle/a.ts';",
      'low/x.ts → middle/a.ts',
    ],
    [
      'a late import',
      'low/x.ts',
      "const a = await import('../middle/a.ts');",
      'low/x.ts → middle/a.ts (dynamic)',
    ],
    [
      'a type written as an import',
      'low/x.ts',
      "type A = typeof import('../middle/a.ts');",
      'low/x.ts → middle/a.ts (type)',
    ],
    [
      'a late import of who knows what',
      'high/x.ts',
      'const a = await import(name);',
      'high/x.ts → import(…) (dynamic)',
    ],
    [
      'a value where types are allowed',
      'middle/x.ts',
      "import { a } from '../port/a.ts';",
      'middle/x.ts → port/a.ts',
    ],
    [
      'a value where late imports are allowed',
      'middle/x.ts',
      "import { a } from '../high/a.ts';",
      'middle/x.ts → high/a.ts',
    ],
    ['a package', 'low/x.ts', "import { a } from 'wire';", 'low/x.ts → wire'],
    ['a package in the wrong file', 'middle/x.ts', "import { a } from 'wire';", 'middle/x.ts → wire'],
    ['a module of Node', 'low/x.ts', "import { a } from 'node:fs';", 'low/x.ts → node:fs'],
    [
      'a module of Node in the wrong file',
      'high/x.ts',
      "import { a } from 'node:fs';",
      'high/x.ts → node:fs',
    ],
    [
      'a folder that is not in the table',
      'new/x.ts',
      "import { a } from '../low/a.ts';",
      'new/x.ts → low/a.ts',
    ],
    ['a file that is not there', 'low/x.ts', "import { a } from './gone.ts';", 'low/x.ts → low/gone.ts'],
  ])('finds %s', (_what, file, source, expected) => {
    expect(forbiddenImports(new Map([...files, [file, source]]), table, everyoneMayImport)).toEqual([
      expected,
    ]);
  });

  it.each([
    ['an import downwards', 'high/x.ts', "import { a } from '../middle/a.ts';"],
    ['an import of its own layer', 'low/x.ts', "import { a } from './a.ts';"],
    ['what everyone may import', 'low/x.ts', "import { E } from '../errors.ts';"],
    ['a type of the port', 'middle/x.ts', "import type { A } from '../port/a.ts';"],
    ['a late import', 'middle/x.ts', "const a = await import('../high/a.ts');"],
    ['a package in its file', 'middle/wire-in.ts', "import { a } from 'wire';"],
    ['a module of Node in its file', 'high/disk.ts', "import { a } from 'node:fs';"],
    [
      'an example in a docstring',
      'low/x.ts',
      "/**\n * @example\nimport { a } from '../high/a.ts';\n */\nexport const x = 1;",
    ],
  ])('allows %s', (_what, file, source) => {
    expect(forbiddenImports(new Map([...files, [file, source]]), table, everyoneMayImport)).toEqual([]);
  });

  it('finds a circle, also one of types', () => {
    const round = new Map([
      ['a.ts', "import { b } from './b.ts';"],
      ['b.ts', "import type { C } from './c.ts';"],
      ['c.ts', "import { a } from './a.ts';"],
      ['d.ts', "import { a } from './a.ts';"],
    ]);

    expect(circles(round)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });

  it('follows what a file loads through others, but not what it only takes types from', () => {
    const chain = new Map([
      ['index.ts', "export { a } from './a.ts';\nimport type { T } from './types-of.ts';"],
      ['a.ts', "await import('./b.ts');"],
      ['b.ts', "import { useState } from 'react';"],
    ]);

    expect(reachableFrom('index.ts', chain)).toEqual(new Set(['a.ts', 'b.ts', 'react']));
  });
});

function sourcesBelow(folder: string): Sources {
  const top = join(root, folder);
  const paths = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.sort().map((path) => [relative(top, path), readFileSync(path, 'utf8')]));
}

/** `ui/input/KeyMap.tsx` → ui, input, key, map. A task type is a thing of Celery's and one word. */
function wordsOf(file: string): string[] {
  return file
    .replace(/\.tsx?$/, '')
    .replace(/\btask-types?\b/, 'tasktype')
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[/.-]/);
}
