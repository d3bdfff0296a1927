import { describe, expect, it } from 'vitest';
import { runEvents } from '../../../src/commands/events.ts';
import { UsageError } from '../../../src/errors.ts';
import { actions, keysLabel } from '../../../src/ui/input/actions.ts';
import { commandFixture } from './command-fixture.ts';

describe('stalk events', () => {
  it.each([
    ['xterm', false, true, 'the output is not one'],
    ['xterm', true, false, 'the input is not one'],
    ['', true, true, 'TERM is not set'],
    ['dumb', true, true, 'TERM is dumb'],
  ])(
    'refuses TERM=%j, stdout %s, stdin %s and names the alternatives',
    async (TERM, stdoutTTY, stdinTTY, reason) => {
      const { context, stdout } = commandFixture({}, { env: { TERM } });
      stdout.isTTY = stdoutTTY;
      const stdin = Object.assign(context.stdin, { isTTY: stdinTTY });

      await expect(runEvents({ ...context, stdin })).rejects.toThrow(
        new UsageError(
          `the monitor needs a terminal and ${reason}: ` +
            'use stalk events --once for one table or stalk events --dump for a line per event',
        ),
      );
    },
  );

  it.each(['http://x', 'nonsense', 'redis://[::1'])(
    'refuses %s for a broker before anything else',
    async (broker) => {
      const { context } = commandFixture({ broker });

      await expect(runEvents(context)).rejects.toBeInstanceOf(UsageError);
    },
  );

  it('takes a view for a word, and no other word', async () => {
    const { context } = commandFixture({});

    await expect(runEvents({ ...context, words: ['queues'] })).rejects.toThrow(
      'stalk events takes one view, tasks, workers, types, not "queues"',
    );
    await expect(runEvents({ ...context, words: ['tasks', 'now'] })).rejects.toThrow('not "now"');
  });

  it.each([
    [{ json: true }, '--json goes with --once or --dump: stalk events --once --json'],
    [{ once: true, dump: true }, '--once and --dump exclude each other'],
    [{ for: '5s' }, '--for goes with --once or --dump: stalk events --dump --for 10s'],
    [{ dump: true, json: true, format: '{uuid}' }, '--json and --format exclude each other'],
    [{ once: true, format: '{uuid}' }, '--format goes with --dump: stalk events --dump --format …'],
    [{ filter: 'x' }, '--filter goes with --dump: stalk events --dump --filter …'],
    [{ type: ['task-*'] }, '--type goes with --dump: stalk events --dump --type …'],
    [{ once: true, limit: 3 }, '--limit goes with --dump: stalk events --dump --limit …'],
    [{ dump: true, format: 'a {b' }, '--format, column 3: this { has no }; write {{ for the character'],
    [{ dump: true, filter: 'rt:>2x' }, /^--filter, column 6: unknown unit/],
  ])('refuses %j in one sentence', async (flags, sentence) => {
    const { context } = commandFixture(flags);

    await expect(runEvents(context)).rejects.toBeInstanceOf(UsageError);
    await expect(runEvents(context)).rejects.toThrow(sentence);
  });

  it('prints every key that works', async () => {
    const { context, out } = commandFixture({ 'print-keys': true });

    expect(await runEvents(context)).toBe(0);

    for (const action of actions) {
      expect(out()).toContain(keysLabel(action));
      expect(out()).toContain(action.title);
    }
  });
});
