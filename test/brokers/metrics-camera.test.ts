import { once } from 'node:events';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callTask, startWorker } from '../support/celery-worker.ts';
import { scratchFolder } from '../support/lease.ts';
import { until } from '../support/process-group.ts';
import { freshBroker } from '../support/servers.ts';
import { killCameras, startCamera } from '../support/silent-camera.ts';
import { stalkCli } from '../support/stalk-cli.ts';

killCameras();

describe('cameras for monitoring systems', () => {
  it.each(['amqp', 'redis'] as const)('count what a real worker on %s did', async (name) => {
    const broker = await freshBroker(name);
    const folder = await scratchFolder();
    const prom = join(folder, 'celery.prom');
    const munin = join(folder, 'celery.munin');
    const cameras = [startCamera(broker, 'prometheus', prom, 0.1), startCamera(broker, 'munin', munin, 0.1)];
    const worker = await startWorker({ broker, hostname: 'w1@metrics' });
    try {
      const holds = (file: string, text: string) => async () =>
        (await readFile(file, 'utf8').catch(() => '')).includes(text) || undefined;
      await until('the worker', holds(prom, 'flower_worker_online{worker="w1@metrics"} 1\n'));
      await until('the graphs', holds(munin, 'succeeded.value 0\n'));
      for (let call = 0; call < 3; call += 1) await callTask(broker, 'proj.add', [call, 2]);

      await until('the counter', holds(prom, '{name="proj.add",hostname="metrics",queue_name="celery"} 3\n'));
      await until('the graph', holds(munin, 'proj_add.value 3\n'));
      await until('the stages', holds(munin, 'succeeded.value 3\n'));
      expect(statSync(prom).mode & 0o777).toBe(0o644);
    } finally {
      await worker.stop();
    }
    const ended = cameras.map((camera) => once(camera, 'close'));
    for (const camera of cameras) camera.kill('SIGTERM');
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  it.each(['prometheus', 'munin'])('%s needs a file that can be written', async (camera) => {
    const args = ['events', '-b', 'demo://', '-c', camera];

    expect(await stalkCli(args)).toEqual({
      ...{ status: 2, stdout: '' },
      stderr: `stalk: the camera ${camera} needs a file to write to: name it with --output\n`,
    });
    expect(await stalkCli([...args, '--output', '/no/such/folder/x'])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringMatching(/^stalk: the output file cannot be written: ENOENT[^\n]+\n$/),
    });
  });
});
