import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { RecordedItem } from '../../../src/recording/recording.ts';
import { EventRing } from '../../../src/replay/event-ring.ts';
import { Moment } from '../../../src/replay/moment.ts';
import { Replay } from '../../../src/replay/replay.ts';
import { buildChrome } from '../../../src/ui/chrome/build-chrome.ts';
import { frameOf } from '../../../src/ui/model/view-state.ts';
import { Session, type SessionEffects } from '../../../src/ui/session.ts';
import type { Past } from '../../../src/ui/time-travel.ts';
import type { Config } from '../../../src/ui/ui-config.ts';
import { ManualTimers } from '../../support/manual-timers.ts';
import { FakeCluster } from '../monitor/fake-cluster.ts';
import { cut, item, sourceOf } from '../replay/memory-source.ts';

const size = { columns: 100, rows: 30 };
const begin = Date.UTC(2026, 7, 22, 13, 40) / 1000;

const config: Config = {
  ...{ view: 'tasks', timeMode: 'utc', readonly: false, ascii: false, colour: false, rate: 4 },
  name: undefined,
};

/** Each ten seconds a task; each third fails a second after it came. The last thing is at 13:49:51. */
function someTasks(): readonly RecordedItem[] {
  return Array.from({ length: 60 }, (_, n) => {
    const task = { uuid: `${String(n).padStart(8, '0')}-0000`, hostname: 'celery@w1', pid: 1, utcoffset: 0 };
    const received = begin + n * 10;
    const stamps = (time: number, clock: number): object => ({
      timestamp: time,
      local_received: time,
      clock,
    });
    return [
      item({ ...task, type: 'task-received', name: 'app.add', ...stamps(received, 2 * n + 1) }),
      item({
        ...task,
        type: n % 3 === 2 ? 'task-failed' : 'task-succeeded',
        ...stamps(received + 1, 2 * n + 2),
      }),
    ];
  }).flat();
}

type Spies = { readonly [Key in keyof SessionEffects]: Mock<SessionEffects[Key]> };

function spies(): Spies {
  const names = ['quit', 'suspend', 'redraw', 'pager', 'copy', 'setRate', 'record', 'keepFilter', 'repaint'];
  return Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as Spies;
}

let chunk = 0;

function pressing(session: Session, ...keys: readonly string[]): void {
  for (const key of keys) {
    chunk += 1;
    session.press({ type: 'key', key, chunk }, size);
  }
}

function typing(session: Session, text: string): void {
  pressing(session, ':', ...[...text].map((letter) => (letter === ' ' ? 'space' : letter)), 'enter');
}

/** The rows of the screen, from the status line to the hints. */
function screenOf({ picture, view }: Session): readonly string[] {
  const chrome = buildChrome(picture, view, size);
  const room = size.rows - 1 - chrome.above.length - chrome.below.length;
  const body = picture.body(view, { width: size.columns - 1, rows: room, screenRows: size.rows });
  return [...chrome.above, ...body, ...chrome.below].map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

const status = (session: Session): string => screenOf(session)[0] ?? '';
const message = (session: Session): string | undefined => session.view.message?.text;

describe('a recording on screen', () => {
  let session: Session;
  let replay: Replay;
  let timers: ManualTimers;
  let effects: Spies;

  beforeEach(() => {
    const source = sourceOf(cut(someTasks(), [7, 20]));
    timers = new ManualTimers();
    effects = spies();
    const start = Moment.before(source.from);
    replay = new Replay({ kind: 'replay', label: 'night.jsonl.gz', source, start, timers });
    session = new Session(replay, config, effects, { replay });
  });

  afterEach(() => replay.close());

  const clock = (): string => new Date(Math.round(replay.at * 1000)).toISOString().slice(11, 19);

  async function keys(...names: readonly string[]): Promise<void> {
    pressing(session, ...names);
    await replay.playback.settled();
  }

  async function command(text: string): Promise<void> {
    typing(session, text);
    await replay.playback.settled();
  }

  /** Time goes by for whoever looks. */
  async function pass(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 20; n += 1) {
      timers.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
      await replay.playback.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('says so and when it was', async () => {
    await command('at 13:45');

    expect(status(session)).toMatch(/^ {2}REPLAY night\.jsonl\.gz {3}‖ .* ev\/s then .* 13:45:00 UTC$/);
    expect(screenOf(session).join('\n')).toMatch(/^ ─+●─+ +50\.7 %$/m);
  });

  it('goes to times and places', async () => {
    await command('at 13:45');
    expect([clock(), replay.state.tasks.size]).toEqual(['13:45:00', 31]);
    await command('at -2m');
    expect([clock(), replay.state.tasks.size]).toEqual(['13:43:00', 19]);
    await keys('>');
    expect(clock()).toBe('13:43:10');
    await keys('<', '<');
    expect(clock()).toBe('13:42:50');
    await keys('.');
    expect(clock()).toBe('13:42:51');
    await keys('.');
    expect(clock()).toBe('13:43:00');
    await keys(',', ',');
    expect([clock(), replay.playback.moment.position]).toEqual(['13:42:50', 35]);
    await keys('}');
    expect(clock()).toBe('13:42:51');
    expect(replay.state.tasks.get('00000017-0000')?.state).toBe('FAILURE');
    await keys('{');
    expect(clock()).toBe('13:42:21');
    await keys('%', '4', '0', 'enter');
    expect(clock()).toBe('13:43:56');
    await keys('f');
    expect([clock(), replay.state.tasks.size]).toEqual(['13:49:51', 60]);
    await keys('%', '0', 'enter');
    expect([clock(), replay.state.tasks.size]).toEqual(['13:40:00', 1]);
  });

  it('stays where it is for a time that is none, and says it', async () => {
    await command('at 13:45');
    await command('at teatime');

    expect(clock()).toBe('13:45:00');
    expect(message(session)).toContain('"teatime" is no time');
  });

  it('goes to the nearest end for a time outside', async () => {
    await command('at 09:00');
    expect(clock()).toBe('13:40:00');
    await command('at 15:00');
    expect(clock()).toBe('13:49:51');
  });

  it('says where there is no further failure', async () => {
    await keys('f', '}');
    await vi.waitFor(() => expect(message(session)).toBe('no failure after this time'));
    await keys('%', '0', 'enter', '{');
    await vi.waitFor(() => expect(message(session)).toBe('no failure before this time'));
  });

  it('looks the same after a step back and forward, and another way to the same place', async () => {
    await command('at 13:45:01');
    const before = screenOf(session);

    await keys(',');
    const back = screenOf(session);
    await keys('.');
    expect(screenOf(session)).toEqual(before);
    await keys('f', '%', '1', '0', 'enter');
    await command('at 13:45:01');
    expect(screenOf(session)).toEqual(before);

    await keys(',');
    expect(screenOf(session)).toEqual(back);
    expect(back).not.toEqual(before);
  });

  it('plays, stops, and goes faster and slower', async () => {
    await keys('p');
    expect(status(session)).toContain('▸ ×1 ');
    await pass(10);
    expect(replay.at - begin).toBeCloseTo(10, 0);

    await keys('+', '+');
    expect(status(session)).toContain('▸ ×4 ');
    const at = replay.at;
    await pass(5);
    expect(replay.at - at).toBeCloseTo(20, 0);

    await keys('p');
    expect(session.standsStill).toBe(true);
    const stopped = replay.at;
    await pass(5);
    expect(replay.at).toBe(stopped);

    for (let n = 0; n < 5; n += 1) await keys('-');
    expect(replay.player.speed).toBe(0.25);
    for (let n = 0; n < 10; n += 1) await keys('+');
    await keys('p');
    expect(status(session)).toContain('▸ max');
    await pass(3);
    expect([replay.playback.atEnd, session.standsStill]).toEqual([true, true]);
  });

  it('has nothing to play at the end, and says so', async () => {
    await keys('f');
    await keys('p');

    expect(session.standsStill).toBe(true);
    expect(message(session)).toBe('this is the end: < goes back');
    await keys('<', 'p');
    expect(session.standsStill).toBe(false);
  });

  it('plays no faster for who presses p again and again', async () => {
    await keys('p');
    timers.advance(50);
    pressing(session, 'p', 'p', 'p', 'p');
    await pass(10);

    expect(replay.at - begin).toBeCloseTo(10, 0);
    expect(timers.pendingCount).toBe(1);
  });

  it('stops where somebody steps, and plays on from where somebody jumps', async () => {
    await keys('p', '>');
    expect(session.standsStill).toBe(false);
    for (const key of ['.', ',', '}', '{']) {
      await keys(key);
      expect(session.standsStill).toBe(true);
      await keys('p');
    }
  });

  it.each(['c', 'C', 'l', 'L', 'E'])('refuses %s on a task', async (key) => {
    await keys('f', key);

    expect(message(session)).toBe('replay, nothing is sent');
    expect(session.view.overlay).toBeUndefined();
    expect(replay.commands.entries).toEqual([]);
  });

  it.each(['=', 'b', 'B', 'X', 'E'])('refuses %s on a worker', async (key) => {
    await keys('f', '3', key);

    expect(message(session)).toBe('replay, nothing is sent');
    expect(replay.commands.entries).toEqual([]);
  });

  it.each([
    ...['ping', 'shutdown celery@w1', 'grow celery@w1', 'rate_limit app.add 1/s', 'revoke 00000001-0000'],
    ...[
      'enable_events',
      'disable_events celery@w1',
      'add_consumer mail celery@w1',
      'terminate 00000001-0000',
    ],
  ])('refuses :%s', async (text) => {
    await keys('f');
    await command(text);

    expect(message(session)).toBe('replay, nothing is sent');
    expect(session.view.overlay).toBeUndefined();
    expect(replay.commands.entries).toEqual([]);
  });

  it('asks nobody anything with Ctrl-R', async () => {
    await keys('ctrl-r');

    expect(message(session)).toBe('replay, nothing is sent');
  });

  it('closes the detail of a task that was not known at the time gone to, and says it', async () => {
    await command('at 13:45');
    await keys('enter');
    expect(frameOf(session.view)).toMatchObject({ screen: 'task', uuid: '00000030-0000' });

    await keys('<');

    expect(session.view.stack).toHaveLength(1);
    expect(message(session)).toBe('task 00000030 is not known at this time');
  });

  it('keeps the detail of one that was known, as it was then', async () => {
    await command('at 13:45:01');
    await keys('enter');
    expect(screenOf(session).join('\n')).toContain('SUCCESS');

    await keys(',');

    expect(frameOf(session.view)).toMatchObject({ screen: 'task', uuid: '00000030-0000' });
    expect(screenOf(session).join('\n')).toContain('RECEIVED');
    expect(screenOf(session).join('\n')).not.toContain('SUCCESS');
  });

  it('closes also what lies open in another view, without a word', async () => {
    await command('at 13:45');
    await keys('enter', '3', '<');

    expect(message(session)).toBeUndefined();
    await keys('2');
    expect(session.view.stack).toHaveLength(1);
  });

  it('lets a held list go, and the cursor is on the newest task of then', async () => {
    await command('at 13:45');
    await keys('j', 'j');
    expect(frameOf(session.view)).toMatchObject({ held: expect.anything() });

    await keys('<');

    expect(frameOf(session.view)).toMatchObject({ held: undefined });
    expect(screenOf(session).find((row) => row.startsWith('>'))).toContain('00000029');
  });

  it('shows workers and types of then', async () => {
    await command('at 13:45');
    await keys('3');
    expect(screenOf(session).join('\n')).toContain('celery@w1');
    await keys('4');
    expect(screenOf(session).find((row) => row.includes('app.add'))).toMatch(/^> +app\.add +0 +30 /);
  });

  it('ends with q, and goes nowhere with Esc', async () => {
    await keys('escape');
    expect(effects.quit).not.toHaveBeenCalled();
    expect(session.view.playback).toBe('replay');

    await keys('q');
    expect(effects.quit).toHaveBeenCalledOnce();
  });
});

/** A task a second, the first at 13:40:00. */
describe('a live session', () => {
  let cluster: FakeCluster;
  let session: Session;
  let ring: EventRing;
  const rewinds: Replay[] = [];

  beforeEach(async () => {
    vi.useFakeTimers({ now: begin * 1000 });
    ring = new EventRing({
      ...{
        fold: () => cluster.monitor.fold,
        bytes: 1e6,
        bytesOfLarge: 1e6,
        tasksCopied: 20_000,
        utcoffset: false,
      },
      now: () => Date.now() / 1000,
    });
    cluster = new FakeCluster({ ring });
    await cluster.start();
    rewinds.length = 0;
    const past: Past = {
      rewind: () => {
        const replay = ring.replay(() => cluster.monitor.recorder);
        if (replay !== undefined) rewinds.push(replay);
        return replay;
      },
    };
    session = new Session(cluster.monitor, config, spies(), past);
    session.onChange(() => undefined);
  });

  afterEach(async () => {
    await cluster.close();
    vi.useRealTimers();
  });

  async function keys(...names: readonly string[]): Promise<void> {
    pressing(session, ...names);
    await cluster.pass(0.05);
  }

  async function tasks(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n += 1) {
      const task = {
        uuid: `${String(n).padStart(8, '0')}-0000`,
        hostname: 'celery@w1',
        pid: 1,
        utcoffset: 0,
      };
      cluster.event('task-received', { ...task, name: 'app.add', clock: n + 1 });
      await cluster.pass(1);
    }
  }

  const listed = (): string | undefined => screenOf(session).find((row) => row.startsWith('>'));

  it('says that there is nothing to go back to while nothing has come', async () => {
    await keys('<');

    expect(message(session)).toBe('there is nothing to go back to yet');
    expect(session.view.playback).toBeUndefined();
    expect(session.watched).toBe(cluster.monitor);
  });

  it('goes back with <, while the present goes on, and returns with f', async () => {
    cluster.addWorker('celery@w1');
    await tasks(0, 30);
    await keys('<');

    expect(session.view.playback).toBe('rewind');
    expect(status(session)).toMatch(/^ {2}○ REWIND \(-10s\) {3}‖ /);
    expect(listed()).toContain('00000020');
    expect(session.watched.state.tasks.size).toBe(21);
    expect(cluster.monitor.state.tasks.size).toBe(30);

    await tasks(30, 35);
    expect(cluster.monitor.state.tasks.size).toBe(35);
    expect(session.watched.state.tasks.size).toBe(21);
    expect(status(session)).toContain('REWIND (-15s)');

    await keys('f');
    expect(session.view.playback).toBeUndefined();
    expect(session.watched).toBe(cluster.monitor);
    expect(status(session)).toContain('● LIVE');
    expect(listed()).toContain('00000034');
  });

  it('does not return for keys that lead to the end of what was', async () => {
    await tasks(0, 30);
    await keys('<');
    await keys('>');
    await keys('<', '>');

    expect(session.view.playback).toBe('rewind');
  });

  it.each([['f'], ['escape'], ['q'], ['>', '>'], ['>', '.'], ['>', 'p']])(
    'returns with %s %s',
    async (...back) => {
      await tasks(0, 30);
      await keys('<');
      for (const key of back) await keys(key);

      expect(session.view.playback).toBeUndefined();
      expect(status(session)).toContain('LIVE');
      // What the message line said of the past would be taken for the present.
      expect(session.view.message?.text).toBe('live again');
    },
  );

  it('goes further back with <, , and :rewind, to the earliest that there is, in one and the same past', async () => {
    await tasks(0, 60);
    await keys('<', '<', ',');
    const at = (): number => Math.round((session.watched as Replay).at - begin);
    expect([at(), rewinds.length]).toEqual([39, 1]);
    typing(session, 'rewind 20s');
    await cluster.pass(0.05);
    expect([at(), rewinds.length]).toEqual([19, 1]);
    typing(session, 'rewind');
    await cluster.pass(0.05);
    expect([at(), rewinds.length]).toEqual([9, 1]);
    typing(session, 'rewind 1h');
    await cluster.pass(0.05);
    expect([at(), session.watched.state.tasks.size]).toEqual([0, 1]);
  });

  it('begins a rewind from where it is now each time', async () => {
    await tasks(0, 30);
    await keys('<', 'f');
    await tasks(30, 60);
    await keys('<');

    expect(session.watched.state.tasks.size).toBe(51);
  });

  it('drops what a paused display held', async () => {
    await tasks(0, 30);
    await keys('p');
    expect(session.view.paused).toBeDefined();

    await keys('<');
    expect(session.view.paused).toBeUndefined();
    expect(listed()).toContain('00000020');

    await keys('f');
    expect(status(session)).toContain('LIVE');
  });

  it('sends nothing from the past', async () => {
    cluster.addWorker('celery@w1');
    await tasks(0, 30);
    await keys('<');
    const sent = cluster.requests.length;
    for (const key of ['c', 'l', 'E', 'ctrl-r']) {
      await keys(key);
      expect(message(session)).toBe('replay, nothing is sent');
      expect(session.view.overlay).toBeUndefined();
    }

    expect(cluster.requests.length).toBe(sent);
  });

  it('closes a detail of what was not known then, and opens nothing on the way back', async () => {
    await tasks(0, 30);
    await keys('enter', '<');

    expect(session.view.stack).toHaveLength(1);
    expect(message(session)).toBe('task 00000029 is not known at this time');
    await keys('f');
    expect(frameOf(session.view).screen).toBe('tasks');
  });

  it('forgets the outcome of a command that the message line told', async () => {
    cluster.addWorker('celery@w1');
    await tasks(0, 30);
    typing(session, 'ping');
    await cluster.pass(2);
    expect(session.view.message?.entry).toBeDefined();

    typing(session, 'rewind');
    await cluster.pass(0.05);
    expect(session.view.message?.entry).toBeUndefined();
  });

  it('watches workers in the present when, and only when, they are on screen there', async () => {
    await tasks(0, 30);
    const watch = vi.spyOn(cluster.monitor, 'watchWorkers');
    await keys('<', '3', 'f');
    expect(watch).toHaveBeenLastCalledWith(true);

    await keys('<', '2', 'f');
    expect(watch).toHaveBeenLastCalledWith(false);
  });
});
