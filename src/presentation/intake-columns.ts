import type { WorkerIntake } from '../monitor/intake/intake-report.ts';
import type { Column } from './column.ts';
import type { Context } from './context.ts';
import { formatAge, formatCount, formatRate } from './format.ts';
import type { Span } from './line.ts';
import { shortNodeName } from './short-name.ts';
import { driftText } from './worker-columns.ts';

/** One word for what can be known of a worker, for a column; the sentences are in intake-words.ts. */
const words: Readonly<Record<WorkerIntake['knowledge'], string>> = {
  compared: 'all',
  'not-yet': 'not yet',
  off: 'events off',
  'no-heartbeats': 'at least',
  'no-clock': 'nothing',
  'shared-name': 'nothing',
};

/** The columns of the intake panel, left to right. */
export const intakeColumns: readonly Column<WorkerIntake>[] = [
  {
    id: 'node',
    header: 'NODE',
    width: 14,
    flex: 1,
    maxWidth: 40,
    priority: 1,
    fromWidth: 0,
    cell: (worker, context, width) => ({
      text: shortNodeName(worker.hostname, width, context.nodePrefix, context.glyphs.ellipsis),
    }),
  },
  number('events', 'EVENTS', 9, 4, ({ events }) => events),
  {
    ...number('rate', 'EV/S', 5, 6, () => undefined),
    cell: ({ eventsPerSecond }) => ({ text: formatRate(eventsPerSecond) }),
  },
  number('starts', 'STARTS', 9, 5, ({ starts }) => starts),
  number('expected', 'EXPECTED', 9, 3, expectedStarts),
  lossNumber('lost', 'LOST', 2, 'fail', ({ confirmedStarts }) => confirmedStarts),
  lossNumber('seems', 'SEEMS', 2.5, 'warn', ({ provisionalStarts }) => provisionalStarts),
  {
    ...number('ratio', 'EV/START', 8, 9, () => undefined),
    cell: ({ ratio }) => ({ text: ratio.toFixed(1) }),
  },
  {
    ...number('beat', 'BEAT', 6, 7, () => undefined),
    cell: ({ lastBeat }, context) => ({
      text: lastBeat === undefined ? context.glyphs.none : formatAge(context.now - lastBeat),
    }),
  },
  {
    ...number('drift', 'DRIFT', 6, 8, () => undefined),
    cell: ({ drift }, context) => ({ text: driftText(drift, context) }),
  },
  {
    id: 'known',
    header: 'KNOWN',
    width: 10,
    priority: 3.5,
    fromWidth: 0,
    cell: ({ knowledge }) =>
      knowledge === 'compared' ? { text: words[knowledge] } : { text: words[knowledge], tone: 'warn' },
  },
];

/** The starts that should have come, as far as anything tells. */
export function expectedStarts(worker: WorkerIntake): number | undefined {
  if (worker.knowledge !== 'compared') return undefined;
  return worker.starts + worker.confirmedStarts + worker.provisionalStarts + worker.unexplainedStarts;
}

function number(
  id: string,
  header: string,
  width: number,
  priority: number,
  value: (worker: WorkerIntake) => number | undefined,
): Column<WorkerIntake> {
  const cell = (worker: WorkerIntake, context: Context): Span => {
    const count = value(worker);
    return { text: count === undefined ? context.glyphs.none : formatCount(count) };
  };
  return { id, header, width, align: 'right', priority, fromWidth: 0, cell };
}

function lossNumber(
  id: string,
  header: string,
  priority: number,
  tone: 'fail' | 'warn',
  value: (worker: WorkerIntake) => number,
): Column<WorkerIntake> {
  const cell = (worker: WorkerIntake): Span => {
    const text = formatCount(value(worker));
    return value(worker) > 0 ? { text, tone } : { text };
  };
  return { ...number(id, header, 7, priority, value), cell };
}
