import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remoteCommands } from '../../src/control/remote-commands.ts';
import { Control, connect, Inspect, type Transport } from '../../src/index.ts';
import { type CeleryShell, openCeleryShell } from '../support/celery-cli.ts';
import { type CliResult, callTask, celeryCli, startWorker, type Worker } from '../support/celery-worker.ts';
import { until } from '../support/process-group.ts';
import { freshBroker, ownQueues } from '../support/servers.ts';
import { stalkCli } from '../support/stalk-cli.ts';

const [w1, w2, w3] = ['w1@compare', 'w2@compare', 'w3@compare'] as const;
const all = [w1, w2, w3];
/** Celery waits for a second of silence where it does not know how many will answer. */
const everyone = ['-d', all.join()];
const id = '00000000-0000-4000-8000-000000000001';
const etaId = '00000000-0000-4000-8000-000000000002';
const waitingId = '00000000-0000-4000-8000-000000000003';

/** One call of both programs. Statuses are Celery's and ours, 0 unless they are given. */
type Call = {
  readonly words: readonly string[];
  readonly status?: readonly [celery: number, stalk: number];
  /** What only ours needs. */
  readonly more?: readonly string[];
  /** What Celery's takes instead. */
  readonly celery?: readonly string[];
  /** Puts the workers back, before each of the two. */
  readonly restore?: (control: Control) => Promise<unknown>;
};

const [onlyW3, patiently] = [{ destination: [w3] }, { timeout: 10 }];

function stalkOn(broker: string, ...args: readonly string[]): Promise<CliResult> {
  return stalkCli(args, { env: { STALK_BROKER_URL: broker } });
}

const inspections: readonly Call[] = [
  { words: ['active'] },
  { words: ['active', '-d', `${w1},${w3}`] },
  { words: ['active_queues', ...everyone] },
  { words: ['clock', ...everyone] },
  { words: ['conf', ...everyone] },
  { words: ['conf', 'True', '-d', w1] },
  { words: ['memdump', '5', ...everyone] },
  { words: ['memsample', ...everyone] },
  // The library is not installed, which the worker answers as an error.
  { words: ['objgraph', 'Request', '5', '3', '-d', w1], status: [0, 1] },
  { words: ['ping'] },
  { words: ['query_task', id, waitingId, 'nobody-has-this', ...everyone] },
  { words: ['registered'] },
  { words: ['registered', 'max_retries', 'serializer', ...everyone] },
  { words: ['report', ...everyone] },
  { words: ['reserved', ...everyone] },
  { words: ['revoked', ...everyone] },
  { words: ['scheduled'] },
  { words: ['stats'] },
  {
    words: ['greet', '--custom', '--arg', 'name=operator'],
    celery: ['greet', 'operator'],
  },
];

const controls: readonly Call[] = [
  {
    words: ['enable_events'],
    restore: (control) => control.disableEvents({ ...onlyW3, ...patiently }),
  },
  {
    words: ['disable_events'],
    restore: (control) => control.enableEvents({ ...onlyW3, ...patiently }),
  },
  { words: ['heartbeat'] },
  { words: ['rate_limit', 'proj.add', '10/m'] },
  { words: ['rate_limit', 'proj.add', '0', ...everyone] },
  { words: ['rate_limit', 'nope.task', '5/s', ...everyone], status: [0, 1] },
  { words: ['time_limit', 'proj.sleep', '60', '120', ...everyone] },
  { words: ['time_limit', 'proj.sleep', '0', '0', ...everyone] },
  { words: ['time_limit', 'nope.task', '1', '2', ...everyone], status: [0, 1] },
  { words: ['revoke', 'id-a', ...everyone] },
  { words: ['revoke', 'id-a', 'id-b'] },
  { words: ['revoke_by_stamped_headers', 'monitor=xyz', 'tier=1', ...everyone] },
  { words: ['terminate', 'KILL', 'nobody-has-this', ...everyone], more: ['--yes'] },
  { words: ['add_consumer', 'compare-extra', ...everyone] },
  { words: ['add_consumer', 'compare-routed', 'compare-ex', 'topic', 'rk.#', '-d', w1] },
  { words: ['cancel_consumer', 'compare-extra', ...everyone] },
  { words: ['cancel_consumer', 'compare-routed', '-d', w1] },
  { words: ['cancel_consumer', 'nosuch', '-d', w3] },
  { words: ['pool_grow', '1', '-d', w1] },
  // One grows, one scales itself, one has threads.
  { words: ['pool_grow'], status: [0, 1] },
  { words: ['pool_shrink', '1', '-d', w1] },
  { words: ['pool_shrink', '1', ...everyone], status: [0, 1] },
  { words: ['autoscale', '4', '2'], status: [0, 1] },
  { words: ['autoscale', '3', '1', '-d', w2] },
  { words: ['pool_restart', '-d', w2], status: [0, 1] },
  { words: ['refuse', '--custom'], celery: ['refuse'], status: [0, 1] },
  { words: ['pool_restart', '-d', w1] },
];

/** Calls of which only the statuses are compared. */
const others: readonly Call[] = [
  { words: ['status'] },
  { words: ['status', '-j', '-d', w1] },
  { words: ['status', '-d', `${w1},nobody@compare`] },
  { words: ['status', '-d', 'nobody@compare'], status: [69, 69] },
  { words: ['inspect', 'ping', '-d', 'nobody@compare'], status: [69, 69] },
  { words: ['inspect', '--list'] },
  { words: ['control', '--list'] },
  { words: ['inspect', '--help'] },
  { words: ['inspect'], status: [2, 2] },
  { words: ['control'], status: [2, 2] },
  { words: ['inspect', 'nosuch'], status: [2, 2] },
  { words: ['control', 'ping'], status: [2, 2] },
  { words: ['inspect', 'shutdown'], status: [2, 2] },
  { words: ['inspect', 'ping', '--nosuch'], status: [2, 2] },
  { words: ['status', '-t', 'never'], status: [2, 2] },
  { words: ['control', 'add_consumer', 'a', 'b', 'direct', 'c', 'd'], status: [2, 2] },
  { words: ['control', 'pool_grow', 'abc'], status: [1, 2] },
  { words: ['control', 'rate_limit', 'proj.add', '10/x', '-d', w1], status: [0, 2] },
  { words: ['control', 'rate_limit', 'proj.add', '-d', w1], status: [0, 2] },
  { words: ['control', 'revoke', '-d', w1], status: [0, 2] },
  { words: ['control', 'revoke_by_stamped_headers', 'bad', '-d', w1], status: [0, 2] },
  { words: ['control', 'terminate', 'NOSIG', 'nobody-has-this', '-d', w1], status: [0, 2] },
  { words: ['control', 'election', '-d', w1], status: [0, 2] },
  { words: ['inspect', 'query_task', '-d', w1], status: [0, 2] },
  { words: ['inspect', 'ping', 'extra', '-d', w1], status: [0, 2] },
  { words: ['inspect', 'dump_active', '-d', w1], status: [2, 0] },
];

/** What differs from one moment to the next: times, process ids, counters of the machine. */
const momentary = new Set(['clock', 'uptime', 'rusage', 'pid', 'worker_pid', 'processes', 'time_start']);

/** The value without what is momentary, and with all its lists in order. */
function settled(value: unknown): unknown {
  if (typeof value === 'string') return settledText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map(settled).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !momentary.has(key))
      .map(([key, item]) => [key, settled(item)]),
  );
}

/** A Python set prints in any order. */
function settledText(text: string): string {
  return text
    .replace(/[\d.]+MB/g, 'MB')
    .replace(/\{('[^']*'(?:, )?)+\}/g, (set) => set.slice(1, -1).split(', ').sort().join(', '));
}

describe.each(['amqp', 'redis'] as const)('stalk and celery on %s', (name) => {
  let broker: string;
  let folder: string;
  let workers: Worker[];
  let celery: CeleryShell;
  let transport: Transport;
  let control: Control;

  beforeAll(async () => {
    broker = await freshBroker(name);
    folder = mkdtempSync(join(tmpdir(), 'stalk-compare-'));
    await ownQueues('compare-extra', 'compare-routed');
    workers = await Promise.all([
      startWorker({
        broker,
        hostname: w1,
        queues: ['celery', 'fast'],
        settings: { worker_pool_restarts: true },
      }),
      startWorker({ broker, hostname: w2, autoscale: [3, 1], queues: ['other'] }),
      startWorker({ broker, hostname: w3, pool: 'threads', events: false, queues: ['slow'] }),
    ]);
    celery = await openCeleryShell(broker);
    transport = await connect(broker);
    control = new Control(transport);
    await until('stalk to know all three', async () => {
      const { stdout } = await stalkOn(broker, 'status', '-j');
      return all.every((hostname) => stdout.includes(hostname));
    });
  });

  afterAll(async () => {
    await transport?.close();
    await celery?.close();
    await Promise.all((workers ?? []).map((worker) => worker.kill()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** A worker that forks answers nobody meanwhile. */
  async function ready({ restore }: Call): Promise<void> {
    await restore?.(control);
    await control.ping({ expected: all, timeout: 30 });
  }

  async function expectEqual(kind: string, call: Call): Promise<void> {
    const { words, celery: theirs = words, more = [], status = [0, 0] } = call;
    await ready(call);
    const ours = await stalkOn(broker, kind, ...words, '-j', ...more);
    await ready(call);
    const reference = await celery.run(kind, ...theirs, '-j');

    // Some settings are infinite, which Celery prints and JSON does not have.
    const theirJson = jsonOf(reference.stdout.replaceAll(/: (?:-?Infinity|NaN)\b/g, ': null'));
    expect(settled(jsonOf(ours.stdout))).toEqual(settled(theirJson));
    expect([reference.status, ours.status]).toEqual(status);
  }

  function jsonOf(stdout: string): unknown {
    try {
      return JSON.parse(stdout);
    } catch {
      throw new Error(`this is no JSON: ${JSON.stringify(stdout.slice(0, 300))}`);
    }
  }

  describe('about workers that have tasks', () => {
    const path = (): string => join(folder, 'go-on');

    beforeAll(async () => {
      const inspect = new Inspect(transport);
      for (const task_id of [id, `${id}-other`]) {
        await callTask(broker, 'proj.wait_for_file', [path(), 300], { queue: 'fast', task_id }, {});
      }
      await callTask(broker, 'proj.add', [1, 2.0], { queue: 'fast', task_id: waitingId });
      await callTask(broker, 'proj.echo', ['Grüße', { deep: [null, true] }], {
        ...{ queue: 'slow', countdown: 600, task_id: etaId },
      });
      await control.revoke('revoked-id', { expected: all, ...patiently });
      await until('the tasks to be where they belong', async () => {
        const held = await Promise.all([inspect.active(), inspect.reserved(), inspect.scheduled()]);
        const texts = held.map((each) => JSON.stringify(each));
        return [`${id}-other`, waitingId, etaId].every((each, at) => texts[at]?.includes(each));
      });
    });

    afterAll(async () => {
      writeFileSync(path(), '');
      const inspect = new Inspect(transport);
      await until('w1 to be idle', async () => {
        const active = await inspect.active({ destination: [w1], ...patiently });
        return JSON.stringify(active) === `{"${w1}":[]}`;
      });
    });

    it.each(inspections)('say the same: inspect $words', async (call) => {
      await expectEqual('inspect', call);
    });
  });

  it.each(controls)('say the same: control $words', async (call) => {
    await expectEqual('control', call);
  });

  it.each(others)('end with the statuses that are documented: $words', async (call) => {
    const [ours, theirs] = await Promise.all([stalkOn(broker, ...call.words), celery.run(...call.words)]);

    expect([theirs.status, ours.status]).toEqual(call.status ?? [0, 0]);
  });

  it('print the same through a pipe', async () => {
    const blocks = (text: string): string[] => text.split(/^(?=->|\n)/m).sort();
    for (const words of [
      ['status'],
      ['inspect', 'active_queues'],
      ['inspect', 'conf'],
      ['control', 'heartbeat'],
    ]) {
      const ours = await stalkOn(broker, ...words);
      const theirs = await celery.run(...words);

      expect(blocks(ours.stdout)).toEqual(blocks(theirs.stdout));
    }
  });

  it('are compared by what a process of its own for each call says too', async () => {
    const process = await celeryCli(broker, 'inspect', 'registered', '-j');
    const shell = await celery.run('inspect', 'registered', '-j');

    expect(settled(jsonOf(shell.stdout))).toEqual(settled(jsonOf(process.stdout)));
  });

  it('end apart after a shutdown: stalk when the worker is gone, celery when nobody answered', async () => {
    const gone = await Promise.all(
      ['s1@compare', 's2@compare'].map((hostname) =>
        startWorker({ broker, hostname, pool: 'solo', queues: ['slow'] }),
      ),
    );
    const [first, second] = gone;
    const ours = await stalkOn(
      broker,
      'control',
      'shutdown',
      '-j',
      '--yes',
      '-t',
      '10',
      '-d',
      first!.hostname,
    );
    const theirs = await celery.run('control', 'shutdown', '-j', '-d', second!.hostname);
    await Promise.all(gone.map((worker) => worker.ended()));

    expect([theirs.status, ours.status]).toEqual([69, 0]);
    expect(jsonOf(ours.stdout)).toEqual([{ 's1@compare': { ok: 'shut down' } }]);
    expect(workers.every((worker) => worker.alive())).toBe(true);
  });

  it('tell a broker that is not there from a wrong password and a place that does not exist', async () => {
    const at = (change: (url: URL) => void): string => {
      const url = new URL(broker);
      change(url);
      return url.href;
    };
    const away = at((url) => (url.port = '1'));
    const [nobody, wrong, missing] = await Promise.all([
      stalkOn(away, 'status'),
      stalkOn(
        at((url) => {
          url.username = 'guest';
          url.password = 'wr0ng-pass';
        }),
        'status',
      ),
      stalkOn(
        at((url) => (url.pathname = name === 'amqp' ? '/no-such-vhost' : '/99999')),
        'status',
      ),
    ]);
    const theirs = await celeryCli(away, 'status');

    expect([theirs.status, nobody.status, wrong.status, missing.status]).toEqual([69, 69, 69, 69]);
    expect(nobody.stderr).toMatch(
      /^stalk: Cannot reach (amqp|redis):\/\/.*: connection refused; is the broker running there\?\n$/,
    );
    expect(wrong.stderr).toMatch(/^stalk: .*:\*\*\*@.* refuses the connection: .*\n$/);
    expect(missing.stderr).toMatch(name === 'amqp' ? /virtual host/ : /DB index is out of range/);
    expect([nobody, wrong, missing].map(({ stderr }) => stderr).join()).not.toContain('wr0ng-pass');
    expect(new Set([nobody.stderr, wrong.stderr, missing.stderr]).size).toBe(3);
  });
});

describe('the table of this test', () => {
  it('has every command that there is', () => {
    const tested = new Set([...inspections, ...controls, ...others].flatMap(({ words }) => words));
    const untested = remoteCommands
      .filter(({ hidden, refused }) => !hidden || refused !== undefined)
      .map((command) => command.name)
      .filter((command) => !tested.has(command) && command !== 'shutdown');

    expect(untested).toEqual([]);
  });
});
