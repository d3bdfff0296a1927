import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeWorkers } from '../../support/fake-workers.ts';
import { type Ran, runLine } from './remote-fixture.ts';

const pong = { ok: 'pong' };
let workers: FakeWorkers;
let state: string;

beforeEach(async () => {
  workers = new FakeWorkers();
  await workers.transport.ready();
  workers.addListener();
  workers.answers = { active: { 'w1@x': [], 'w2@x': [{ id: 'a' }, { id: 'b' }] }, ping: {} };
  state = mkdtempSync(join(tmpdir(), 'stalk-state-'));
});

afterEach(async () => {
  await workers.transport.close();
  rmSync(state, { recursive: true, force: true });
});

function shutDown(more = ''): Promise<Ran> {
  return runLine(workers, `control shutdown --yes${more}`, { env: { XDG_STATE_HOME: state } });
}

/** What a worker does when it is told to go. */
function onShutdown(act: (destination: string[] | null) => void): void {
  workers.broker.listen('celery.pidbox', () => {
    const request = workers.requests.at(-1)!;
    if (request.method === 'shutdown') act(request.destination);
  });
}

function sayGoodbye(...hostnames: string[]): void {
  for (const hostname of hostnames) {
    workers.broker.publish('celeryev', 'worker.offline', {
      body: { type: 'worker-offline', hostname, timestamp: 1, clock: 1 },
    });
  }
}

it('is done when every worker has said goodbye', async () => {
  onShutdown(() => sayGoodbye('w1@x', 'w2@x'));

  expect(await shutDown()).toEqual({
    status: 0,
    stdout:
      '->  w1@x: OK\n        shut down\n->  w2@x: OK\n        takes no more tasks, and ends when the 2 tasks it runs are done\n',
    stderr: '',
  });
  expect(workers.requests.map(({ method }) => method)).toEqual(['active', 'shutdown']);
});

it('prints JSON too', async () => {
  onShutdown(() => sayGoodbye('w1@x'));

  expect((await shutDown(' -j -d w1@x')).stdout).toBe('[{"w1@x": {"ok": "shut down"}}]\n');
});

it('takes a worker that no longer answers for gone, when it did before', async () => {
  const ran = await shutDown(' -t 3');

  expect(ran).toMatchObject({ status: 0, stderr: '' });
});

it('names who is still there, with status 69', async () => {
  onShutdown(() => sayGoodbye('w1@x'));
  workers.answers = { ...workers.answers, ping: { 'w2@x': pong } };

  const ran = await shutDown(' -t 0.3');

  expect(ran.status).toBe(69);
  expect(ran.stdout).toContain('->  w2@x: ERROR\n        still there: 2 tasks run\n');
  expect(ran.stderr).toBe('stalk: w2@x did not go within 0.3 s\n');
});

it('does not take for gone who never answered', async () => {
  onShutdown(() => sayGoodbye('w1@x'));

  const ran = await shutDown(' -t 0.6 -d w1@x,w9@x');

  expect(ran.status).toBe(69);
  expect(ran.stderr).toBe('stalk: w9@x did not answer, neither before nor after\n');
});

it('says so when there is no worker at all', async () => {
  workers.answers = {};

  const ran = await shutDown(' -t 0.05');

  expect(ran.status).toBe(69);
  expect(ran.stderr).toContain('No nodes replied within time constraint: no worker is there to shut down');
  expect(workers.requests.map(({ method }) => method)).toEqual(['active']);
});

it('is written into the audit log with who went and who stayed', async () => {
  onShutdown(() => sayGoodbye('w1@x'));
  workers.answers = { ...workers.answers, ping: { 'w2@x': pong } };
  await shutDown(' -t 0.3');

  const line = JSON.parse(readFileSync(join(state, 'stalk/audit.jsonl'), 'utf8'));

  expect(line).toMatchObject({
    method: 'shutdown',
    destination: null,
    replies: { 'w1@x': { ok: 'shut down' }, 'w2@x': { error: 'still there: 2 tasks run' } },
  });
});
