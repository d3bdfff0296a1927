import { describe, expect, it } from 'vitest';
import { runCompletion } from '../../../src/commands/completion.ts';
import { commands } from '../../../src/commands/registry.ts';
import type { Option } from '../../../src/config/option.ts';
import { commonOptions } from '../../../src/config/options.ts';
import type { UsageCommand } from '../../../src/config/usage.ts';
import { UsageError } from '../../../src/errors.ts';
import type { Shell } from '../../support/shells.ts';
import { commandFixture } from './command-fixture.ts';

function option(flag: string, parts: Partial<Option> = {}): Option {
  return { key: flag, flag, type: 'string', group: 'Other', help: `What --${flag} is`, ...parts };
}

const common: readonly Option[] = [
  option('broker', { alias: 'b', help: 'amqp, redis, or demo:// for a made-up cluster' }),
  option('color', { choices: ['never', 'auto', 'always'] }),
  option('no-color', { alias: 'C', type: 'boolean' }),
  option('help', { alias: 'h', type: 'boolean' }),
];
const view = option('view', { choices: ['tasks', 'workers'] });
const destination = option('destination', {
  alias: 'd',
  type: 'list',
  help: "The workers' names: celery@host",
});
const audit = option('audit', { placeholder: 'FILE|off' });
const task = option('task', { alias: 't', placeholder: 'NAME' });

/** Commands as they are, whatever else the program may come to have. */
const sample: readonly UsageCommand[] = [
  {
    name: 'events',
    words: '[tasks|workers]',
    summary: "Watch the cluster's tasks",
    options: [view, option('rate', { type: 'number' })],
  },
  { name: 'inspect', words: '<command>', summary: 'Ask workers', options: [destination] },
  { name: 'control', words: '<command>', summary: 'Tell workers', options: [destination, audit] },
  { name: 'result', words: 'ID', summary: 'Print a result', options: [task] },
  { name: 'call', words: 'TASK [arguments]', summary: 'Send a task', options: [] },
  { name: 'graph', words: 'workers [wmax:N]', summary: 'Draw', options: [] },
  { name: '__complete', words: '', summary: 'Hidden', options: [], hidden: true as const },
].map((command) => ({ ...command, examples: [] }));

function scriptFor(shell: string, of: readonly UsageCommand[], options: readonly Option[]): string {
  const fixture = commandFixture({}, { words: [shell] });
  expect(runCompletion(fixture.context, of, options)).toBe(0);
  return fixture.out();
}

describe.each<Shell>(['bash', 'zsh', 'fish'])('the completion script for %s', (shell) => {
  const script = scriptFor(shell, sample, common);

  // `test/terminal/completion-scripts.test.ts` evaluates it in a real shell.
  it('is made of the tables', async () => {
    await expect(script).toMatchFileSnapshot(`../../fixtures/completion/stalk.${shell}`);
  });

  it('knows every command and every option of the program', () => {
    const real = scriptFor(shell, commands, commonOptions);
    const named = commands
      .filter(({ hidden }) => !hidden)
      .flatMap(({ name, options }) => [name, ...options.map(({ flag }) => flag)]);

    expect(named.filter((name) => !real.includes(name))).toEqual([]);
    expect(real).not.toMatch(/hidden|print names that a word/i);
  });
});

describe('stalk completion', () => {
  it.each([
    [[], 'stalk completion takes the name of a shell, bash, zsh, fish'],
    [['tcsh'], 'stalk completion takes the name of a shell, bash, zsh, fish, not "tcsh"'],
    [['bash', 'zsh'], 'stalk completion takes the name of a shell, bash, zsh, fish, not "bash zsh"'],
    [['toString'], 'stalk completion takes the name of a shell, bash, zsh, fish, not "toString"'],
  ])('refuses %j', (words, sentence) => {
    const { context } = commandFixture({}, { words });

    expect(() => runCompletion(context, sample, common)).toThrow(new UsageError(sentence));
  });
});
