import { describe, expect, it } from 'vitest';
import { readonlyBroker } from '../../../src/commands/readonly-broker.ts';
import { remoteCommands } from '../../../src/control/remote-commands.ts';
import { UsageError } from '../../../src/errors.ts';
import type { OutgoingMessage } from '../../../src/protocol/message.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';
import type { Transport } from '../../../src/transport/transport.ts';

function request(body: unknown): OutgoingMessage {
  return { body, headers: {}, deliveryMode: 2 };
}

describe('a broker that is only looked through', () => {
  async function broker(): Promise<{ looked: Transport; whole: Transport }> {
    const whole = connectMemory(new MemoryBroker());
    await whole.ready();
    return { looked: readonlyBroker(whole), whole };
  }

  it('lets questions through, and refuses every command that changes something', async () => {
    const { looked, whole } = await broker();
    const outcomes = await Promise.all(
      remoteCommands.map(async ({ name, danger }) => {
        const body = { method: name, arguments: {}, destination: null, pattern: null, matcher: null };
        const sent = await looked.broadcast('celery.pidbox', request(body)).then(
          () => true,
          (error: unknown) => !(error instanceof UsageError),
        );
        return [name, sent === (danger === 'none')];
      }),
    );

    expect(outcomes.filter(([, isRight]) => !isRight)).toEqual([]);
    await whole.close();
  });

  it.each([{ method: 'my_own_command' }, { method: 7 }, {}, null, 'text'])(
    'refuses what it does not know: %j',
    async (body) => {
      const { looked, whole } = await broker();

      await expect(looked.broadcast('celery.pidbox', request(body))).rejects.toThrow(
        /which --readonly refuses\.$/,
      );
      await whole.close();
    },
  );

  it('has what reading needs, and nothing that it was not told to be harmless', async () => {
    const { looked, whole } = await broker();
    const withMore = readonlyBroker(Object.assign(whole, { publishTask: async () => 'sent' }));

    expect(looked.status.kind).toBe('ready');
    expect(looked.address).toBe(whole.address);
    const end = await looked.subscribe({ exchange: 'celeryev', type: 'topic', onMessage: () => {} });
    await end();
    await expect(Reflect.get(withMore, 'publishTask')()).rejects.toThrow('broker.publishTask was not sent');
    await looked.close();
    expect(whole.status.kind).toBe('closed');
  });
});
