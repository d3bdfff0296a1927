import { counted } from '../presentation/format.ts';
import type { Line } from '../presentation/line.ts';
import { tableLines } from '../presentation/table-lines.ts';
import { clean } from '../presentation/text.ts';
import type { MigrationOutcome } from '../queues/migration.ts';
import type { MigrationPlan, PlannedQueue } from '../queues/migration-plan.ts';

/** What a migration is between, for its sentences. */
export interface MigrationEnds {
  /** URLs without their passwords. */
  readonly source: string;
  readonly destination: string;
  readonly moves: boolean;
}

/** What there is, and where it would go. */
export function planLines({ queues, unacknowledged }: MigrationPlan, ends: MigrationEnds): readonly Line[] {
  const held = heldSentence(unacknowledged);
  return [
    [{ text: `From ${ends.source}` }],
    [{ text: `To   ${ends.destination}` }],
    [],
    ...tableLines(['QUEUE', 'MESSAGES', 'TO', 'NOTE'], queues.map(planRow)),
    ...(held === undefined ? [] : [[], [{ text: held }]]),
  ];
}

function planRow({ source, destination, count, isNew }: PlannedQueue): readonly string[] {
  const notes = [
    ...(isNew ? ['to be created'] : []),
    ...(count.held === 0 ? [] : [`${count.held} of them held by a migration, running or cut off`]),
  ];
  return [source, String(count.messages + count.held), destination, notes.join(', ')];
}

/** What came of it: one line for each thing there is to know. */
export function outcomeSentences(
  outcome: MigrationOutcome,
  plan: MigrationPlan,
  ends: MigrationEnds,
): readonly string[] {
  const { migrated, recovered, passedOver, leftBehind, perhapsTwice, end } = outcome;
  const verb = ends.moves ? 'Moved' : 'Copied';
  const sentences = [`${verb} ${counted(migrated, 'message')} from ${ends.source} to ${ends.destination}.`];
  if (!ends.moves && migrated > 0)
    sentences.push(
      'The messages are at the source, too, and would run on both sides: -a moves them instead.',
    );
  if (recovered > 0)
    sentences.push(
      `${counted(recovered, 'message')} of a migration that was cut off had been put back before.`,
    );
  if (passedOver > 0) sentences.push(`${counted(passedOver, 'message')} of other tasks stayed.`);
  for (const { queue, reason, count } of leftBehind)
    sentences.push(clean(`${counted(count, 'message')} stayed in ${JSON.stringify(queue)}: ${reason}.`));
  if (perhapsTwice > 0) sentences.push(twiceSentence(perhapsTwice, ends));
  if (end === 'interrupted' || end === 'failed')
    sentences.push('None is lost: run it again to migrate the rest.');
  else {
    const held = heldSentence(plan.unacknowledged);
    if (held !== undefined) sentences.push(held);
  }
  return sentences;
}

function twiceSentence(count: number, { moves }: MigrationEnds): string {
  const what = count === 1 ? '1 message' : `Up to ${count} messages`;
  return moves ? `${what} may be on both sides.` : `${what} more may have arrived.`;
}

function heldSentence(unacknowledged: number | undefined): string | undefined {
  if (unacknowledged === undefined || unacknowledged === 0) return undefined;
  const who = unacknowledged === 1 ? '1 message is' : `${unacknowledged} messages are`;
  return `${who} with workers of the source, of all its queues, and cannot be migrated.`;
}

/** For a script: the plan, and the outcome when there is one. */
export function migrationJson(
  plan: MigrationPlan,
  ends: MigrationEnds,
  outcome: MigrationOutcome | undefined,
): Readonly<Record<string, unknown>> {
  return {
    ...ends,
    queues: plan.queues.map(({ source, destination, count, isNew }) => ({
      source,
      destination,
      messages: count.messages + count.held,
      new: isNew,
    })),
    missing: plan.missing,
    unacknowledged: plan.unacknowledged ?? null,
    ...(outcome && {
      end: outcome.end,
      migrated: outcome.migrated,
      passed_over: outcome.passedOver,
      left_behind: outcome.leftBehind,
      recovered: outcome.recovered,
      perhaps_twice: outcome.perhapsTwice,
    }),
  };
}
