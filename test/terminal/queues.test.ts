import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshBroker } from '../support/servers.ts';
import { storedTasks } from '../support/task-messages.ts';
import { openTerminal, type Terminal } from '../support/tmux.ts';

/** Publishes task messages at once: starting a Celery for each would take minutes. */
async function fill(broker: string, count: number): Promise<void> {
  const model = await connect(broker);
  const channel = await model.createConfirmChannel();
  await channel.assertQueue('celery', { durable: true });
  for (let index = 0; index < count; index += 1) {
    const headers = { task: 'proj.add', id: `id-${index}` };
    channel.publish('', 'celery', Buffer.from('[[], {}, {}]'), { headers, contentType: 'application/json' });
  }
  await channel.waitForConfirms();
  await model.close();
}

describe('the queue commands at a terminal', () => {
  let terminal: Terminal;
  let broker: string;
  let other: string;

  beforeEach(async () => {
    terminal = await openTerminal({ columns: 140, rows: 40 });
    broker = await freshBroker('amqp');
    other = await freshBroker('redis');
  });

  afterEach(async () => {
    await terminal.close();
  });

  it('show what purge would delete and ask; no is no, and Ctrl-C too', async () => {
    await fill(broker, 6);
    for (const answer of [['n', 'Enter'], ['Enter'], ['C-c']]) {
      await terminal.runStalk('purge', '-b', broker, '-Q', 'celery,nosuchq');
      const screen = (
        await terminal.waitFor(/Purge 6 messages from amqp:.*There is no undo\. \[y\/N\]/)
      ).join('\n');
      expect(screen).toMatch(/QUEUE +MESSAGES +NOTE\ncelery +6\nnosuchq +- +there is no such queue\n/);
      await terminal.keys(...answer);

      await terminal.waitFor('stalk: nothing was purged');
      expect(await terminal.exitStatus()).toBe(1);
      await terminal.runCommand('clear');
      await terminal.exitStatus();
    }
    expect(await storedTasks(broker, 'celery')).toHaveLength(6);

    await terminal.runStalk('purge', '-b', broker, '-Q', 'celery');
    await terminal.waitFor('[y/N]');
    await terminal.keys('y', 'Enter');
    await terminal.waitFor('Purged 6 messages from 1 known task queue.');
    expect(await terminal.exitStatus()).toBe(0);
  });

  it('show what migrate would move, ask, and tell how far it is', async () => {
    await fill(broker, 3000);
    await terminal.runStalk('migrate', '-a', '-Q', 'celery', broker, other);
    const plan = (await terminal.waitFor('Move 3000 messages? [y/N]')).join('\n');
    expect(plan).toMatch(
      /From amqp:.*\nTo {3}redis:.*\n\nQUEUE +MESSAGES +TO +NOTE\ncelery +3000 +celery +to be created/,
    );

    const record = await terminal.recordOutput();
    await terminal.keys('y', 'Enter');
    await terminal.waitFor(/Moved 3000 messages from amqp:/);
    expect(await terminal.exitStatus()).toBe(0);
    expect(await record.text()).toMatch(/\[#*-*\] {2}[\d,]+\/3,000 {2}\d+ %/);
    await record.stop();
    expect(await storedTasks(other, 'celery')).toHaveLength(3000);
  });

  it('list bindings aligned', async () => {
    await terminal.runStalk('call', 'proj.add', '--declare', '-b', other);
    await terminal.waitFor(/^[\da-f-]{36}$/m);
    await terminal.runStalk('list', 'bindings', '-b', other);
    const screen = await terminal.waitFor('ROUTING KEY');

    expect(screen.join('\n')).toMatch(/QUEUE +EXCHANGE +ROUTING KEY\ncelery +celery +celery\n/);
  });
});
