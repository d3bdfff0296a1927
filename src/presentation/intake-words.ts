import type { WorkerIntake } from '../monitor/intake/intake-report.ts';
import { formatCount } from './format.ts';

const sentences: Readonly<Record<WorkerIntake['knowledge'], string>> = {
  compared: '',
  'not-yet': 'Its starts are compared from its first heartbeat after its first task event on.',
  off: 'It runs tasks and sends no task events (E switches them on): what it runs cannot be known.',
  'no-heartbeats':
    'It sends no heartbeats: ends without a start and its answers to stats tell of losses, and not of all of them.',
  'no-clock': 'Its events carry no clock, so what is missing among them cannot be known.',
  'shared-name':
    'Its heartbeats contradict each other, as if two workers had one name: meanwhile nothing can be known.',
};

/** What is known of the events of one worker and what cannot be, in sentences. */
export function intakeWords(worker: WorkerIntake): readonly string[] {
  return [
    sentences[worker.knowledge],
    lossWords(worker),
    unexplainedWords(worker),
    silentWords(worker),
    worker.processes > 1
      ? `${formatCount(worker.processes)} processes have had this name: what one did after its last heartbeat is not known.`
      : '',
  ].filter((sentence) => sentence !== '');
}

function lossWords(worker: WorkerIntake): string {
  const { knowledge, confirmedStarts, provisionalStarts, ratio, lostEvents } = worker;
  if (confirmedStarts + provisionalStarts === 0) {
    return knowledge === 'compared' ? 'All tasks that its heartbeats count were seen to start.' : '';
  }
  const certain = confirmedStarts > 0 ? [`${formatCount(confirmedStarts)} for certain`] : [];
  const likely = provisionalStarts > 0 ? [`${formatCount(provisionalStarts)} as it seems so far`] : [];
  const starts = `Starts that were lost: ${[...certain, ...likely].join(', ')}.`;
  return `${starts} With ${ratio.toFixed(1)} events to a start that is about ${formatCount(lostEvents)} events.`;
}

function unexplainedWords({ unexplainedStarts }: WorkerIntake): string {
  if (unexplainedStarts === 0) return '';
  return `${formatCount(unexplainedStarts)} more are missing: lost, or of tasks that send no events. Its answer to stats would tell.`;
}

/** Names are the operator's: as many as a line takes. */
function silentWords({ silentTasks, silentTypes }: WorkerIntake): string {
  if (silentTasks === 0) return '';
  const names = silentTypes.slice(0, 5).join(', ');
  const more = silentTypes.length > 5 ? ` and ${formatCount(silentTypes.length - 5)} more types` : '';
  return `It ran ${formatCount(silentTasks)} tasks that send no events (send_events=False), which nobody can see: ${names}${more}.`;
}
