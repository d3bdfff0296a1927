/**
 * One entry of Celery's event stream, with its wire names. `type` is always there; everything else may be missing,
 * because any producer can publish to the exchange. Times are seconds since the epoch, true UTC.
 * Mirrors celery/events/event.py:Event.
 */
export interface Event {
  type: string;
  hostname?: string;
  timestamp?: number;
  utcoffset?: number;
  pid?: number;
  clock?: number;
  uuid?: string;
  /** Stamped by the Receiver, never on the wire. */
  local_received?: number;
  [field: string]: unknown;
}

/** `task-sent` → `task`; a type without a dash is its own group. */
export function eventGroup(type: string): string {
  // Ten thousand a second of these two: no new string for each of them.
  if (type.startsWith('task-')) return 'task';
  if (type.startsWith('worker-')) return 'worker';
  const dash = type.indexOf('-');
  return dash < 0 ? type : type.slice(0, dash);
}

/** `worker-elect-ack` → `elect-ack`; a type without a dash has no subject. */
export function eventSubject(type: string): string {
  const dash = type.indexOf('-');
  return dash < 0 ? '' : type.slice(dash + 1);
}
