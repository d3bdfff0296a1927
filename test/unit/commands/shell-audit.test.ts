import { describe, expect, it, vi } from 'vitest';
import type { SentCommand } from '../../../src/commands/audit-trail.ts';
import { readonlyBroker } from '../../../src/commands/readonly-broker.ts';
import { AuditedMailbox, auditedBroker, ShellAudit } from '../../../src/commands/shell-audit.ts';
import { Control } from '../../../src/control/control.ts';
import { Inspect } from '../../../src/control/inspect.ts';
import { UsageError } from '../../../src/errors.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { FakeWorkers } from '../../support/fake-workers.ts';

interface Hands {
  readonly workers: FakeWorkers;
  readonly written: SentCommand[];
  readonly audit: ShellAudit;
  readonly broker: Transport;
  readonly control: Control;
  readonly inspect: Inspect;
}

describe('what is sent from the shell', () => {
  async function hands(through = (transport: Transport): Transport => transport): Promise<Hands> {
    const workers = new FakeWorkers();
    await workers.transport.ready();
    workers.answers = { pool_grow: { 'w1@x': { ok: 'pool will grow' } }, own: { 'w1@x': 7 } };
    const written: SentCommand[] = [];
    const audit = new ShellAudit(
      () => 1000,
      (sent) => void written.push(sent),
    );
    const transport = through(workers.transport);
    const mailbox = new AuditedMailbox(transport, audit);
    const broker = auditedBroker(transport, audit);
    return { workers, written, audit, broker, control: new Control(mailbox), inspect: new Inspect(mailbox) };
  }

  it('is written down with its replies and with who was silent', async () => {
    const { control, written } = await hands();
    const seen: string[] = [];
    const { replies } = await control.poolGrow(2, {
      destination: ['w1@x', 'w2@x'],
      timeout: 0.05,
      onReply: ({ hostname }) => void seen.push(hostname),
    });

    expect(replies).toHaveLength(1);
    expect(seen).toEqual(['w1@x']);
    expect(written).toMatchObject([
      {
        at: 1000,
        method: 'pool_grow',
        args: { n: 2 },
        addressing: { destination: ['w1@x', 'w2@x'] },
        replies: [{ hostname: 'w1@x', value: { ok: 'pool will grow' } }],
        silent: ['w2@x'],
      },
    ]);
    expect(Object.keys(written[0]?.addressing ?? {})).toEqual(['destination']);
  });

  it('is written down by whichever way it goes', async () => {
    const { control, inspect, broker, written } = await hands();
    await control.shutdown({ pattern: 'w*', matcher: 'glob' });
    await inspect.ask('own', { x: 1 }, { timeout: 0.05 });
    const body = { method: 'shutdown', arguments: {}, destination: ['w1@x'], pattern: null, matcher: null };
    await broker.broadcast('celery.pidbox', { body, headers: {}, deliveryMode: 2 });
    const nonsense = { body: 'nothing', headers: {}, deliveryMode: 2 } as const;
    await expect(broker.broadcast('celery.pidbox', nonsense)).rejects.toThrow(TypeError);

    expect(written).toMatchObject([
      { method: 'shutdown', addressing: { pattern: 'w*', matcher: 'glob' }, replies: [] },
      { method: 'own', args: { x: 1 }, replies: [{ hostname: 'w1@x', value: 7 }] },
      { method: 'shutdown', addressing: { destination: ['w1@x'] } },
      { method: '?', args: {}, failure: 'A control request is an object.' },
    ]);
  });

  it('is written down with why it may not have arrived', async () => {
    const { control, workers, written } = await hands();
    await workers.transport.close();

    await expect(control.disableEvents()).rejects.toThrow();
    expect(written).toMatchObject([{ method: 'disable_events', failure: expect.any(String) }]);
  });

  it('is written down also when the shell ends before anybody has answered', async () => {
    const { control, workers, written, audit } = await hands();
    const nobodyWaits = control.rateLimit('app.add', '1/m', { timeout: 60 }).catch(() => undefined);
    await vi.waitFor(() => expect(workers.requests).toHaveLength(1));

    await workers.transport.close();
    await audit.settled();
    expect(written).toMatchObject([{ method: 'rate_limit', failure: expect.stringMatching(/lost/) }]);
    await nobodyWaits;
  });

  it('is not written down where it was refused, and is refused under --readonly by every way', async () => {
    const { control, inspect, broker, workers, written } = await hands(readonlyBroker);
    const body = { method: 'shutdown', arguments: {} };

    await expect(control.poolGrow(0.5)).rejects.toThrow(UsageError);
    await expect(control.shutdown()).rejects.toThrow(/--readonly/);
    await expect(control.poolGrow()).rejects.toThrow(/--readonly/);
    await expect(inspect.ask('own')).rejects.toThrow(/--readonly/);
    await expect(broker.broadcast('celery.pidbox', { body, headers: {}, deliveryMode: 2 })).rejects.toThrow(
      /--readonly/,
    );
    expect(workers.requests).toEqual([]);
    expect(written).toEqual([]);
  });

  it('goes to a broker that has all it had', async () => {
    const { broker, workers } = await hands();

    expect(broker.constructor).toBe(workers.transport.constructor);
    expect(broker.status.kind).toBe('ready');
    expect(await broker.unreadQueues(['a'])).toEqual([]);
    await broker.close();
    expect(workers.transport.status.kind).toBe('closed');
  });
});
