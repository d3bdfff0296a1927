import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStandingCluster, type StandingCluster, uuidOf } from '../support/standing-cluster.ts';
import { rowWidth, selectedUuid } from '../support/task-table.ts';
import type { OutputRecord, Terminal } from '../support/tmux.ts';
import { heartbeat, type Wire } from '../support/wire.ts';

/** A title, a bell, red, the answerback question, an 8-bit CSI, a right-to-left override, a screen wipe, NUL, newlines. */
const poison =
  '\x1b]0;PWNED\x07\x1b[31mred\x1b[2J\x1b[6n\x1bP+q\x1b\\\x9b31mcsi\u202egnp.\u2066\x00\r\nnew\tline\x7f\u0085\ud800';

describe('what a broker may hold', () => {
  let cluster: StandingCluster;
  let terminal: Terminal;
  let wire: Wire;
  let record: OutputRecord;
  let unreadable = 0;

  beforeAll(async () => {
    cluster = await openStandingCluster({ columns: 140, rows: 40 });
    ({ terminal, wire } = cluster);
    record = await terminal.recordOutput();
  });
  afterAll(() => cluster?.close());

  async function expectAlive(): Promise<void> {
    const uuid = uuidOf(9000 + Math.floor(Math.random() * 1000));
    await wire.event('task-received', {
      uuid,
      hostname: 'w1@still',
      name: 'app.after',
      args: '()',
      kwargs: '{}',
    });
    await terminal.keys('Escape', 'Escape', 'Escape', '2', 'f');
    // Not by its place: what came before may have claimed any time and any clock.
    await terminal.type(`/${uuid.slice(0, 8)}\r`);
    const screen = await terminal.waitFor((rows) => selectedUuid(rows) === uuid.slice(0, 8));
    expect(screen.every((row) => rowWidth(row) <= 139)).toBe(true);
    await terminal.keys('Escape');
    await terminal.waitFor('(no filter)');
  }

  it('counts bodies that are not JSON, on the status line', async () => {
    const bodies: [string | Uint8Array, object?][] = [
      ['{'],
      ['not json at all \x1b[31m'],
      [''],
      [new Uint8Array([0xff, 0xfe, 0x00, 0x80])],
      ['gASVCwAAAAAAAAB9lC4=', { contentType: 'application/x-python-serialize', contentEncoding: 'base64' }],
      ['a: 1', { contentType: 'application/x-yaml' }],
      ['{}', { contentType: poison }],
      ['{}', { headers: { compression: 'application/x-gzip' } }],
    ];

    for (const [body, message] of bodies) await wire.raw('task.received', body, message);

    unreadable = bodies.length;
    await terminal.waitFor(new RegExp(`!${unreadable} unreadable`));
    await expectAlive();
  });

  it('counts lists of garbage, and takes the events among it', async () => {
    const uuid = uuidOf(700);
    const event = {
      type: 'task-received',
      uuid,
      hostname: 'w2@still',
      name: 'app.multi',
      timestamp: Date.now() / 1000,
      clock: 1000,
    };
    const list = [1, null, 'text', [], {}, { type: 5 }, event];

    await wire.raw('task.multi', JSON.stringify(list));

    await terminal.keys('f');
    await terminal.type(`/${uuid.slice(0, 8)}\r`);
    await terminal.waitFor((rows) => selectedUuid(rows) === uuid.slice(0, 8));
    const screen = await terminal.waitFor((rows) => {
      const count = Number(/!(\d+) unreadable/.exec(rows[0] ?? '')?.[1]);
      return count > unreadable;
    });
    expect(screen[0]).toContain('LIVE');
    await expectAlive();
  });

  it('survives events without fields, and with fields of every wrong type', async () => {
    const values = [null, true, -1, 1e308, 'text', [], [[[[]]]], {}, { a: { b: 1 } }, poison, 'NaN'];
    for (const type of [
      'task-received',
      'task-failed',
      'worker-heartbeat',
      'task-',
      'worker-',
      '-',
      poison,
    ]) {
      await wire.raw('x.y', JSON.stringify({ type }));
      for (const value of values) {
        const fields = [
          'uuid',
          'hostname',
          'name',
          'args',
          'kwargs',
          'timestamp',
          'clock',
          'retries',
          'runtime',
          'eta',
        ];
        const all = Object.fromEntries(fields.map((field) => [field, value]));
        await wire.raw('x.y', JSON.stringify({ type, ...all }));
        await wire.raw(
          'x.y',
          JSON.stringify({
            ...all,
            type,
            uuid: `u-${JSON.stringify(value)}`,
            hostname: 'w1@still',
            traceback: value,
            exception: value,
            result: value,
          }),
        );
      }
    }

    await expectAlive();
  });

  it('shows poisoned tasks in all their tabs, and nothing of the poison reaches the terminal', async () => {
    const task = { uuid: uuidOf(800), hostname: 'w1@still' };
    await wire.event('task-received', { ...task, name: `app.${poison}`, args: poison, kwargs: poison });
    await wire.event('task-failed', {
      ...task,
      exception: poison,
      traceback: `Traceback (most recent call last):\n${poison}\n${poison}`,
    });
    await terminal.keys('Escape', 'Escape', '2', 'f');
    await terminal.type(`/${task.uuid.slice(0, 8)}\r`);
    await terminal.waitFor((rows) => selectedUuid(rows) === task.uuid.slice(0, 8));

    await terminal.keys('i');
    await terminal.waitFor('[Info]');
    for (const tab of ['Args', 'Result', 'Traceback', 'Raw']) {
      await terminal.keys('Tab');
      await terminal.waitFor(`[${tab}]`);
    }
    const raw = (await terminal.settled()).join('\n');
    expect(raw).toContain('PWNED');
    for (const key of ['c', 'l', 'L']) {
      await terminal.keys('Escape', key);
      await terminal.settled();
    }
    await terminal.keys('Escape', 'Escape', 'y');
    await expectAlive();
  });

  it('shows the type with the poisoned name, opens its tasks and asks to limit it', async () => {
    await terminal.keys('Escape', '4');
    await terminal.type('/app. PWNED\r');
    await terminal.waitFor(/^── app\.\\x1b\]0;PWNED/m);
    await terminal.keys('l');
    await terminal.waitFor(/Rate limit[\s\S]*Will send[\s\S]*app\.\\x1b\]0;PWNED/);
    await terminal.keys('Escape', 'Enter');
    await terminal.waitFor(/^ type .* 1 of /m);
    await terminal.keys('Escape', 'Escape');
    await expectAlive();
  });

  it('shows a worker with a poisoned name, and commands it', async () => {
    const hostname = `w3@${poison}`;
    await wire.node(hostname, (command) => (command.method === 'ping' ? { ok: poison } : { error: poison }));
    await heartbeat(wire, hostname);
    await terminal.keys('Escape', '3');
    await terminal.waitFor(/w3@\\x1b\]0;PWN/);

    await terminal.type('/w3@\r');
    await terminal.waitFor((rows) => rows.some((row) => row.startsWith('>') && row.includes('w3@')));
    await terminal.keys('Enter');
    await terminal.waitFor('Summary');
    await terminal.keys('+');
    await terminal.settled();
    await terminal.keys('Escape');
    await terminal.type(':ping\r');
    await terminal.waitFor('Enter details');
    await terminal.keys('Enter');
    await terminal.waitFor(/Replies[\s\S]*w3@/);
    await terminal.keys('Escape', '@');
    await terminal.waitFor('Command log');
    await terminal.keys('Escape', 'Escape', 'Escape');
    await expectAlive();
  });

  it('takes ten megabytes in a field, and in a name', async () => {
    const long = 'x'.repeat(10 * 1024 * 1024);
    const task = { uuid: uuidOf(900), hostname: 'w1@still' };
    await wire.event('task-received', { ...task, name: 'app.huge', args: long, kwargs: '{}' });
    await wire.event('task-failed', {
      ...task,
      exception: `Error('${long}')`,
      traceback: `${long}\n`.repeat(2),
    });
    await wire.event('task-received', { uuid: uuidOf(901), hostname: 'w1@still', name: long, args: '()' });
    await wire.event('worker-heartbeat', { hostname: long, freq: 3600 });
    await terminal.keys('Escape', 'Escape', '2', 'f');
    await terminal.type(`/${task.uuid.slice(0, 8)}\r`);
    await terminal.waitFor((rows) => selectedUuid(rows) === task.uuid.slice(0, 8), { timeoutMs: 60_000 });

    await terminal.keys('i');
    await terminal.waitFor('[Info]', { timeoutMs: 60_000 });
    for (const tab of ['Args', 'Result', 'Traceback', 'Raw']) {
      await terminal.keys('Tab');
      await terminal.waitFor(`[${tab}]`, { timeoutMs: 60_000 });
      await terminal.keys('G');
      await terminal.keys('g');
    }
    await expectAlive();
  });

  it('has written nothing raw in all of this', async () => {
    const written = await record.text();
    const facts = await terminal.facts();

    expect(facts.title).not.toContain('PWNED');
    expect(written).not.toContain('\x1b]0;PWNED');
    expect(written).not.toContain('\x1b[31mred');
    expect(written).not.toContain('\x1b[2J');
    expect(written).not.toContain('\x1b[6n');
    expect(written).not.toContain('\x1bP');
    const controls = written.match(/[\x00-\x06\x08\x0b-\x0c\x0e-\x1a\x7f-\x9f\u202a-\u202e\u2066-\u2069]/gu);
    expect(controls).toBeNull();
    expect(facts).toMatchObject({ alternateScreen: true, foreground: 'node' });
  });
});
