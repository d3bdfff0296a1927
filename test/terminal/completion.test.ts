import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/process-group.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

/** A real bash, with Tab. */
describe('completion in bash', () => {
  const terminals: Terminal[] = [];

  afterEach(async () => {
    for (const terminal of terminals.splice(0)) await terminal.close();
  });

  async function bash(): Promise<Terminal> {
    const terminal = await openTerminal({ columns: 120, rows: 30 });
    terminals.push(terminal);
    await terminal.runCommand('source <(stalk completion bash); complete -p stalk');
    await terminal.waitFor(/^complete -F _stalk stalk$/m);
    return terminal;
  }

  it('completes commands, options, values and their names from a cluster', async () => {
    const terminal = await bash();

    await terminal.type('stalk gra');
    await terminal.keys('Tab');
    await terminal.waitFor(/^\$ stalk graph$/m);
    await terminal.type('w');
    await terminal.keys('Tab');
    await terminal.waitFor(/^\$ stalk graph workers$/m);
    await terminal.type('--fanout-pat');
    await terminal.keys('Tab');
    await terminal.waitFor(/^\$ stalk graph workers --fanout-patterns$/m);
    await terminal.type('f');
    await terminal.keys('Tab');
    await terminal.waitFor(/^\$ stalk graph workers --fanout-patterns false$/m);
    await terminal.keys('C-u');

    await terminal.type("stalk -b 'demo://?seed=7' result -t app.billing.ch");
    // On a busy machine half a second may pass before the names are there.
    const screen = await until(
      'the name of the task',
      async () => {
        await terminal.keys('Tab');
        const text = (await terminal.screen()).join('\n');
        return /result -t app\.billing\.charge/.test(text) ? text : undefined;
      },
      60_000,
      1000,
    );
    expect(screen).not.toMatch(/error|command not found/i);
  });

  it('shows what there is', async () => {
    const terminal = await bash();
    await terminal.type('stalk completion ');
    await terminal.keys('Tab', 'Tab');

    await terminal.waitFor(/^bash +fish +zsh/m);
  });
});
