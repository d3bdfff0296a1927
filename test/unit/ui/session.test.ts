import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DialogState } from '../../../src/ui/model/dialog.ts';
import { Session } from '../../../src/ui/session.ts';
import { FakeCluster } from '../monitor/fake-cluster.ts';

const nothing = (): void => undefined;
const size = { columns: 80, rows: 24 };
let cluster: FakeCluster;
let session: Session;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  cluster = new FakeCluster();
  cluster.addWorker('celery@w1');
  await cluster.start();
  await cluster.pass(3);
  session = new Session(
    cluster.monitor,
    {
      view: 'workers',
      timeMode: 'utc',
      readonly: false,
      ascii: false,
      colour: false,
      rate: 4,
      name: undefined,
    },
    {
      quit: nothing,
      suspend: nothing,
      redraw: nothing,
      pager: nothing,
      copy: nothing,
      setRate: nothing,
      record: nothing,
      keepFilter: nothing,
      repaint: nothing,
    },
  );
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

function type(text: string, chunk: number): void {
  for (const letter of text) {
    const key = letter === ' ' ? 'space' : letter === '\r' ? 'enter' : letter;
    session.press({ type: 'key', key, chunk }, size);
  }
}

function dialog(): DialogState | undefined {
  const { overlay } = session.view;
  return overlay?.kind === 'dialog' ? overlay.dialog : undefined;
}

describe('keys that arrive in one chunk', () => {
  it.each([
    [':', ':shutdown w1\r'],
    ['a', 'aX'],
    ['?', '?shut\r'],
  ])('do not answer the question that %s opened among them', async (_, keys) => {
    type(`${keys}shutdown 1\r`, 5);
    await cluster.pass(1);

    expect(dialog()).toMatchObject({ operation: 'shutdown', typed: { text: '' } });
    expect(cluster.sent('shutdown')).toEqual([]);

    type('shutdown 1\r', 6);
    await cluster.pass(1);

    expect(dialog()).toBeUndefined();
    expect(cluster.sent('shutdown')).toMatchObject([{ destination: ['celery@w1'] }]);
  });
});
