import { eventGroup, eventSubject } from '../protocol/event.ts';
import { precedence, stageSubjects, stateOfSubject } from '../protocol/task-state.ts';
import { fieldByWireName, type NumberField } from './task-fields.ts';

/** What the type of an event says, taken apart once per type instead of once per event. */
export interface EventKind {
  readonly type: string;
  readonly group: string;
  readonly subject: string;
  /** The state a task event reports: `SUCCESS`, or the subject in capitals for a custom event. */
  readonly state: string;
  readonly precedence: number;
  /** The field that holds the time of this stage (`task.succeeded`); custom events have none. */
  readonly stage: NumberField | undefined;
}

const knownKinds: ReadonlyMap<string, EventKind> = new Map(
  [
    ...stageSubjects.map((subject) => `task-${subject}`),
    'worker-online',
    'worker-heartbeat',
    'worker-offline',
    'worker-elect',
    'worker-elect-ack',
  ].map((type) => [type, takeApart(type)]),
);

/** Custom types are taken apart anew each time: remembering them would let a sender fill the memory with names. */
export function eventKind(type: string): EventKind {
  return knownKinds.get(type) ?? takeApart(type);
}

function takeApart(type: string): EventKind {
  const subject = eventSubject(type);
  const state = stateOfSubject(subject);
  const field = stageSubjects.includes(subject) ? fieldByWireName.get(subject) : undefined;
  return {
    type,
    group: eventGroup(type),
    subject,
    state,
    precedence: precedence(state),
    stage: field?.type === 'number' ? field : undefined,
  };
}
