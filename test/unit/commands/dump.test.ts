import { describe, expect, it, vi } from 'vitest';
import { dumpEvents } from '../../../src/commands/dump.ts';
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
  const dumping = dumpEvents(fixture.context, fixture.open);
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
});
