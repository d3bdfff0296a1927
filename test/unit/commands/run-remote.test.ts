import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeWorkers } from '../../support/fake-workers.ts';
import { type Ran, type RemoteOptions, runLine } from './remote-fixture.ts';

const pong = { ok: 'pong' };
let workers: FakeWorkers;
let state: string;

beforeEach(async () => {
  workers = new FakeWorkers();
  await workers.transport.ready();
  // The broker counts listeners; two workers are two.
  workers.addListener();
  workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong } };
  state = mkdtempSync(join(tmpdir(), 'stalk-state-'));
});

afterEach(async () => {
  await workers.transport.close();
  rmSync(state, { recursive: true, force: true });
});

function run(line: string, options: RemoteOptions = {}): Promise<Ran> {
  return runLine(workers, line, { ...options, env: { XDG_STATE_HOME: state, ...options.env } });
}

function auditLines(): Record<string, unknown>[] {
  return readFileSync(join(state, 'stalk/audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const sent = (): string[] => workers.requests.map(({ method }) => method);

describe('what is printed', () => {
  it.each([
    ['status', '->  w1@x: OK\n->  w2@x: OK\n\n2 nodes online.\n'],
    ['status -q', ' w1@x: OK\n w2@x: OK\n\n2 nodes online.\n'],
    ['status -d w1@x', '->  w1@x: OK\n\n1 node online.\n'],
    ['status -j', '{"w1@x": {"ok": "pong"}, "w2@x": {"ok": "pong"}}\n'],
    ['inspect ping', '->  w1@x: OK\n        pong\n->  w2@x: OK\n        pong\n\n2 nodes online.\n'],
    ['inspect ping -q', ' w1@x: OK\n        pong\n w2@x: OK\n        pong\n'],
    ['inspect ping -j', '{"w1@x": {"ok": "pong"}, "w2@x": {"ok": "pong"}}\n'],
    ['-q -j inspect ping -d w2@x', '{"w2@x": {"ok": "pong"}}\n'],
  ])('through a pipe is what Celery prints: %s', async (line, stdout) => {
    expect(await run(line)).toEqual({ status: 0, stdout, stderr: '' });
  });

  it('is a list in JSON for control, and has no count', async () => {
    workers.answers = { heartbeat: { 'w1@x': null, 'w2@x': null } };

    expect((await run('control heartbeat -j')).stdout).toBe('[{"w1@x": null}, {"w2@x": null}]\n');
    expect((await run('control heartbeat')).stdout).toBe('->  w1@x: OK\n    None\n->  w2@x: OK\n    None\n');
  });

  it('is a sheet at a terminal, in colours unless somebody minds', async () => {
    const plain = await run('inspect ping -C', { terminal: true });
    const coloured = await run('status', { terminal: true });
    const noColor = await run('status', { terminal: true, env: { NO_COLOR: '1' } });

    expect(plain.stdout).toBe('w1@x  OK  pong\nw2@x  OK  pong\n\n2 nodes online.\n');
    expect(coloured.stdout).toBe('\x1b[36mw1@x\x1b[0m  OK\n\x1b[36mw2@x\x1b[0m  OK\n\n2 nodes online.\n');
    expect(noColor.stdout).toBe('w1@x  OK\nw2@x  OK\n\n2 nodes online.\n');
  });

  it('has colours in a pipe only when somebody insists', async () => {
    expect((await run('status --color always')).stdout).toContain('\x1b[32m\x1b[1mOK\x1b[0m');
    expect((await run('status', { env: { FORCE_COLOR: '1' } })).stdout).toContain('\x1b[');
    expect((await run('status')).stdout).not.toContain('\x1b');
  });

  it('keeps every digit that a worker wrote', async () => {
    workers.broker.listen('celery.pidbox', () => {
      const [request] = workers.requests;
      workers.reply(request!, '{"w3@x": {"ok": [1.0, 12345678901234567890, NaN]}}', {
        contentType: 'application/json',
      });
    });

    expect((await run('inspect ping -j -d w3@x')).stdout).toBe(
      '{"w3@x": {"ok": [1.0, 12345678901234567890, null]}}\n',
    );
  });
});

describe('the exit status', () => {
  it('is 1 when a worker answered with an error, and the other answers are printed', async () => {
    workers.answers = { rate_limit: { 'w1@x': { error: 'unknown task' }, 'w2@x': { ok: 'new' } } };

    expect(await run('control rate_limit nope 5/s')).toEqual({
      status: 1,
      stdout: '->  w1@x: ERROR\n        unknown task\n->  w2@x: OK\n        new\n',
      stderr: '',
    });
    expect((await run('control rate_limit nope 5/s -j')).status).toBe(1);
  });

  it('is 69 when nobody answers, in words that Celery uses', async () => {
    expect(await run('status -d w9@x -t 0.05')).toEqual({
      status: 69,
      stdout: '',
      stderr: 'stalk: No nodes replied within time constraint: w9@x did not answer within 0.05 s\n',
    });
    expect((await run('status -j -d w9@x -t 0.05')).stdout).toBe('');
  });

  it('is 69 at once when no worker is connected', async () => {
    const ran = await run('status --control-exchange nobody');

    expect(ran.status).toBe(69);
    expect(ran.stderr).toContain('no worker is connected to memory');
  });

  it('is 0 when some have answered, and the others are named', async () => {
    const ran = await run('status -d w1@x,w9@x -t 0.05');

    expect(ran.status).toBe(0);
    expect(ran.stdout).toBe('->  w1@x: OK\n\n1 node online.\n');
    expect(ran.stderr).toBe('stalk: w9@x did not answer within 0.05 s\n');
  });

  it('is 1 when it is interrupted, with what has come so far', async () => {
    workers.addListener();
    const controller = new AbortController();
    const ran = await run('status -t 60', {
      interrupted: controller.signal,
      onPrinted: (stdout) => {
        if (stdout.includes('w2@x')) controller.abort();
      },
    });

    expect(ran).toEqual({
      status: 1,
      stdout: '->  w1@x: OK\n->  w2@x: OK\n\n2 nodes online.\n',
      stderr: 'stalk: interrupted: more workers may answer\n',
    });
  });
});

describe('a worker that the broker counted and that does not answer', () => {
  it('is counted, and named once it has answered at another time', async () => {
    workers.addListener();
    const first = await run('status -t 0.05');
    workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong, 'w3@x': pong } };
    await run('status');
    workers.answers = { ping: { 'w2@x': pong } };
    const later = await run('status -t 0.05');
    workers.answers = { ping: { 'w1@x': pong, 'w2@x': pong } };
    workers.addListener();
    const unsure = await run('status -t 0.05');

    expect(first.stderr).toBe('stalk: 1 of 3 workers that got the request did not answer within 0.05 s\n');
    expect(later.stderr).toContain(
      '2 of 3 workers that got the request did not answer within 0.05 s: w1@x, w3@x',
    );
    expect(unsure.stderr).toContain(
      '2 of 4 workers that got the request did not answer within 0.05 s, perhaps w3@x',
    );
  });
});

describe('what is refused before anything is sent', () => {
  it.each([
    ['inspect', /^stalk: stalk inspect needs a command: active, /],
    [
      'inspect actve',
      /there is no inspect command "actve": did you mean active\? There are active, .*--custom$/m,
    ],
    ['control ping', /ping is no control command: the call is stalk inspect ping$/m],
    ['inspect shutdown --custom', /shutdown is no inspect command/],
    ['inspect hello', /there is no inspect command "hello"/],
    ['control election', /election is never sent: an election stops workers/],
    ['control rate_limit proj.add 10/x', /rate_limit must be N, N\/s, N\/m or N\/h/],
    ['control rate_limit proj.add 10/m --readonly', /it changes workers, and this is read-only/],
    ['control rate_limit proj.add 10/m --read-only', /read-only/],
    ['inspect objgraph --readonly', /objgraph was not sent: it changes workers/],
    ['inspect disk --custom --readonly', /nobody knows what a command of your workers' own does/],
    ['status -d ,', /--destination names no node/],
    ['status --matcher pcre', /a matcher but no pattern/],
    ['status --pattern [z-a]', /its pattern cannot be used/],
    ['status --matcher regex --pattern x', /--matcher is glob, pcre, not "regex"/],
    ['status -t never', /--timeout is seconds/],
  ])('%s', async (line, sentence) => {
    const ran = await run(line);

    expect(ran).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(sent()).toEqual([]);
  });

  it('is refused by the environment too, while questions go through', async () => {
    const env = { STALK_READONLY: '1' };

    expect((await run('control pool_grow', { env })).status).toBe(2);
    expect((await run('inspect ping', { env })).status).toBe(0);
    workers.answers = { heartbeat: { 'w1@x': null, 'w2@x': null } };
    expect((await run('control heartbeat', { env })).status).toBe(0);
  });
});

describe("a command of the workers' own", () => {
  it('is sent by its name with its arguments', async () => {
    workers.answers = { disk: { 'w1@x': { free: 3 }, 'w2@x': { free: 4 } } };

    const ran = await run('inspect disk --arg path=/var --arg depth=2 -j');

    expect(ran).toMatchObject({ status: 0, stdout: '{"w1@x": {"free": 3}, "w2@x": {"free": 4}}\n' });
    expect(workers.requests[0]).toMatchObject({ method: 'disk', arguments: { path: '/var', depth: 2 } });
  });

  it('goes without arguments too', async () => {
    workers.answers = { flush: { 'w1@x': { ok: '' }, 'w2@x': { ok: '' } } };

    expect((await run('control flush --custom')).status).toBe(0);
  });
});

describe('whom a call is for', () => {
  it('is what the options say', async () => {
    await run('status --pattern w* --matcher glob -t 0.05');
    await run('inspect ping -d w1@x -d w2@x');

    expect(workers.requests).toMatchObject([
      { destination: null, pattern: 'w*', matcher: 'glob' },
      { destination: ['w1@x', 'w2@x'], pattern: null },
    ]);
  });
});

describe('a command that stops work', () => {
  const load = { 'w1@x': [{ id: 'id-a', name: 'proj.sleep', time_start: 0 }], 'w2@x': [] };

  it.each([
    ['control shutdown', /^stalk: shutdown was not sent: shutdown stops 2 workers; add --yes/],
    ['control terminate KILL id-a', /terminate kills the processes of 1 task/],
    ['control revoke id-a id-b --arg terminate=true', /revoke kills the processes of 2 tasks/],
    ['control revoke_by_stamped_headers a=b --arg terminate=1', /kills every task that carries the stamps/],
  ])('is not sent where nobody can be asked: %s', async (line, sentence) => {
    workers.answers = { active: load, query_task: { 'w1@x': {}, 'w2@x': {} } };
    const ran = await run(line);

    expect(ran).toMatchObject({ status: 2, stderr: expect.stringMatching(sentence) });
    expect(sent()).toHaveLength(1);
  });

  it('is sent after a yes, when it has been said what it stops', async () => {
    const running = { id: 'id-a', name: 'proj.sleep' };
    workers.answers = {
      query_task: { 'w1@x': { 'id-a': ['active', running] }, 'w2@x': {} },
      terminate: { 'w1@x': { ok: 'terminate: id-a' }, 'w2@x': { ok: 'terminate: tasks unknown' } },
    };

    const ran = await run('control terminate KILL id-a id-z -C', { terminal: true, typed: 'y\n' });

    expect(ran.status).toBe(0);
    expect(ran.stderr).toBe(
      [
        '  ID    STATE   TASK        WORKER',
        '  id-a  active  proj.sleep  w1@x',
        '  No worker that answered runs or holds id-z.',
        'Revoke 2 tasks and kill what runs of them? [y/N] ',
      ].join('\n'),
    );
    expect(workers.requests.at(-1)).toMatchObject({
      method: 'terminate',
      arguments: { signal: 'KILL', task_id: ['id-a', 'id-z'] },
    });
  });

  it.each(['n\n', '\n', 'yess\n', 'Y'])('is not sent after %j', async (typed) => {
    workers.answers = { active: load };
    const controller = new AbortController();
    const running = run('control shutdown', { terminal: true, typed, interrupted: controller.signal });
    setTimeout(() => controller.abort(), 50);

    const ran = await running;

    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/stalk: nothing was sent\n$/);
    expect(sent()).toEqual(['active']);
  });

  it('tells of a shutdown which workers it stops and what they run', async () => {
    workers.answers = { active: load };

    const { stderr } = await run('control shutdown -C', { terminal: true, typed: 'n\n' });

    expect(stderr).toMatch(
      /^These workers stop after the tasks that they run:\n {2}w1@x {2}1 task runs\n {8}proj\.sleep\[id-a\] for .*\n {2}w2@x {2}nothing runs\nShut down 2 workers, and every other worker that gets it\? \[y\/N\] /,
    );
  });

  it('is asked for a pool that would be left without a process, and for no other', async () => {
    workers.answers = {
      stats: {
        'w1@x': { pool: { processes: [1, 2], 'max-concurrency': 2 } },
        'w2@x': { pool: { processes: [1, 2, 3] } },
      },
      active: load,
      pool_shrink: { 'w1@x': { ok: 'pool will shrink' }, 'w2@x': { ok: 'pool will shrink' } },
    };

    const harmless = await run('control pool_shrink 1');
    const refused = await run('control pool_shrink 2');
    const meant = await run('control pool_shrink 2 --yes');

    expect(harmless.status).toBe(0);
    expect(refused).toMatchObject({
      status: 2,
      stderr:
        'stalk: pool_shrink was not sent: w1@x would have no process left, and run nothing; add --yes if that is meant\n',
    });
    expect(meant.status).toBe(0);
    expect(sent()).toEqual(['stats', 'pool_shrink', 'stats', 'active', 'pool_shrink']);
  });

  it('is asked where a worker does not tell what would be left of it', async () => {
    workers.answers = { stats: { 'w1@x': { pool: { processes: [1, 2] } } }, pool_shrink: {} };

    const named = await run('control pool_shrink -d w1@x,w2@x -t 0.05');
    const counted = await run('control pool_shrink -t 0.05');

    expect(named).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        'w2@x did not answer within 0.05 s: whether a process would be left is not known; add --yes',
      ),
    });
    expect(counted.stderr).toContain('1 of 2 workers that got the request did not answer within 0.05 s');
    expect(sent()).toEqual(['stats', 'stats']);
  });

  it('does not ask for a pool that scales itself, which refuses', async () => {
    workers.answers = {
      stats: { 'w1@x': { pool: { processes: [1] }, autoscaler: { max: 2 } }, 'w2@x': {} },
      pool_shrink: { 'w1@x': { error: 'no' }, 'w2@x': { error: 'no' } },
    };

    expect((await run('control pool_shrink')).status).toBe(1);
  });

  it('is asked for the last queue of a worker, and for no other', async () => {
    const queues = (...names: string[]): unknown[] => names.map((name) => ({ name }));
    workers.answers = {
      active_queues: { 'w1@x': queues('celery'), 'w2@x': queues('celery', 'mail') },
      active: load,
      cancel_consumer: { 'w1@x': { ok: 'no longer' }, 'w2@x': { ok: 'no longer' } },
    };

    const refused = await run('control cancel_consumer celery');
    const harmless = await run('control cancel_consumer mail');

    expect(refused).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('w1@x would be left without any queue'),
    });
    expect(harmless.status).toBe(0);
  });
});

describe('the audit log', () => {
  it('has a line for each command that was sent, with what came of it', async () => {
    workers.answers = { rate_limit: { 'w1@x': { ok: 'new' }, 'w2@x': { error: 'unknown task' } } };

    await run('control rate_limit proj.add 10/m');
    await run('control rate_limit proj.add 10/m -d w1@x,w9@x -t 0.05');
    await run('control rate_limit proj.add 10/m -d w9@x -t 0.05');

    expect(auditLines()).toMatchObject([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        user: expect.any(String),
        host: expect.any(String),
        source: 'cli',
        broker: 'memory',
        method: 'rate_limit',
        arguments: { task_name: 'proj.add', rate_limit: '10/m' },
        destination: null,
        replies: { 'w1@x': { ok: 'new' }, 'w2@x': { error: 'unknown task' } },
        silent: [],
        receivers: 2,
      },
      { destination: ['w1@x', 'w9@x'], replies: { 'w1@x': { ok: 'new' } }, silent: ['w9@x'] },
      { replies: {}, silent: ['w9@x'] },
    ]);
  });

  it('has no questions in it, and nothing that was refused', async () => {
    workers.answers = { ...workers.answers, flush: { 'w1@x': null, 'w2@x': null } };
    await run('status');
    await run('inspect ping');
    await run('control rate_limit proj.add 10/x');
    await run('control shutdown');
    await run('control flush --custom --arg password=hunter2 --arg url=amqp://a:hunter2@h/');

    expect(auditLines()).toMatchObject([
      { method: 'flush', arguments: { password: '***', url: 'amqp://a:***@h/' } },
    ]);
  });

  it('never stops a command, and says once that it cannot be written', async () => {
    workers.answers = { heartbeat: { 'w1@x': null, 'w2@x': null } };

    const ran = await run('control heartbeat', { env: { XDG_STATE_HOME: '/dev/null' } });

    expect(ran.status).toBe(0);
    expect(ran.stderr).toMatch(/^stalk: commands are not written to the audit log: .*\n$/);
  });

  it('goes where it is told to go, or nowhere', async () => {
    workers.answers = { heartbeat: { 'w1@x': null, 'w2@x': null } };
    const path = join(state, 'other.jsonl');

    await run(`control heartbeat --audit ${path}`);
    await run('control heartbeat --audit off');
    await run('control heartbeat', { env: { STALK_AUDIT: path } });

    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(auditLines).toThrow(/ENOENT/);
  });
});
