import { describe, expect, it } from 'vitest';
import { overlayPaste } from '../../../../src/ui/model/overlay-keys.ts';
import type { ViewState } from '../../../../src/ui/model/view-state.ts';
import {
  burst,
  contextOf,
  press,
  start,
  view,
  type World,
  worker,
  world,
} from '../../../support/view-context.ts';

function typing(text: string): string[] {
  return [...text].map((letter) => (letter === ' ' ? 'space' : letter));
}

function onWorkers(): ViewState {
  return view({ view: 'workers' });
}

describe('a prompt (level 1)', () => {
  it('sends the rate limit of the selected type, also when its keys arrive in one burst', () => {
    const step = burst(world(), view(), 'l', ...typing('10/s'), 'enter');

    expect(step.effects).toEqual([
      {
        kind: 'send',
        request: {
          method: 'rate_limit',
          args: { task_name: 'app.add', rate_limit: '10/s' },
          label: 'rate_limit app.add 10/s',
        },
      },
    ]);
    expect(step.view.overlay).toBeUndefined();
  });

  it('sends to the worker of the task alone when that is chosen', () => {
    const there = world(['started']);

    const step = press(there, view(), 'l', '5', 'tab', 'right', 'enter');

    expect(step.effects).toMatchObject([{ request: { destination: ['celery@w1'] } }]);
  });

  it('refuses a rate that is none before anything is sent', () => {
    const step = press(world(), view(), 'l', ...typing('10/x'), 'enter');

    expect(step.effects).toEqual([]);
    expect(step.view.overlay).toMatchObject({
      kind: 'dialog',
      dialog: { problem: expect.stringContaining('rate') },
    });
  });

  it('refuses a soft limit above the hard one', () => {
    const step = press(world(), view(), 'L', '9', 'tab', '5', 'enter');

    expect(step.effects).toEqual([]);
    expect(step.view.overlay).toMatchObject({ dialog: { problem: expect.stringContaining('soft') } });
  });

  it('is cancelled by Esc and by Ctrl-C, which does not quit', () => {
    for (const key of ['escape', 'ctrl-c']) {
      const step = press(world(), view(), 'l', '1', key);

      expect(step.view.overlay).toBeUndefined();
      expect(step.effects).toEqual([]);
    }
  });

  it('takes a paste as text without its line breaks', () => {
    const there = world();
    const asked = press(there, view(), 'l').view;

    const pasted = overlayPaste(asked, '10/s\ny\n', contextOf(there));

    expect(pasted.overlay).toMatchObject({ dialog: { editors: { rate: { text: '10/s y ' } } } });
  });
});

describe('a yes/no question (level 2)', () => {
  it.each(['enter', 'escape', 'n', 'q', 'ctrl-c', 'x', 'Y', 'space'])('sends nothing on %s', (key) => {
    expect(press(world(), view(), 'c', key).effects).toEqual([]);
  });

  it('sends on y, to the task that was under the cursor', () => {
    expect(press(world(), view(), 'j', 'c', 'y').effects).toMatchObject([
      { request: { method: 'revoke', args: { task_id: ['t2'] } } },
    ]);
  });

  it('discards what arrived in the same chunk as the key that opened it', () => {
    const step = burst(world(), view(), 'c', 'y');

    expect(step.effects).toEqual([]);
    expect(step.view.overlay).toMatchObject({ kind: 'dialog' });
  });

  it('never takes a paste for an answer', () => {
    const there = world();
    const asked = press(there, view(), 'c').view;

    expect(overlayPaste(asked, 'y', contextOf(there))).toEqual(asked);
  });

  it('ignores a paste where there is no field at all', () => {
    const there = world();

    expect(overlayPaste(view(), 'cy', contextOf(there))).toEqual(view());
  });

  it('is refused when the task finished while it was open', () => {
    const there = world(['started']);
    const asked = press(there, view(), 'C').view;
    expect(asked.overlay).toMatchObject({ kind: 'dialog' });

    there.state.event({
      type: 'task-succeeded',
      uuid: 't0',
      hostname: 'celery@w1',
      timestamp: start + 9,
      local_received: start + 9,
      clock: 99,
    });
    const step = press(there, asked, 'y');

    expect(step.effects).toEqual([]);
    expect(step.view.message?.text).toBe('terminate: the task is SUCCESS, only a running task can be killed');
  });

  it('asks for a queue before it cancels one, and for words when nobody would be left', () => {
    const there = world();
    const asked = press(there, onWorkers(), 'B', 'right').view;
    expect(asked.overlay).toMatchObject({ dialog: { editors: { queue: { text: 'mail' } } } });

    expect(press(there, asked, 'y').effects).toEqual([]);
    expect(press(there, asked, ...typing('cancel mail'), 'enter').effects).toMatchObject([
      { request: { method: 'cancel_consumer', args: { queue: 'mail' }, destination: ['celery@w1'] } },
    ]);
  });
});

describe('words to type (level 3)', () => {
  it('shuts a worker down only after the exact words', () => {
    const there = world();
    const asked = press(there, onWorkers(), 'X').view;

    expect(press(there, asked, 'enter').effects).toEqual([]);
    expect(press(there, asked, ...typing('shutdown'), 'enter').effects).toEqual([]);
    expect(press(there, asked, ...typing('shutdown 1'), 'enter').effects).toMatchObject([
      { request: { method: 'shutdown', destination: ['celery@w1'] } },
    ]);
  });

  it('asks for the count when more than ten tasks are marked', () => {
    const there = world(Array.from({ length: 12 }, () => 'received'));
    const asked = press(there, view(), '*', 'c').view;

    expect(press(there, asked, 'y').effects).toEqual([]);
    const [sent] = press(there, asked, ...typing('revoke 12'), 'enter').effects;
    const uuids = sent?.kind === 'send' ? sent.request.args['task_id'] : undefined;
    expect(uuids).toHaveLength(12);
  });
});

describe('a confirmation that has begun', () => {
  it('does not turn into a lesser question while its words are typed', () => {
    const there = world();
    there.workers.set('celery@w2', { ...worker, online: false });
    const asked = press(there, onWorkers(), 'B', 'c', 'a').view;

    there.workers.set('celery@w2', worker);
    const step = press(there, asked, 'y');

    expect(step.effects).toEqual([]);
    expect(step.view.overlay).toMatchObject({ kind: 'dialog', dialog: { typed: { text: 'cay' } } });
  });

  it('keeps its words when it became graver after it was opened', () => {
    const there = world();
    const asked = press(there, onWorkers(), 'B').view;
    there.workers.set('celery@w2', { ...worker, online: false });
    const typing = press(there, asked, 'c').view;
    there.workers.set('celery@w2', worker);

    expect(press(there, typing, 'y').effects).toEqual([]);
  });
});

describe('what cannot be done', () => {
  it.each([
    [
      'disconnected',
      (there: World) => (there.disconnected = 'disconnected: nothing can be sent'),
      'c',
      'disconnected',
    ],
    [
      'autoscaling',
      (there: World) => there.workers.set('celery@w1', { ...worker, autoscale: { min: 1, max: 4 } }),
      '+',
      'autoscales',
    ],
    [
      'a solo pool',
      (there: World) => there.workers.set('celery@w1', { ...worker, poolImplementation: 'solo' }),
      '-',
      'solo pool',
    ],
    ['not autoscaling', (): void => undefined, '=', 'does not autoscale'],
    [
      'an offline worker',
      (there: World) => there.workers.set('celery@w1', { ...worker, online: false }),
      'X',
      'offline',
    ],
  ] as readonly [string, (there: World) => unknown, string, string][])(
    'says why: %s',
    (_, arrange, key, reason) => {
      const there = world();
      arrange(there);

      const step = press(there, key === 'c' ? view() : onWorkers(), key);

      expect(step.view.overlay).toBeUndefined();
      expect(step.view.message?.text).toContain(reason);
      expect(step.effects).toEqual([]);
    },
  );

  it('refuses every operation while read-only', () => {
    for (const key of ['c', 'C', 'l', 'L', 'E']) {
      expect(press(world(['started']), view({ readonly: true }), key).view.message?.text).toBe(
        'read-only (:readonly off)',
      );
    }
  });

  it('asks twice before a pool is shrunk to nothing', () => {
    const there = world();
    const asked = press(there, onWorkers(), '-', 'backspace', '4').view;

    const step = press(there, asked, 'enter');
    expect(step.effects).toEqual([]);
    expect(press(there, step.view, 'y').effects).toMatchObject([
      { request: { method: 'pool_shrink', args: { n: 4 } } },
    ]);
  });
});
