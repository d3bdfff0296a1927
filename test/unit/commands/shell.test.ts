import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runShell } from '../../../src/commands/shell.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions } from '../../../src/config/options.ts';
import { shellOptions } from '../../../src/config/result-options.ts';
import { commandFixture } from './command-fixture.ts';

describe('stalk shell without a terminal', () => {
  async function run(
    flags: Record<string, unknown>,
    input = '',
  ): Promise<{ status: number | undefined; out: string; err: string; error: unknown }> {
    const given = { broker: 'demo://?workers=2&seed=7', ...flags };
    const config = { ...loadConfig(commonOptions, given, {}), ...loadConfig(shellOptions, given, {}) };
    const fixture = commandFixture();
    const stdin = Object.assign(new PassThrough(), { isTTY: false });
    stdin.end(input);
    const result = await runShell({ ...fixture.context, stdin, config }).then(
      (status) => ({ status, error: undefined }),
      (error: unknown) => ({ status: undefined, error }),
    );
    return { ...result, out: fixture.out(), err: fixture.err() };
  }

  it('prints the value of -e as JSON', async () => {
    const { status, out } = await run({ eval: 'await inspect.ping()' });

    expect(status).toBe(0);
    expect(Object.values(JSON.parse(out))).toEqual([{ ok: 'pong' }, { ok: 'pong' }]);
    expect(out).toMatch(/^\{.*\}\n$/);
  });

  it('runs a script from the input and prints its last value', async () => {
    const script = 'const names = Object.keys(await inspect.ping());\n\nnames.length * 21; // the answer\n';

    expect(await run({}, script)).toMatchObject({ status: 0, out: '42\n' });
    expect(await run({}, '')).toMatchObject({ status: 0, out: '' });
    expect(await run({ eval: 'undefined' })).toMatchObject({ status: 0, out: '' });
  });

  it('has all of the cluster at hand', async () => {
    const { out } = await run({
      eval: '[broker, control, inspect, state, receiver].map((each) => each.constructor.name)',
    });

    expect(JSON.parse(out)).toEqual(['DemoTransport', 'Control', 'Inspect', 'State', 'Receiver']);
  });

  it('gathers events from the beginning', async () => {
    const code =
      'while (state.workers.size < 2) await new Promise(setImmediate); [...state.workers.keys()].length';

    expect(await run({ eval: code })).toMatchObject({ status: 0, out: '2\n' });
  });

  it('returns 1 for code that throws, and says in one clean line what', async () => {
    expect(await run({ eval: 'throw new TypeError("no \\x1b[31m")' })).toMatchObject({
      status: 1,
      out: '',
      err: 'stalk: TypeError: no \\x1b[31m\n',
    });
    expect(await run({ eval: 'throw { code: 7 }' })).toMatchObject({
      status: 1,
      err: 'stalk: {"code": 7}\n',
    });
  });

  it.each([
    [{ eval: 'a +' }, 2, 'The code is not JavaScript: '],
    [{ eval: 'await control.poolGrow(0.5)' }, 2, 'pool_grow was not sent: n must be a whole number'],
    [
      { eval: 'await control.shutdown()', readonly: true },
      2,
      'shutdown was not sent: it would change something',
    ],
    [{ eval: 'await inspect.ask("revoke", { task_id: "a" })', readonly: true }, 2, 'revoke was not sent'],
    [{ eval: 'await inspect.ask("custom")', readonly: true }, 2, 'custom was not sent'],
    [{ eval: '1', broker: 'redis://127.0.0.1:1' }, 69, 'Cannot reach redis://127.0.0.1:1/0'],
  ])('fails with what a person should read: %j', async (flags, exitStatus, sentence) => {
    const { error } = await run(flags);

    expect(error).toMatchObject({ exitStatus, message: expect.stringContaining(sentence) });
  });

  it('asks under --readonly all the same', async () => {
    const code =
      'Object.keys((await control.ping()).replies).length + Object.keys(await inspect.stats()).length';

    expect(await run({ eval: code, readonly: true })).toMatchObject({ status: 0, out: '4\n' });
  });

  it('ends what never ends at Ctrl-C', async () => {
    const config = {
      ...loadConfig(commonOptions, { broker: 'demo://' }, {}),
      ...loadConfig(shellOptions, { eval: 'await new Promise(() => {})' }, {}),
    };
    const fixture = commandFixture();
    const ended = runShell({ ...fixture.context, config });
    fixture.interrupt();

    expect(await ended.catch((error: unknown) => error)).not.toBe(0);
  });
});
