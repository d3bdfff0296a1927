import { describe, expect, it } from 'vitest';
import { runCompletion } from '../../../src/commands/completion.ts';
import { commands } from '../../../src/commands/registry.ts';
import type { Option } from '../../../src/config/option.ts';
import { commonOptions } from '../../../src/config/options.ts';
import type { UsageCommand } from '../../../src/config/usage.ts';
import { UsageError } from '../../../src/errors.ts';
import { completeIn, hasShell, type Shell } from '../../support/shells.ts';
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

/** What is typed, and what may stand in its last word. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['stalk ', ['events', 'inspect', 'control', 'result', 'call', 'graph']],
  ['stalk re', ['result']],
  ['stalk __', []],
  ['stalk -b redis://h:6379/0 --color never re', ['result']],
  ['stalk --broker=redis://h re', ['result']],
  ['stalk -C re', ['result']],
  ['stalk events ', ['tasks', 'workers']],
  ['stalk events w', ['workers']],
  ['stalk events tasks ', []],
  ['stalk events --vi', ['--view']],
  ['stalk events --view ', ['tasks', 'workers']],
  ['stalk events --view t', ['tasks']],
  ['stalk --color ', ['never', 'auto', 'always']],
  ['stalk result --color n', ['never']],
  ['stalk events --rate ', []],
  ['stalk graph ', ['workers']],
  ['stalk inspect sta', ['stats']],
  ['stalk inspect stats ', []],
  ['stalk inspect conf ', ['true', 'false']],
  ['stalk inspect conf true ', []],
  ['stalk control cancel_consumer ', ['celery', 'mail']],
  ['stalk control -d celery@web-1 rate', ['rate_limit']],
  ['stalk control rate_limit ', ['app.add', 'app.mul']],
  ['stalk control rate_limit app.add ', []],
  ['stalk control terminate ', ['TERM', 'KILL', 'QUIT', 'INT', 'HUP', 'USR1', 'USR2']],
  ['stalk control add_consumer m', ['mail']],
  ['stalk control add_consumer mail exchange t', ['topic']],
  ['stalk call app.', ['app.add', 'app.mul']],
  ['stalk call app.add ', []],
  ['stalk result -t app.a', ['app.add']],
  ['stalk nonsense ', []],
];

describe.each<Shell>(['bash', 'zsh', 'fish'])('the completion script for %s', (shell) => {
  const script = scriptFor(shell, sample, common);

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

  describe('in a real shell', async () => {
    const isHere = await hasShell(shell);

    it.runIf(isHere).each(lines)('completes "%s"', async (line, expected) => {
      const { offered } = await completeIn(shell, script, line);

      expect([...offered].sort()).toEqual([...expected].sort());
    });

    it.runIf(isHere)('completes names with an @ and lists of them', async () => {
      const { offered, calls } = await completeIn(
        shell,
        script,
        "stalk -b 'redis://h' control -d celery@web-",
      );

      // Bash replaces only what stands behind the @.
      expect(offered).toEqual(shell === 'bash' ? ['web-1', 'web-2'] : ['celery@web-1', 'celery@web-2']);
      expect(calls).toEqual(['__complete nodes -- celery@web- -b redis://h control -d']);
    });

    it.runIf(isHere)('completes what stands behind an equals sign', async () => {
      const { offered } = await completeIn(shell, script, 'stalk events --view=t');

      expect(offered).toEqual([shell === 'fish' ? '--view=tasks' : 'tasks']);
      expect((await completeIn(shell, script, 'stalk result --task=app.')).calls[0]).toMatch(
        /^__complete tasks -- app\. result/,
      );
    });

    it.runIf(isHere)('offers options of the command and common ones', async () => {
      const { offered } = await completeIn(shell, script, 'stalk control --');

      expect(offered).toEqual(expect.arrayContaining(['--destination', '--audit', '--broker', '--help']));
      expect(offered).not.toContain('--view');
    });
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
