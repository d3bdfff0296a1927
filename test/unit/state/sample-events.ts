import type { Event } from '../../../src/protocol/event.ts';

let clock = 0;

/** A task event of worker w1@example; each has a later clock than the one before, unless given. */
export function taskEvent(subject: string, uuid: string, fields: Record<string, unknown> = {}): Event {
  clock += 1;
  const timestamp = 1_700_000_000 + clock;
  return {
    type: `task-${subject}`,
    uuid,
    hostname: subject === 'sent' ? 'gen9@example' : 'w1@example',
    timestamp,
    local_received: timestamp + 0.5,
    clock,
    pid: 100,
    utcoffset: 0,
    ...fields,
  };
}

export function workerEvent(subject: string, hostname: string, fields: Record<string, unknown> = {}): Event {
  clock += 1;
  const timestamp = 1_700_000_000 + clock;
  return {
    type: `worker-${subject}`,
    hostname,
    timestamp,
    local_received: timestamp + 0.5,
    clock,
    pid: 100,
    utcoffset: 0,
    freq: 2,
    ...fields,
  };
}
