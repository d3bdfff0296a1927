import { eventGroup, eventSubject } from '../protocol/event.ts';
import { precedence, stageSubjects, stateOfSubject } from '../protocol/task-state.ts';
import { textBytes } from './memory-size.ts';
import { fieldOf, type TaskField } from './task-fields.ts';

/** What the type of an event says, taken apart once per type instead of once per event. */
export interface EventKind {
  readonly type: string;
  readonly group: string;
  readonly subject: string;
  /** The state a task event reports: `SUCCESS`, or the subject in capitals for a custom event. */
  readonly state: string;
  readonly precedence: number;
  /** The field that holds the time of this stage (`task.succeeded`); custom events have none. */
  readonly stage: TaskField | undefined;
  /** The names in such an event and what they are, as the newest one had them: hardly any differs from the one before. */
  readonly names: string[];
  readonly fields: (TaskField | undefined)[];
  /** What it takes in memory of each task that has it: nothing for one that all share. */
  readonly bytes: number;
}

/** Places of an event remembered; an event can have any number of fields. */
const maxPlaces = 32;

/** Custom types remembered: a sender that invents more of them pays with the tasks that have them. */
const maxCustomKinds = 256;

/** Of a kind that is made anew for each event: the object and its two lists. */
const unsharedBytes = 480;

/** A task's state before any event. */
export const pendingKind: EventKind = takeApart('task-sent');

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

const customKinds: Map<string, EventKind> = new Map();

/** The kinds met last, at a place that length and subject of the type give: found without hashing a new string. */
const recentKinds: (EventKind | undefined)[] = new Array(64).fill(undefined);

export function eventKind(type: string): EventKind {
  const place = (type.length * 5 + type.charCodeAt(5) + type.charCodeAt(6)) & 63;
  const recent = recentKinds[place];
  if (recent !== undefined && recent.type === type) return recent;
  const kind = knownKinds.get(type) ?? customKinds.get(type) ?? customKind(type);
  recentKinds[place] = kind;
  return kind;
}

/** The field that the name at this place of an event stands for; undefined for one that tasks have no place for. */
export function fieldAt(kind: EventKind, place: number, name: string): TaskField | undefined {
  if (kind.names[place] === name) return kind.fields[place];
  const field = fieldOf(name);
  if (place < maxPlaces) {
    kind.names[place] = name;
    kind.fields[place] = field;
  }
  return field;
}

function customKind(type: string): EventKind {
  if (customKinds.size >= maxCustomKinds) return takeApart(type, unsharedBytes + 2 * textBytes(type));
  const kind = takeApart(type);
  customKinds.set(type, kind);
  return kind;
}

function takeApart(type: string, bytes: number = 0): EventKind {
  const subject = eventSubject(type);
  const state = stateOfSubject(subject);
  return {
    type,
    group: eventGroup(type),
    subject,
    state,
    precedence: precedence(state),
    stage: stageSubjects.includes(subject) ? fieldOf(subject) : undefined,
    names: [],
    fields: [],
    bytes,
  };
}
