import type { Terminal } from '../test/support/tmux.ts';

export interface Shot {
  /** The name of the file, without `.svg`. */
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly args: readonly string[];
  /** From the start of the program to the moment of the picture. */
  readonly steps: (terminal: Terminal) => Promise<void>;
  /** What must be on the screen in the picture itself. */
  readonly shows: (rows: readonly string[]) => boolean;
}

const demo = 'demo://?seed=7';

/** A moment that shows much takes a while to come. */
const patient = { timeoutMs: 240_000 };

/** Every picture of the documentation. */
export const shots: readonly Shot[] = [
  {
    name: 'tasks',
    columns: 140,
    rows: 40,
    args: ['events', '-b', demo],
    steps: async (terminal) => {
      await terminal.waitFor(isColourful, patient);
      // The nearest failure, so that the preview has something to tell.
      await terminal.keys('n');
    },
    shows: (rows) =>
      has(rows, /^>.*FAILURE/) &&
      has(rows, /[1-9] newer task/) &&
      has(rows, /↻ RETRY|⊘ REVOKED/) &&
      has(rows, /▸ STARTED/),
  },
  {
    name: 'tasks-80x24',
    columns: 80,
    rows: 24,
    args: ['events', '-b', demo],
    steps: async (terminal) => {
      await terminal.waitFor(isBusy, patient);
    },
    shows: isBusy,
  },
  {
    name: 'traceback',
    columns: 110,
    rows: 34,
    args: ['events', '-b', demo],
    // What fails there is one exception that led to another.
    steps: async (terminal) => {
      await terminal.waitFor(/LIVE/);
      await terminal.keys('!', '/');
      await terminal.type('billing.charge');
      await terminal.keys('Enter');
      await terminal.waitFor(/^>.*FAILURE/m, patient);
      await terminal.keys('t');
    },
    shows: isChained,
  },
  {
    name: 'workers',
    columns: 140,
    rows: 26,
    args: ['events', '-b', demo],
    // A worker of the demo loses its power after about a minute.
    steps: async (terminal) => {
      await terminal.waitFor(/LIVE/);
      await terminal.keys('3');
      await terminal.waitFor(/[1-9] offline/, patient);
      await terminal.keys('j', 'j');
    },
    shows: (rows) =>
      has(rows, /[1-9] offline/) &&
      has(rows, /RUNNING +PID/) &&
      has(rows, /inspect [\dms]+ ago/) &&
      rows.filter((row) => row.includes('██')).length > 2,
  },
  {
    name: 'rate-limit',
    columns: 110,
    rows: 30,
    args: ['events', '-b', demo],
    steps: async (terminal) => {
      await terminal.waitFor((rows) => isBusy(rows) && /billing\.refund/.test(rows[6] ?? ''), patient);
      await terminal.keys('j', 'j', 'l');
      await terminal.waitFor('New rate');
      await terminal.type('10/m');
    },
    shows: (rows) => has(rows, /"app\.billing\.refund", "10\/m"/),
  },
  {
    name: 'help',
    columns: 110,
    rows: 38,
    args: ['events', '-b', demo],
    steps: async (terminal) => {
      await terminal.waitFor(isBusy, patient);
      await terminal.keys('?');
    },
    shows: (rows) => has(rows, /all still work/),
  },
  {
    name: 'rewind',
    columns: 110,
    rows: 30,
    args: ['events', '-b', demo],
    steps: async (terminal) => {
      await terminal.waitFor(isColourful, patient);
      await terminal.keys('<');
      await terminal.waitFor(/REWIND/);
      await terminal.keys('{');
    },
    shows: (rows) => has(rows, /REWIND \(-\d+s\)/) && has(rows, /^>.*FAILURE/) && has(rows, /[▁▂▃▄▅▆▇█] .*✗/),
  },
  {
    name: 'first-run',
    columns: 100,
    rows: 24,
    args: ['events', '-b', 'demo://?seed=7&events=off'],
    steps: async (terminal) => {
      await terminal.waitFor(/LIVE/);
    },
    shows: (rows) => has(rows, /LIVE/) && has(rows, /wk 5\/5/) && has(rows, /Press E/),
  },
];

function has(rows: readonly string[], wanted: RegExp): boolean {
  return rows.some((row) => wanted.test(row));
}

/** One exception led to another, and the whole story fits. */
function isChained(rows: readonly string[]): boolean {
  return has(rows, /── (?:During handling|The above exception)/) && has(rows, /all \d+ lines/);
}

/** A list that shows what the monitor is for: work at hand, work done, and work that went wrong. */
function isBusy(rows: readonly string[]): boolean {
  const isRunning = has(rows, / [1-9]\d ev\/s/) && has(rows, /(?:[2-9]\d\d|,\d\d\d) tasks/);
  return isRunning && has(rows, /▸ (?:STARTED|RUN)/) && has(rows, /✗ FAIL/) && has(rows, /✓ (?:SUCCESS|OK)/);
}

/** Also what is rare: a retry, or a task that was revoked or rejected, below a failure that stands alone. */
function isColourful(rows: readonly string[]): boolean {
  const problems = rows.slice(4).filter((row) => /^. {2}[✗↻⊘⊗] /.test(row));
  const first = rows.indexOf(problems[0] ?? '');
  const isAlone = /✗ FAILURE/.test(problems[0] ?? '') && first > 5 && first < 24;
  return isBusy(rows) && isAlone && has(problems, /↻ RETRY|⊘ REVOKED/);
}
