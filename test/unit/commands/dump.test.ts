import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { dumpEvents } from '../../../src/commands/dump.ts';
import { dumpLines } from '../../../src/commands/dump-lines.ts';
import { type CommandFixture, commandFixture } from './command-fixture.ts';

const failed = {
  type: 'task-failed',
  uuid: 'u1',
  hostname: 'w1',
  timestamp: 1,
  exception: "ValueError('\u001b[31mred')",
  traceback: 'line 1\n\tline 2',
};

async function started(fixture: CommandFixture): Promise<{ dumping: Promise<void> }> {
  const { context } = fixture;
  const dumping = dumpEvents(
    context,
    fixture.open,
    dumpLines(context.config, context.now, context.stdout.isTTY === true),
  );
  await vi.waitFor(() => expect(fixture.err()).toContain('starting capture'));
  return { dumping };
}

function publish({ broker }: CommandFixture, event: object): void {
  broker.publish('celeryev', 'task.failed', { body: event });
}

describe('stalk events --dump', () => {
  it('prints a line per event on stdout and what else there is to say on stderr', async () => {
    const fixture = commandFixture({ dump: true });
    const { dumping } = await started(fixture);

    publish(fixture, {
      type: 'task-started',
      uuid: 'u1',
      hostname: 'w1',
      timestamp: 1.5,
      pid: 3,
      utcoffset: 0,
    });
    await vi.waitFor(() => expect(fixture.out()).toContain('\n'));
    fixture.interrupt();
    await dumping;

    expect(fixture.out()).toMatch(
      /^w1 \[1970-01-01 00:00:01\.500000\+00:00\] task started: {2}clock=1, local_received=[\d.]+, pid=3, utcoffset=0\n$/,
    );
    expect(fixture.err()).toBe('-> evdump: starting capture...\n');
    await fixture.open.close();
  });

  it('escapes what a terminal would obey, and nothing when piped', async () => {
    for (const isTTY of [true, false]) {
      const fixture = commandFixture({ dump: true });
      fixture.stdout.isTTY = isTTY;
      const { dumping } = await started(fixture);

      publish(fixture, failed);
      await vi.waitFor(() => expect(fixture.out()).toContain('line 2'));
      fixture.interrupt();
      await dumping;

      expect(fixture.out()).toContain(isTTY ? String.raw`\x1b[31mred` : '\u001b[31mred');
      expect(fixture.out()).toContain('line 1\n\tline 2');
      await fixture.open.close();
    }
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const fixture = commandFixture({ dump: true });
    const { dumping } = await started(fixture);

    fixture.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await dumping;

    expect(fixture.err()).toBe('-> evdump: starting capture...\n');
    await fixture.open.close();
  });

  it('says when the connection is lost, and goes on when it is back', async () => {
    const fixture = commandFixture({ dump: true });
    const { dumping } = await started(fixture);

    fixture.broker.stop('ECONNREFUSED');
    await vi.waitFor(() => expect(fixture.err()).toContain('-> Connection lost, attempting reconnect.'));
    fixture.broker.restart();
    fixture.open.transport.retryNow();
    await vi.waitFor(() => expect(fixture.err().match(/starting capture/g)).toHaveLength(2));
    publish(fixture, failed);
    await vi.waitFor(() => expect(fixture.out()).toContain('task failed'));
    fixture.interrupt();
    await dumping;
    await fixture.open.close();
  });

  it('prints JSON letter by letter as it came, and when it was received', async () => {
    const fixture = commandFixture({ dump: true, json: true });
    const { dumping } = await started(fixture);
    const texts = [
      '{"type": "task-started", "uuid": "a", "clock": 12345678901234567890, "runtime": 2.0, "10": 1e5}',
      String.raw`{"type":"task-failed","exception":"\u00e9]}\"\\","list":[{"a":[1.50]}]}`,
    ];

    fixture.broker.publish('celeryev', 'task.multi', { body: Buffer.from(`[${texts.join(' ,\n ')}]`) });
    fixture.broker.publish('celeryev', 'worker.heartbeat', {
      body: Buffer.from('{"type": "worker-heartbeat",\n  "freq": 2.0,\r\n "hostname": "w1"\n}'),
    });
    await vi.waitFor(() => expect(fixture.out().match(/\n/g)).toHaveLength(3));
    fixture.interrupt();
    await dumping;

    const lines = fixture
      .out()
      .replace(/"local_received": \d+(\.\d+)?/g, '"local_received": 1')
      .split('\n');
    expect(lines).toEqual([
      ...texts.map((text) => `${text.slice(0, -1)}, "local_received": 1}`),
      '{"type": "worker-heartbeat", "freq": 2.0, "hostname": "w1" , "local_received": 1}',
      '',
    ]);
    await fixture.open.close();
  });

  it('prints JSON that everybody reads, whatever came', async () => {
    const fixture = commandFixture({ dump: true, json: true });
    fixture.stdout.isTTY = true;
    const { dumping } = await started(fixture);

    for (const body of [
      '[{"type": "a", "n": NaN, "i": -Infinity}, {"type": "b"}]',
      '[7, {"type": "c", "x": 1}]',
      '{"type": "d", "local_received": "mine", "text": "\u009b\u202e"}',
    ]) {
      fixture.broker.publish('celeryev', 'x', { body: Buffer.from(body) });
    }
    await vi.waitFor(() => expect(fixture.out().match(/\n/g)).toHaveLength(4));
    fixture.interrupt();
    await dumping;

    const events = fixture
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { type: 'a', n: null, i: null },
      { type: 'b' },
      { type: 'c', x: 1 },
      { type: 'd', text: '\u009b\u202e' },
    ]);
    for (const event of events) expect(event.local_received).toBeGreaterThan(1e9);
    expect(fixture.out()).toMatch(/^[\n -~]*$/);
    expect(fixture.err()).toContain('Element 1 of 2');
    await fixture.open.close();
  });

  it('ends by itself after the lines that it was limited to, those that are wanted alone', async () => {
    const fixture = commandFixture({
      dump: true,
      limit: 2,
      format: '{type} {name} {uuid}',
      type: ['task-*'],
      filter: 'name:proj.add',
    });
    const { dumping } = await started(fixture);

    publish(fixture, { type: 'worker-heartbeat', hostname: 'w1', timestamp: 1 });
    publish(fixture, { type: 'task-received', uuid: 'u0', name: 'proj.mul', hostname: 'w1', timestamp: 1 });
    publish(fixture, { type: 'task-received', uuid: 'u1', name: 'proj.add', hostname: 'w1', timestamp: 1 });
    publish(fixture, failed);
    publish(fixture, failed);
    await dumping;

    expect(fixture.out()).toBe('task-received proj.add u1\ntask-failed proj.add u1\n');
    await fixture.open.close();
  });

  it('still tells what a task is when only its later events are wanted', async () => {
    const fixture = commandFixture({ dump: true, limit: 1, type: ['task-failed'] });
    const { dumping } = await started(fixture);

    publish(fixture, {
      type: 'task-received',
      uuid: 'u1',
      name: 'proj.add',
      args: '(1,)',
      kwargs: '{}',
      hostname: 'w1',
      timestamp: 1,
    });
    publish(fixture, failed);
    await dumping;

    expect(fixture.out()).toContain('task failed: proj.add(u1) args=(1,) kwargs={} clock=');
    await fixture.open.close();
  });

  it('ends when its time is over, and complains if it was never connected', async () => {
    const fixture = commandFixture({ dump: true, for: '50ms' });
    const { dumping } = await started(fixture);
    await dumping;
    await fixture.open.close();

    const alone = commandFixture({ dump: true, for: '50ms' });
    alone.broker.stop('ECONNREFUSED');
    const { config, now } = alone.context;
    await expect(dumpEvents(alone.context, alone.open, dumpLines(config, now, false))).rejects.toThrow(
      'memory was not connected to within 0.05 s: nothing was seen',
    );
    await alone.open.close();
  });

  it('says what a reader missed that takes nothing, and ends all the same', async () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    const fixture = commandFixture({ dump: true }, { stdout: stuck });
    const { dumping } = await started(fixture);

    publish(fixture, failed);
    await vi.waitFor(() => expect(stuck.writableLength).toBeGreaterThan(0));
    publish(fixture, { ...failed, traceback: 'x'.repeat(5_000_000) });
    publish(fixture, failed);
    await vi.waitFor(() => expect(fixture.err()).toContain('-> 1 event was dropped because'), 3000);
    fixture.interrupt();
    await dumping;

    expect(fixture.err().match(/dropped because the reader is slow/g)).toHaveLength(2);
    expect(fixture.err()).toContain('-> 2 events were dropped because the reader is slow\n');
    await fixture.open.close();
  });
});
