import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildChrome } from '../../../src/ui/chrome/build-chrome.ts';
import { frameOf } from '../../../src/ui/model/view-state.ts';
import { Session } from '../../../src/ui/session.ts';
import { FakeCluster } from '../monitor/fake-cluster.ts';

const nothing = (): void => undefined;
let cluster: FakeCluster;
let session: Session;
let nextTask = 0;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 7, 22, 14, 3, 20) });
  cluster = new FakeCluster();
  cluster.addWorker('celery@w1');
  await cluster.start();
  await cluster.pass(3);
  session = new Session(
    cluster.monitor,
    {
      ...{ view: 'types', timeMode: 'utc', readonly: false, ascii: false },
      colour: false,
      rate: 4,
      name: undefined,
    },
    {
      ...{ quit: nothing, suspend: nothing, redraw: nothing, pager: nothing },
      ...{ copy: nothing, setRate: nothing, record: nothing, keepFilter: nothing, repaint: nothing },
    },
  );
});

afterEach(async () => {
  await cluster.close();
  vi.useRealTimers();
});

/** So many runs of a type, each of which takes that long. */
async function runs(name: string, count: number, runtime: number, end = 'succeeded'): Promise<void> {
  const timestamp = Date.now() / 1000;
  for (let n = 0; n < count; n += 1) {
    const task = { uuid: `task${nextTask++}`, hostname: 'celery@w1', timestamp };
    cluster.event('task-received', { ...task, name });
    cluster.event('task-started', { ...task, timestamp: timestamp + 0.01 });
    cluster.event(`task-${end}`, { ...task, timestamp: timestamp + runtime, runtime });
  }
  await cluster.pass(0);
}

function press(...keys: readonly string[]): void {
  for (const [chunk, key] of keys.entries()) {
    session.press({ type: 'key', key, chunk: chunk + 10 }, { columns: 80, rows: 24 });
  }
}

function body(columns = 80, rows = 24): string[] {
  const size = { width: columns - 1, rows: rows - 5, screenRows: rows };
  return session.picture
    .body(session.view, size)
    .map((line) =>
      line
        .map((span) => span.text)
        .join('')
        .trimEnd(),
    )
    .filter((line) => line !== '');
}

function scope(columns = 80): string {
  const { above } = buildChrome(session.picture, session.view, { columns, rows: 24 });
  return (above[2] ?? []).map((span) => span.text).join('');
}

it('says what will be seen before there is anything', () => {
  expect(body()[1]).toBe(' No task has been seen yet.');
  expect(scope()).toMatch(/^ \(no filter\) {3}window 15m, W to change +0 types$/);
});

it('shows what was counted, with what is known of the type under the cursor', async () => {
  await runs('app.add', 30, 0.5);
  await runs('app.mail', 9, 0.2, 'failed');
  await runs('app.mail', 11, 2);
  await cluster.pass(2);

  expect(body()).toEqual([
    '   TYPE                            COUNT    RATE FAIL%▼     P50     P95     P99',
    '>  app.mail                           20    10/s ✗ 45.0   2.00s   2.00s   2.00s',
    '   app.add                            30    15/s    0.0   0.50s   0.50s   0.50s',
    '── app.mail ─────────────────────────────────────────────── no rate limit known',
    ' run 2.00s p95 2.00s   ✓11 ✗9 ↻0 ⊘0   running 0   started 20',
    ' wait in worker 10ms p95 10ms   in queue – needs task_send_sent_event',
  ]);
  expect(scope()).toMatch(/ 2 types$/);
  expect(scope(140)).toMatch(/all types 25\/s {2}18\.0% fail {2}p95 2\.00s {3}2 types$/);
});

it('changes rows once a second, and keys act on the row that was painted', async () => {
  await runs('app.add', 1, 1);
  body();
  await runs('app.worse', 1, 1, 'failed');
  await cluster.pass(0.9);
  expect(body()[1]).toMatch(/^> {2}app\.add /);

  await cluster.pass(0.2);
  press('l');
  expect(session.view.overlay).toMatchObject({ dialog: { target: { taskName: 'app.add' } } });
  press('escape');
  expect(body()[1]).toMatch(/^> {2}app\.worse /);
});

it('keeps its figures while paused', async () => {
  await runs('app.add', 1, 1);
  const before = [...body(), scope(140)];
  press('p');
  await runs('app.add', 5, 1);
  await cluster.pass(5);
  expect([body()[1], scope(140)]).toEqual([before[1], before.at(-1)]);

  press('p');
  expect(body()[1]).toMatch(/app\.add +6 /);
});

it('opens the tasks of a type, and says so', async () => {
  await runs('app.mail', 2, 1, 'failed');
  await runs('app.add', 3, 1);
  body();
  press('enter');

  expect(frameOf(session.view)).toMatchObject({ screen: 'tasks', type: 'app.mail' });
  expect(body().filter((line) => line.includes('app.mail'))).toHaveLength(3);
  expect(body().join('\n')).not.toContain('app.add');
  expect(scope()).toMatch(/^ type app\.mail › .* 2 of 5$/);
});

it('sends the limit of the type under the cursor, and shows it from then on', async () => {
  await runs('app.add', 2, 1);
  body();
  press('l', ...'5/s', 'enter');
  await cluster.pass(8);

  expect(cluster.sent('rate_limit')).toMatchObject([
    { arguments: { task_name: 'app.add', rate_limit: '5/s' } },
  ]);
});
