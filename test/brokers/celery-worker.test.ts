import { afterEach, describe, expect, it } from 'vitest';
import { callTask, celeryCli, startWorker, taskResult, type Worker } from '../support/celery-worker.ts';
import { freshBroker } from '../support/servers.ts';

describe.each(['amqp', 'redis'] as const)('a real Celery worker on %s', (name) => {
  const workers: Worker[] = [];

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  });

  it('runs tasks in a prefork pool', async () => {
    const broker = await freshBroker(name);
    workers.push(await startWorker({ broker, hostname: 'w1@test', pool: 'prefork', concurrency: 2 }));

    const sum = await callTask(broker, 'proj.add', [2, 3]);
    const failure = await callTask(broker, 'proj.fail', ['no card']);

    expect(await taskResult(broker, sum)).toMatchObject({ state: 'SUCCESS', result: 5 });
    expect(await taskResult(broker, failure)).toMatchObject({ state: 'FAILURE' });
    expect((await taskResult(broker, failure)).traceback).toContain(
      'The above exception was the direct cause',
    );
  });

  it("answers Celery's own command line, and ends warmly", async () => {
    const broker = await freshBroker(name);
    const worker = await startWorker({ broker, hostname: 'w2@test', pool: 'solo', queues: ['mine'] });
    workers.push(worker);

    const answer = await celeryCli(broker, 'inspect', 'active_queues', '--json');
    await worker.stop();

    expect(JSON.parse(answer.stdout)).toMatchObject({ 'w2@test': [{ name: 'mine' }] });
    expect(worker.alive()).toBe(false);
  });
});
