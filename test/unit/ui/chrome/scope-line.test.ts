import { describe, expect, it } from 'vitest';
import { createContext } from '../../../../src/presentation/context.ts';
import { type ScopeFacts, scopeLine } from '../../../../src/ui/chrome/scope-line.ts';
import { press, view, world } from '../../../support/view-context.ts';

const nowMs = Date.UTC(2026, 7, 22, 14, 3, 25);
const context = createContext({ now: nowMs / 1000 });

const facts: ScopeFacts = {
  connection: { kind: 'ready', sinceMs: 0 },
  brokerLabel: 'amqp://user:***@rabbit-1/orders',
  shown: { count: 312, isPartial: false },
  total: 48_210,
  online: 4,
  captureFailure: undefined,
  gap: undefined,
  textPosition: '',
  sortChoices: '[t] time  [r] runtime',
  nowMs,
};

function text(state = view(), change: Partial<ScopeFacts> = {}): string {
  return scopeLine(state, { ...facts, ...change }, 79, context)
    .map((span) => span.text)
    .join('');
}

describe('the scope line', () => {
  it('tells the filter in force and what it leaves', () => {
    expect(text()).toMatch(/^ \(no filter\) .* 48,210 tasks$/);
    expect(text(press(world(), view(), '/', 't', 'enter').view)).toMatch(/^ \/ t .*312 of 48,210$/);
    expect(text(press(world(), view(), '!').view)).toContain('problems only (!)');
  });

  it('says that it is still counting', () => {
    const counting = { shown: { count: 312, isPartial: true } };

    expect(text(press(world(), view(), '/', 't', 'enter').view, counting)).toMatch(/312… of 48,210$/);
    expect(text(press(world(), view(), '/', 't').view, counting)).toMatch(/312… of 48,210$/);
  });

  it('is the input while a filter is typed, its cursor drawn', () => {
    expect(text(press(world(), view(), '/', 't', 't', 'left').view)).toMatch(/^ \/ t▏t .*312 of 48,210$/);
  });

  it('keeps the count of the last valid filter while one does not parse', () => {
    const typed = press(world(), view(), '/', ...'rt:>2x').view;

    expect(text(typed)).toMatch(/rt:>2x▏ .*\(last valid\)$/);
  });

  it('says what is wrong with the connection, and that events no longer arrive', () => {
    const connection = {
      kind: 'retrying',
      attempt: 1,
      retryAtMs: nowMs,
      lostAtMs: nowMs,
      error: 'Cannot reach it.',
    } as const;

    expect(text(view(), { connection })).toContain('✗ Cannot reach it.');
    expect(text(view(), { captureFailure: 'the subscription was refused' })).toContain(
      '✗ events no longer arrive: the subscription was refused',
    );
  });

  it('names the gap after a reconnect', () => {
    const gap = { fromMs: nowMs - 23_000, toMs: nowMs };

    expect(text(view(), { gap })).toContain(
      'reconnected after 23.0s; events from 14:03:02 to 14:03:25 were not seen',
    );
  });
});
