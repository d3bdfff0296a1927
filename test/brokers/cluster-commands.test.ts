import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendOf, type CliResult, celeryCli, startWorker, type Worker } from '../support/celery-worker.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';

/** `stalk report`, `shell` and `graph workers` on two real workers, beside Celery's own where there is one. */
describe.each(['amqp', 'redis'] as const)('a cluster on %s', (name) => {
  let broker: string;
  let workers: Worker[];

  beforeAll(async () => {
    broker = await freshBroker(name);
    workers = await Promise.all([
      startWorker({ broker, hostname: 'w1@shown', pool: 'prefork', concurrency: 4 }),
      startWorker({ broker, hostname: 'w2@shown', pool: 'solo', queues: ['celery', 'slow'] }),
    ]);
  });

  afterAll(async () => {
    await Promise.all((workers ?? []).map((worker) => worker.kill()));
  });

  function stalk(...args: readonly string[]): Promise<CliResult> {
    return stalkCli([...args, '-b', broker]);
  }

  it('is reported with what each worker reports of itself, and whether they differ', async () => {
    const { status, stdout, stderr } = await stalk('report');
    const celerys = await celeryCli(broker, '--quiet', 'inspect', 'report', '--destination', 'w1@shown');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\nsoftware -> stalk:\S+ node:\d+\./);
    expect(stdout).toMatch(name === 'amqp' ? /^broker {3}-> RabbitMQ 3\./m : /^broker {3}-> Redis \d+\./m);
    const [, ofWorker = ''] = celerys.stdout.split('w1@shown: OK\n');
    expect(ofWorker).toContain('software -> celery:5.6.3');
    expect(stdout).toContain(`->  w1@shown: OK\n${ofWorker}`);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^2 workers run celery:5\.6\.3 \(recovery\) kombu:/);
    expect(stdout).not.toContain('guest:guest');
  });

  it('is reported as JSON', async () => {
    const { stdout } = await stalk('report', '-j');
    const celerys = await celeryCli(broker, 'inspect', 'report', '--json');

    const { workers: ofWorkers, server } = JSON.parse(stdout);
    expect(ofWorkers).toEqual(JSON.parse(celerys.stdout));
    expect(server).toMatch(/^(RabbitMQ|Redis) \d/);
  });

  it('is at hand in the shell', async () => {
    const code = 'Object.keys(await inspect.stats()).sort()';
    expect(await stalk('shell', '-e', code)).toEqual({
      status: 0,
      stdout: '["w1@shown", "w2@shown"]\n',
      stderr: '',
    });

    const script =
      'while (state.workers.size < 2) await new Promise(setImmediate);\nstate.aliveWorkers().length;\n';
    expect(await stalkCli(['shell', '-b', broker], { input: script })).toEqual({
      status: 0,
      stdout: '2\n',
      stderr: '',
    });

    const refused = await stalk('shell', '--readonly', '-e', 'await control.shutdown()');
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(workers.every((worker) => worker.alive())).toBe(true);
  });

  /** Lines in any order, processes without their numbers, which go by the order of replies. */
  function drawn(dot: string): readonly string[] {
    const masked = dot.replaceAll('***@', '**@').replaceAll(/"thr-\d+"/g, '"thr"');
    return masked.split('\n').sort();
  }

  it('is drawn as Celery draws it, in the same order every time', async () => {
    const backend = await backendOf(broker);
    const first = await stalk('graph', 'workers');
    const celerys = await celeryCli(broker, 'graph', 'workers');

    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(drawn(first.stdout)).toEqual(drawn(celerys.stdout));
    expect((await stalk('graph', 'workers', '--result-backend', backend)).stdout).toBe(first.stdout);
    const queues = (await stalk('graph', 'workers', '--queues', 'wmax:0')).stdout;
    expect(queues).toContain('"w2@shown" -> "queue slow"');
  });

  it('completes names of its nodes, queues and tasks, and only what a shell takes for a name', async () => {
    const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { status, stdout, stderr } = await stalkCli(['__complete', ...words, '-b', broker]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout.split('\n').filter((name) => name !== '');
    };
    /** Half a second is all that it takes, in which a busy machine may not come to it. */
    const names = (count: number, ...words: readonly string[]): Promise<readonly string[]> =>
      until('the names', async () => {
        const found = await complete(...words);
        return found.length >= count ? found : undefined;
      });

    expect(await names(2, 'nodes', '--', '', 'status', '-d')).toEqual(['w1@shown', 'w2@shown']);
    expect(await names(1, 'nodes', '--', 'w1@shown,w', 'status', '-d')).toEqual(['w1@shown,w2@shown']);
    expect(await names(1, 'queues', '--', 's')).toEqual(['slow']);
    const tasks = await names(1, 'tasks', '--', 'proj.');
    expect(tasks).toEqual(expect.arrayContaining(['proj.add', 'proj.fail']));
    // proj.py has a task whose name would do harm on a terminal.
    expect(tasks.filter((task) => /[^\w.]/.test(task))).toEqual([]);
    expect(await complete('nonsense', '--', '')).toEqual([]);
  });

  it('is not reported, drawn or opened where no broker is', async () => {
    const nowhere = name === 'amqp' ? 'amqp://guest:secret@127.0.0.1:1//' : 'redis://:secret@127.0.0.1:1/0';
    for (const args of [['report'], ['graph', 'workers'], ['shell', '-e', '1']]) {
      const { status, stderr } = await stalkCli([...args, '-b', nowhere]);
      expect(status).toBe(69);
      expect(stderr).toMatch(
        /^stalk: Cannot reach (amqp|redis):\S+: connection refused; is the broker running there\?\n$/,
      );
      expect(stderr).not.toContain('secret');
    }
  });
});

describe('stalk __complete', () => {
  it.each([
    ['nodes', '--', '', '-b', 'redis://127.0.0.1:1'],
    ['nodes', '--', '', '-b', 'nonsense'],
    ['nodes', '--', '', 'status', '-b'],
    ['nodes', '--', '', '--rate', 'x', '--unknown'],
    ['nodes'],
    [],
  ])('is silent whatever is wrong: %s', async (...words) => {
    const env = { STALK_BROKER_URL: 'amqp://127.0.0.1:1' };
    expect(await stalkCli(['__complete', ...words], { env })).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe.each(['amqp', 'redis'] as const)('an empty cluster on %s', (name) => {
  it('says that nobody replied', async () => {
    const broker = await freshBroker(name);
    const sentence = 'stalk: No worker replied within the time constraint.\n';

    const report = await stalkCli(['report', '-b', broker]);
    expect(report).toMatchObject({ status: 69, stderr: sentence });
    expect(report.stdout).toMatch(/^broker {3}-> (RabbitMQ|Redis) \d/m);
    const graph = await stalkCli(['graph', 'workers', '-b', broker]);
    expect(graph).toMatchObject({ status: 69, stderr: sentence });
    expect(graph.stdout).toMatch(/^digraph dependencies \{\n[\s\S]*\n\}\n$/);
    expect(await stalkCli(['result', 'x', '-b', broker])).toMatchObject({
      status: 69,
      stderr:
        'stalk: No worker answered that could tell the result backend: give it with --result-backend or STALK_RESULT_BACKEND.\n',
    });
  });
});
