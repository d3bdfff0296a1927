import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../../src/presentation/filter/compile-filter.ts';
import { planFilter } from '../../../../src/presentation/filter/filter-plan.ts';
import { parseFilter } from '../../../../src/presentation/filter/parse-filter.ts';
import type { TaskFilterContext } from '../../../../src/presentation/filter/task-filter-facts.ts';
import { taskFilterFields } from '../../../../src/presentation/filter/task-filter-fields.ts';
import type { Task } from '../../../../src/state/task.ts';
import { context, now, type SampleTask, sampleTasks, stateOf, twoOClock } from './sample-tasks.ts';

const tasks = sampleTasks(2_500, 2);
const state = stateOf(tasks);
const parents = new Set(tasks.map((task) => task.parent));
const marked = new Set(tasks.filter((_, index) => index % 9 === 0).map((task) => task.uuid));
const revoked = new Set(tasks.filter((_, index) => index % 13 === 0).map((task) => task.uuid));
const p99: Readonly<Record<string, number>> = { 'app.mail.email': 2.5, 'celery.chord': 30_000 };
const session = context({
  marked: (uuid) => marked.has(uuid),
  revoking: (uuid) => revoked.has(uuid),
  p99: (name) => p99[name],
  offline: (hostname) => hostname === 'celery@gone',
});

function nodeOf(text: string) {
  const parsed = parseFilter(text, taskFilterFields);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.node;
}

function found(text: string, among: Iterable<Task>, from: TaskFilterContext = session): readonly string[] {
  const keep = compileFilter(nodeOf(text), taskFilterFields, from);
  return [...among]
    .filter((task) => keep(task))
    .map((task) => task.uuid)
    .sort();
}

function expected(keep: (task: SampleTask) => boolean): readonly string[] {
  return tasks
    .filter(keep)
    .map((task) => task.uuid)
    .sort();
}

/** A few of the tasks that only one of the two found. */
function differences(found: readonly string[], wanted: readonly string[]): readonly string[] {
  const [one, other] = [new Set(found), new Set(wanted)];
  const extra = found.filter((uuid) => !other.has(uuid)).map((uuid) => `found ${uuid}`);
  const missing = wanted.filter((uuid) => !one.has(uuid)).map((uuid) => `missing ${uuid}`);
  return [...extra, ...missing].slice(0, 5);
}

const has = (text: string | undefined, part: string): boolean => text?.toLowerCase().includes(part) ?? false;
const isOf =
  (...wanted: readonly SampleTask['state'][]) =>
  (task: SampleTask): boolean =>
    wanted.includes(task.state);
const runs = isOf('STARTED', 'PROGRESS');

/** When its newest event happened. */
const stamp = (task: SampleTask): number => task.ended ?? task.started ?? task.received ?? task.sent;

function runtime(task: SampleTask): number | undefined {
  return runs(task) && task.started !== undefined ? now - task.started : measured(task);
}

function measured(task: SampleTask): number | undefined {
  return task.ended === undefined || task.started === undefined ? undefined : task.ended - task.started;
}

const over = (value: number | undefined, limit: number): boolean => value !== undefined && value > limit;
const slow = (task: SampleTask): boolean =>
  task.name !== undefined && task.name in p99 && over(runtime(task), p99[task.name]!);
const stuck = (task: SampleTask): boolean => runs(task) && (slow(task) || task.worker === 'celery@gone');

/** Everything that bare text is looked for in. */
function words(task: SampleTask): readonly string[] {
  const kwargs = Object.entries(task.kwargs).flatMap(([key, value]) => [
    key,
    value === null ? 'None' : String(value),
  ]);
  return [
    task.uuid,
    task.name,
    task.worker,
    task.queue,
    String(task.id),
    ...kwargs,
    task.result,
    ...(task.exception ?? []),
  ].filter((text) => text !== undefined);
}
const says =
  (part: string) =>
  (task: SampleTask): boolean =>
    words(task).some((text) => has(text, part));

const specified: readonly (readonly [string, (task: SampleTask) => boolean])[] = [
  [
    'state:failure name:*.email worker:w1 runtime:>2s text',
    (task) =>
      task.state === 'FAILURE' &&
      task.name === 'app.mail.email' &&
      /w1/.test(task.worker ?? '') &&
      over(measured(task), 2) &&
      says('text')(task),
  ],
  [
    'state:fail,retry -name:celery.*',
    (task) => isOf('FAILURE', 'RETRY')(task) && !task.name?.startsWith('celery.'),
  ],
  [
    '(state:FAILURE OR state:RETRY) kwargs:queue=priority',
    (task) => isOf('FAILURE', 'RETRY')(task) && task.kwargs['queue'] === 'priority',
  ],
  [
    'time:14:00..14:05 exc:Timeout',
    (task) =>
      stamp(task) >= twoOClock && stamp(task) <= twoOClock + 300 && task.exception?.[0] === 'TimeoutError',
  ],
  ['is:stuck', stuck],
  ['retries:>=2', (task) => task.retries >= 2],
  ['args~"^\\(44"', (task) => String(task.id).startsWith('44')],
  ['is:problem', (task) => isOf('FAILURE', 'RETRY', 'REVOKED')(task) || stuck(task)],
  ['state:failure age:<12h', (task) => task.state === 'FAILURE' && now - stamp(task) < 12 * 3_600],
];

const more: readonly (readonly [string, (task: SampleTask) => boolean])[] = [
  ['state:f', isOf('FAILURE')],
  ['state:fail', isOf('FAILURE')],
  ['state:FAILURE', isOf('FAILURE')],
  ['s:s', isOf('STARTED', 'SUCCESS')],
  ['s=success', isOf('SUCCESS')],
  ['state:prog', isOf('PROGRESS')],
  ['state:running', isOf('STARTED')],
  ['state:failed | state:ok', isOf('FAILURE', 'SUCCESS')],
  ['state!=success', (task) => task.state !== 'SUCCESS'],
  ['state:R*ED', isOf('RECEIVED', 'REVOKED')],
  ['state~^RE', isOf('RECEIVED', 'RETRY', 'REVOKED')],
  ['n:EMAIL', (task) => has(task.name, 'email')],
  ['name=app.mail.email', (task) => task.name === 'app.mail.email'],
  [
    'name=app.mail.email,celery.chord',
    (task) => ['app.mail.email', 'celery.chord'].includes(task.name ?? ''),
  ],
  ['name!=app.mail.email', (task) => task.name !== 'app.mail.email'],
  ['name:app.mail.?????', (task) => task.name === 'app.mail.email'],
  ['name~"mail|chord$"', (task) => has(task.name, 'mail') || task.name === 'celery.chord'],
  ['name~^(app|celery)\\.[cR]', (task) => ['celery.chord'].includes(task.name ?? '')],
  ['NOT name:*', (task) => task.name === undefined],
  ['w:w1 -w:w10', (task) => task.worker === 'celery@w1'],
  ['worker=celery@w2 AND queue=mail', (task) => task.worker === 'celery@w2' && task.queue === 'mail'],
  ['q:"low prio"', (task) => task.queue === 'low prio'],
  ['queue="low prio",mail', (task) => ['low prio', 'mail'].includes(task.queue)],
  ['client:gen1 rk:out', (task) => task.client === 'gen1@web' && task.routingKey === 'mail.out'],
  ['pid:103', (task) => task.received !== undefined && task.pid === 103],
  ['pid:100..102', (task) => task.received !== undefined && task.pid >= 100 && task.pid <= 102],
  ['id:3f', (task) => task.uuid.includes('3f')],
  ['kwargs:queue=PRIORITY', (task) => task.kwargs['queue'] === 'priority'],
  ['kwargs:queue="low prio"', (task) => task.kwargs['queue'] === 'low prio'],
  ['kwargs:queue=mail,celery', (task) => ['mail', 'celery'].includes(String(task.kwargs['queue']))],
  ['kwargs:queue=*i*', (task) => String(task.kwargs['queue']).includes('i')],
  ['kwargs:n=3', (task) => task.kwargs['n'] === 3],
  ['kwargs:note="x, y"', (task) => task.kwargs['note'] === 'x, y'],
  ['kwargs:note=', (task) => task.kwargs['note'] === null],
  ['kwargs:note', (task) => 'note' in task.kwargs],
  ['result:STORED', (task) => task.result === "'stored'"],
  ['result=42', (task) => task.result === '42'],
  ['exc:"ValueError: bad"', (task) => task.exception?.[0] === 'ValueError'],
  ['exc:"ValueError(\'bad"', (task) => task.exception?.[0] === 'ValueError'],
  ['exc:*refused*', (task) => task.exception?.[0] === 'ConnectionError'],
  ['tb:"most recent"', (task) => task.traceback],
  ['runtime:1s..2s', (task) => over(runtime(task), 0) && runtime(task)! >= 1 && runtime(task)! <= 2],
  ['runtime:..500ms', (task) => runtime(task) !== undefined && runtime(task)! <= 0.5],
  ['rt:>2.5', (task) => over(runtime(task), 2.5)],
  ['runtime>2.5', (task) => over(runtime(task), 2.5)],
  ['runtime:>1h', (task) => over(runtime(task), 3_600)],
  ['runtime!=1..2', (task) => runtime(task) === undefined || runtime(task)! < 1 || runtime(task)! > 2],
  ['-runtime:>=0', (task) => runtime(task) === undefined],
  ['runtime:2s', (task) => runtime(task)! >= 1.5 && runtime(task)! < 2.5],
  [
    'wait:<1s',
    (task) =>
      task.started === undefined
        ? task.state !== 'REVOKED' && now - (task.received ?? task.sent) < 1
        : task.started - task.received! < 1,
  ],
  ['qwait:>2', (task) => (task.received ?? now) - task.sent > 2],
  ['retries:1,3', (task) => task.retries === 1 || task.retries === 3],
  ['retries!=0', (task) => task.retries !== 0],
  ['retries:0.001k..', (task) => task.retries >= 1],
  ['parent:a', (task) => has(task.parent, 'a')],
  ['time:14:03', (task) => stamp(task) >= twoOClock + 180 && stamp(task) < twoOClock + 240],
  ['time:14:03:20', (task) => stamp(task) >= twoOClock + 200 && stamp(task) < twoOClock + 201],
  ['time:2023-11-14T14:03', (task) => stamp(task) >= twoOClock + 180 && stamp(task) < twoOClock + 240],
  ['time:2023-11-14', (task) => stamp(task) >= twoOClock - 14 * 3_600],
  ['time:<2023-11-14T15:00+01:00', (task) => stamp(task) < twoOClock],
  ['time:>=14:00', (task) => stamp(task) >= twoOClock],
  [
    'time:23:00..01:00',
    (task) => stamp(task) >= twoOClock - 15 * 3_600 && stamp(task) <= twoOClock - 13 * 3_600,
  ],
  ['time:-90m', (task) => stamp(task) >= now - 5_400],
  ['time:>-90m', (task) => stamp(task) > now - 5_400],
  ['time:-9h..-8h', (task) => stamp(task) >= now - 9 * 3_600 && stamp(task) <= now - 8 * 3_600],
  ['eta:>now', (task) => over(task.eta, now)],
  ['eta:22:30..', (task) => task.eta !== undefined && task.eta >= twoOClock + 8.5 * 3_600],
  ['is:active', runs],
  ['is:ready', isOf('SUCCESS', 'FAILURE', 'REVOKED')],
  ['is:slow', slow],
  ['is:root', (task) => task.parent === undefined],
  ['is:leaf', (task) => !parents.has(task.uuid)],
  ['is:retried', (task) => task.state === 'RETRY' || task.retries > 0],
  ['is:marked', (task) => marked.has(task.uuid)],
  ['is:revoking', (task) => revoked.has(task.uuid) && !isOf('SUCCESS', 'FAILURE', 'REVOKED')(task)],
  [
    'is:late',
    (task) =>
      isOf('PENDING', 'RECEIVED')(task) && now - Math.max(task.received ?? task.sent, task.eta ?? 0) > 60,
  ],
  ['is:slow,marked', (task) => slow(task) || marked.has(task.uuid)],
  ['has:traceback', (task) => task.traceback],
  ['has:result', (task) => task.result !== undefined],
  ['has:eta', (task) => task.eta !== undefined],
  ['has:parent', (task) => task.parent !== undefined],
  ['has:children', (task) => parents.has(task.uuid)],
  ['refused', says('refused')],
  ['Build', (task) => task.name === 'app.reports.Build'],
  ['BUILD', () => false],
  ['build', (task) => task.name === 'app.reports.Build'],
  ['"some text"', says('some text')],
  ['-!"some text"', says('some text')],
  ['!(state:success | w:w1)', (task) => task.state !== 'SUCCESS' && !/w1/.test(task.worker ?? '')],
  [
    'state:success OR state:failure name:email',
    (task) => task.state === 'SUCCESS' || (task.state === 'FAILURE' && has(task.name, 'email')),
  ],
  ['', () => true],
];

describe('a filter of tasks', () => {
  it.each(specified)('that the specification names finds what a count by hand finds: %s', (text, keep) => {
    const matches = expected(keep);

    expect(differences(found(text, state.tasks.values()), matches)).toEqual([]);
    expect(matches.length).toBeGreaterThan(0);
    expect(matches.length).toBeLessThan(tasks.length);
  });

  it.each(more)('finds what a count by hand finds: %s', (text, keep) => {
    expect(differences(found(text, state.tasks.values()), expected(keep))).toEqual([]);
  });

  it.each([...specified, ...more])(
    'finds the same among the tasks that the indexes leave: %s',
    (text, keep) => {
      const plan = planFilter(nodeOf(text), taskFilterFields);
      const left = [...state.tasks.values()].filter(
        (task) =>
          (plan.state?.test(task.state) ?? true) &&
          (plan.name?.test(task.name ?? undefined) ?? true) &&
          (plan.worker?.test(task.worker) ?? true) &&
          (plan.root?.test(task.rootId ?? undefined) ?? true) &&
          (plan.uuid?.test(task.uuid) ?? true),
      );

      expect(differences(found(text, left), expected(keep))).toEqual([]);
    },
  );

  it('follows the clock where its times count from now', () => {
    let time = now;
    const keep = compileFilter(nodeOf('time:>-1h'), taskFilterFields, context({ now: () => time }));
    const newest = [...state.tasks.values()].sort(
      (left, right) => (right.timestamp ?? 0) - (left.timestamp ?? 0),
    )[0]!;
    const before = keep(newest);
    time += 7_200;

    expect([before, keep(newest)]).toEqual([true, false]);
  });

  it('takes clock times in the zone that is shown', () => {
    const inBerlin = context({ zoneOffset: () => 3_600 });

    expect(found('time:15:00..15:05', state.tasks.values(), inBerlin)).toEqual(
      expected((task) => stamp(task) >= twoOClock && stamp(task) <= twoOClock + 300),
    );
  });

  it('does not say of a task whose fate is unknown that it runs long', () => {
    const afterGap = context({ unknown: () => true, offline: () => false });

    expect(found('is:stuck', state.tasks.values(), afterGap)).toEqual([]);
  });

  it('lists what ran on a worker that is gone, although its fate is unknown', () => {
    const orphaned = context({ unknown: () => true, offline: (hostname) => hostname === 'celery@gone' });
    const orphan = (task: SampleTask): boolean => runs(task) && task.worker === 'celery@gone';

    expect(found('is:stuck', state.tasks.values(), orphaned)).toEqual(expected(orphan));
    expect(expected(orphan)).not.toEqual([]);
  });

  it('is not stopped by what a hostile event carries', () => {
    const hostile = {
      uuid: 'x',
      state: 'STARTED',
      name: { toString: 1 },
      args: ['x'.repeat(200_000)],
      kwargs: { queue: { deep: [] } },
      exception: 7,
      eta: [],
      timestamp: 'yesterday',
      retries: {},
      children: undefined,
    };
    for (const [text] of [...specified, ...more]) {
      expect(typeof compileFilter(nodeOf(text), taskFilterFields, session)(hostile)).toBe('boolean');
    }
  });
});
