import { describe, expect, it } from 'vitest';
import { type Reply, replyMeaning, terminateOutcome } from '../../../src/control/reply.ts';

function reply(hostname: string, value: unknown): Reply {
  return { hostname, value, latencyMs: 1, expected: true };
}

describe('replyMeaning', () => {
  it.each([
    [{ ok: 'pong' }, { kind: 'ok', text: 'pong' }],
    [{ ok: { a: 1 } }, { kind: 'ok', text: '{"a":1}' }],
    [{ error: "KeyError('nosuch')" }, { kind: 'error', text: "KeyError('nosuch')" }],
    [{ error: null }, { kind: 'error', text: 'null' }],
  ])('reads %j', (value, meaning) => {
    expect(replyMeaning(value)).toEqual(meaning);
  });

  it.each([null, 'x', 5, [], {}, [{ ok: 1 }], { clock: 5 }, { error: 1, ok: 2 }, { ok: 'x', 'proj.add': 1 }])(
    'takes %j for the value itself',
    (value) => {
      expect(replyMeaning(value)).toEqual({ kind: 'value', value });
    },
  );
});

describe('terminateOutcome', () => {
  it('takes workers that never had the task for no failure', () => {
    const unknown = { ok: 'terminate: tasks unknown' };
    const failed = reply('w4@x', { error: "AttributeError('…')" });

    const outcome = terminateOutcome([
      reply('w1@x', unknown),
      reply('w2@x', { ok: 'terminate: 9f1fe6b9' }),
      reply('w3@x', unknown),
      failed,
    ]);

    expect(outcome).toEqual({ terminatedBy: ['w2@x'], withoutTask: ['w1@x', 'w3@x'], failed: [failed] });
  });
});
