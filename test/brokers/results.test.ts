import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  backendOf,
  type CliResult,
  callTask,
  celeryCli,
  runPython,
  startWorker,
  taskResult,
  type Worker,
} from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';

/** `stalk result` and `stalk forget` beside Celery's own, on what real workers stored. */
describe.each(['amqp', 'redis'] as const)('results of a cluster on %s', (name) => {
  let broker: string;
  let backend: string;
  let worker: Worker;

  beforeAll(async () => {
    broker = await freshBroker(name);
    backend = await backendOf(broker);
    worker = await startWorker({ broker, hostname: 'w1@results', pool: 'prefork', concurrency: 2 });
  });

  afterAll(async () => {
    await worker?.kill();
  });

  function stalk(...args: readonly string[]): Promise<CliResult> {
    return stalkCli(['result', '--result-backend', backend, ...args]);
  }

  async function done(task: string, args: readonly unknown[] = []): Promise<string> {
    const id = await callTask(broker, task, args);
    await taskResult(broker, id).catch(() => undefined);
    return id;
  }

  /** The last line of what Celery printed is the exception; all above it is Celery's own machinery. */
  function lastLine({ stderr }: CliResult): string {
    return stderr.trimEnd().split('\n').at(-1) ?? '';
  }

  async function expectAsCelery(id: string): Promise<CliResult> {
    const [ours, celerys, ourTraceback, celerysTraceback] = [
      await stalk(id),
      await celeryCli(broker, 'result', id),
      await stalk('--traceback', id),
      await celeryCli(broker, 'result', '--traceback', id),
    ];
    expect(ours.stdout).toBe(celerys.stdout);
    expect(ours.status).toBe(celerys.status);
    expect(ourTraceback).toMatchObject({ stdout: celerysTraceback.stdout, status: celerysTraceback.status });
    if (celerys.status !== 0) expect(lastLine(ours)).toBe(lastLine(celerys));
    return ours;
  }

  it.each([
    ['a text', 'proj.add', ['Grü', 'ße 😀\n'], 'Grüße 😀\n\n'],
    ['a float', 'proj.add', [1.5, 0.5], '2.0\n'],
    ['a nested value', 'proj.echo', [{ '10': [1, null, true, 1e16, "it's"], '9': {} }], undefined],
    ['None', `proj.${'very_'.repeat(40)}long_name`, [], '\n'],
  ])('prints %s as celery result does', async (_what, task, args, stdout) => {
    const ours = await expectAsCelery(await done(task, args));

    expect(ours.status).toBe(0);
    if (stdout !== undefined) expect(ours.stdout).toBe(stdout);
  });

  it.each([
    ['raised', 'proj.fail', ['bøøm'], 'proj.OrderRefused: bøøm'],
    ['was unknown to the workers', 'proj.nope', [], "celery.exceptions.NotRegistered: 'proj.nope'"],
    ['took its process with it', 'proj.die', [], undefined],
    ['gave up retrying', 'proj.gives_up', [], 'proj.OrderRefused: again'],
    ['ran out of time', 'proj.timed', [30], undefined],
  ])('ends like celery result for a task that %s', async (_what, task, args, line) => {
    const ours = await expectAsCelery(await done(task, args));

    expect(ours.status).toBe(1);
    if (line !== undefined) expect(lastLine(ours)).toBe(line);
  });

  it('ends like celery result for a revoked task', async () => {
    const id = randomUUID();
    await celeryCli(broker, 'control', 'revoke', id);

    expect(lastLine(await expectAsCelery(id))).toBe('celery.exceptions.TaskRevokedError: revoked');
  });

  it('prints the result of a chord, and of a task that was retried', async () => {
    const code = 'import proj; print(proj.chord([proj.add.s(i, i) for i in range(3)], proj.xsum.s())().id)';
    const chord = (await runPython(broker, code)).stdout.trim();
    await taskResult(broker, chord);

    expect((await expectAsCelery(chord)).stdout).toBe('6\n');
    expect((await expectAsCelery(await done('proj.flaky'))).stdout).toBe('2\n');
  });

  it('prints what JSON has not, as Python does', async () => {
    const code = [
      'import datetime, decimal, json, sys, uuid',
      'import proj',
      'utc = datetime.timezone.utc',
      'values = [datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=utc), datetime.date(2026, 1, 2), decimal.Decimal("1.50"),',
      '  uuid.UUID(int=7), b"\\xffa", datetime.time(1, 2), float("nan"), -0.0, 2**70, 1e-5, "\\x1b[31m", {"a": b"it\'s"}]',
      'values += [[value] for value in values]',
      'answers = []',
      'for number, value in enumerate(values):',
      '    id = f"value-{number}-" + sys.argv[-1]',
      '    proj.app.backend.mark_as_done(id, value)',
      '    answers.append([id, str(proj.app.AsyncResult(id).get())])',
      'print(json.dumps(answers))',
    ].join('\n');
    const answers = JSON.parse((await runPython(broker, code)).stdout) as [id: string, text: string][];

    for (const [id, text] of answers) expect((await stalk(id)).stdout).toBe(`${text}\n`);
    expect(answers).toHaveLength(24);
  });

  it('answers at once where Celery waits for ever', async () => {
    const path = join(await scratchFolder(), 'go');
    const started = await callTask(broker, 'proj.wait_for_file', [path]);
    await until('it to run', async () => /STARTED/.test((await stalk(started)).stderr) || undefined);

    const unknown = randomUUID();
    expect(await stalk(started)).toMatchObject({
      status: 75,
      stdout: '',
      stderr: `stalk: ${started} is STARTED on w1@results and has not ended; --wait waits for it\n`,
    });
    expect(await stalk(unknown)).toMatchObject({ status: 75, stdout: '' });
    expect(await stalk('--traceback', unknown)).toMatchObject({ status: 0, stdout: '\n' });
    expect(await stalk('--wait', '--timeout', '100ms', started)).toMatchObject({ status: 75, stdout: '' });

    const waited = stalk('--wait', started);
    await writeFile(path, '');
    expect(await waited).toEqual({ status: 0, stdout: `${path}\n`, stderr: '' });
  });

  it('tells a custom state, and a task that waits for its next try', async () => {
    const code = [
      'import proj, sys',
      'proj.app.backend.store_result("custom-id", {"step": 1}, "PROGRESS")',
      'proj.app.backend.mark_as_retry("retry-id", proj.OrderRefused("try 0"), traceback="Traceback: here")',
    ].join('\n');
    await runPython(broker, code);

    expect(await stalk('custom-id')).toMatchObject({
      status: 75,
      stderr: "stalk: custom-id is PROGRESS {'step': 1} and has not ended; --wait waits for it\n",
    });
    expect((await stalk('retry-id')).stderr).toContain(
      'failed with proj.OrderRefused: try 0 and is to run again',
    );
    const traceback = await celeryCli(broker, 'result', '--traceback', 'retry-id');
    expect((await stalk('--traceback', 'retry-id')).stdout).toBe(traceback.stdout);
  });

  it('has everything that Celery stored in its JSON', async () => {
    const id = await done('proj.add', [1, 2]);

    const ours = await stalk('-j', id);
    const raw = await runPython(
      broker,
      `import proj; print(proj.app.backend.get("celery-task-meta-${id}").decode())`,
    );
    const { status, ...meta } = JSON.parse(raw.stdout);
    expect(JSON.parse(ours.stdout)).toEqual({
      ...meta,
      state: status,
      stored: true,
      ttl: expect.any(Number),
    });
    expect(meta).toMatchObject({ name: 'proj.add', worker: 'w1@results', args: [1, 2] });
  });

  async function saveGroup(...signatures: readonly string[]): Promise<string> {
    const code = `import proj; r = proj.group([${signatures}])(); r.save(); print(r.id)`;
    return (await runPython(broker, code)).stdout.trim();
  }

  it('prints what a saved group returns to Celery, and its failure', async () => {
    const inner = 'proj.group([proj.add.s(3, 3), proj.add.s("a", "b")])';
    const group = await saveGroup('proj.add.s(1, 1)', 'proj.add.s(1.0, 1)', inner);
    const failed = await saveGroup('proj.add.s(1, 1)', 'proj.fail.s("no")');

    expect(await stalk('--wait', group)).toMatchObject({ status: 0, stderr: '' });
    const code = `import proj; from celery.result import GroupResult; print(GroupResult.restore("${group}", app=proj.app).get())`;
    expect((await stalk(group)).stdout).toBe((await runPython(broker, code)).stdout);
    const failure = await stalk('--wait', failed);
    expect(failure.status).toBe(1);
    expect(lastLine(failure)).toBe('proj.OrderRefused: no');
  });

  it('asks the workers where no backend is given', async () => {
    const id = await done('proj.add', [2, 2]);

    expect(await stalkCli(['result', '-b', broker, id])).toEqual({ status: 0, stdout: '4\n', stderr: '' });
    expect(await stalkCli(['result', id], { env: { CELERY_BROKER_URL: broker } })).toMatchObject({
      stdout: '4\n',
    });
    expect(await stalkCli(['result', id], { env: { CELERY_RESULT_BACKEND: backend } })).toMatchObject({
      stdout: '4\n',
    });
  });

  it('forgets what Celery then no longer knows', async () => {
    const id = await done('proj.fail');
    const other = await done('proj.add', [1, 1]);
    const group = await saveGroup('proj.add.s(1, 1)', 'proj.add.s(2, 2)');
    await stalk('--wait', group);
    const forget = (...args: readonly string[]): Promise<CliResult> =>
      stalkCli(['forget', '--result-backend', backend, ...args]);

    expect(await forget(id)).toMatchObject({ status: 2, stdout: '' });
    expect(await forget('--readonly', '--yes', id)).toMatchObject({ status: 2 });
    expect((await celeryCli(broker, 'result', '--traceback', id)).stdout).not.toBe('\n');

    const forgotten = await forget('--yes', id, group, 'unknown-id');
    expect(forgotten).toEqual({
      status: 0,
      stdout: `${id}: 1 result forgotten\n${group}: 2 results forgotten\n`,
      stderr: 'unknown-id: nothing is stored\n',
    });
    expect((await celeryCli(broker, 'result', '--traceback', id)).stdout).toBe('\n');
    const code = [
      'import json, proj',
      'from celery.result import GroupResult',
      `print(json.dumps([proj.app.AsyncResult("${id}").state, proj.app.AsyncResult("${other}").state,`,
      `  GroupResult.restore("${group}", app=proj.app)]))`,
    ].join('\n');
    expect(JSON.parse((await runPython(broker, code)).stdout)).toEqual(['PENDING', 'SUCCESS', null]);
  });
});

describe('a result backend that keeps results otherwise', () => {
  it('is read under its key prefix, and says which serializer it is that cannot be read', async () => {
    const broker = await freshBroker('redis');
    const settings = { result_backend_transport_options: { global_keyprefix: 'shop' } };
    const worker = await startWorker({ broker, hostname: 'w1@shop', pool: 'solo', settings });
    try {
      const id = await callTask(broker, 'proj.add', [1, 1]);
      const prefixed = ['result', '-b', broker, '--result-keyprefix', 'shop', id, '--wait'];
      expect(await stalkCli(prefixed)).toEqual({ status: 0, stdout: '2\n', stderr: '' });
      expect(await stalkCli(['result', '-b', broker, id])).toMatchObject({
        status: 2,
        stderr:
          'stalk: The workers put a prefix before the keys of results and do not tell it: give global_keyprefix with --result-keyprefix.\n',
      });
    } finally {
      await worker.kill();
    }
  });

  it('says that results in pickle cannot be read', async () => {
    const broker = await freshBroker('redis');
    const code = [
      'import proj',
      'proj.app.conf.update(result_serializer="pickle", result_accept_content=["pickle"])',
      'proj.app.backend.mark_as_done("the-id", {"a": 1})',
    ].join('\n');
    const stored = await runPython(broker, code);
    expect(stored.status).toBe(0);

    expect(await stalkCli(['result', '--result-backend', broker, 'the-id'])).toEqual({
      status: 69,
      stdout: '',
      stderr:
        'stalk: The result of the-id is written in pickle, which cannot be read here: result_serializer must be json for that.\n',
    });
  });

  it('is out of reach in one sentence', async () => {
    const { status, stderr } = await stalkCli([
      'result',
      '--result-backend',
      'redis://:secret@127.0.0.1:1/0',
      'x',
    ]);

    expect(status).toBe(69);
    expect(stderr).toBe(
      'stalk: The result backend cannot be used. Cannot reach redis://:***@127.0.0.1:1/0: connection refused; is it running there?\n',
    );
  });
});
