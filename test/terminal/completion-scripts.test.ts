import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { completeIn, type Shell } from '../support/shells.ts';

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

/** The scripts of sample commands, which the unit tests hold to what the program prints. */
describe.each<Shell>(['bash', 'zsh', 'fish'])('the completion script in a real %s', (shell) => {
  const complete = async (line: string): ReturnType<typeof completeIn> =>
    completeIn(
      shell,
      await readFile(new URL(`../fixtures/completion/stalk.${shell}`, import.meta.url), 'utf8'),
      line,
    );

  it.each(lines)('completes "%s"', async (line, expected) => {
    const { offered } = await complete(line);

    expect([...offered].sort()).toEqual([...expected].sort());
  });

  it('completes names with an @ and lists of them', async () => {
    const { offered, calls } = await complete("stalk -b 'redis://h' control -d celery@web-");

    // Bash replaces only what stands behind the @.
    expect(offered).toEqual(shell === 'bash' ? ['web-1', 'web-2'] : ['celery@web-1', 'celery@web-2']);
    expect(calls).toEqual(['__complete nodes -- celery@web- -b redis://h control -d']);
  });

  it('completes what stands behind an equals sign', async () => {
    const { offered } = await complete('stalk events --view=t');

    expect(offered).toEqual([shell === 'fish' ? '--view=tasks' : 'tasks']);
    expect((await complete('stalk result --task=app.')).calls[0]).toMatch(
      /^__complete tasks -- app\. result/,
    );
  });

  it('offers options of the command and common ones', async () => {
    const { offered } = await complete('stalk control --');

    expect(offered).toEqual(expect.arrayContaining(['--destination', '--audit', '--broker', '--help']));
    expect(offered).not.toContain('--view');
  });
});
