import type { Event } from './event.ts';
import type { Message } from './message.ts';
import { type Decompress, decodeBody, preview, printable } from './serializer.ts';

/** What could not be read, fit to be shown: every text is printable ASCII and short. */
export interface UndecodableSample {
  readonly contentType: string;
  /** One sentence. */
  readonly reason: string;
  /** The beginning of the body, at most 200 characters. */
  readonly preview: string;
}

export interface DecodedEvents {
  readonly events: readonly Event[];
  /** Elements that are not events; a body that cannot be read is one. */
  readonly undecodable: number;
  readonly sample: UndecodableSample | undefined;
}

const previewLength = 200;

/**
 * The events of one message: a JSON object is one, a list as many as it holds, and an empty list none (protocol.md
 * A.3). Never throws, whatever the body. Events are fresh objects that the caller may change.
 */
export function decodeEventMessage(message: Message, decompress?: Decompress): DecodedEvents {
  const decoded = decodeBody(message, 'event_serializer', decompress);
  if ('reason' in decoded) return { events: [], undecodable: 1, sample: sampleOf(message, decoded.reason) };
  if (isEvent(decoded.value)) return { events: [decoded.value], undecodable: 0, sample: undefined };
  if (!Array.isArray(decoded.value)) {
    return { events: [], undecodable: 1, sample: sampleOf(message, `The body is ${flaw(decoded.value)}.`) };
  }
  return ofList(message, decoded.value);
}

function ofList(message: Message, list: readonly unknown[]): DecodedEvents {
  // Nearly always; a copy would be one more list for every message.
  if (list.every(isEvent)) return { events: list, undecodable: 0, sample: undefined };
  const events = list.filter(isEvent);
  const undecodable = list.length - events.length;
  const index = list.findIndex((element) => !isEvent(element));
  const reason = `Element ${index + 1} of ${list.length} in the list is ${flaw(list[index])}.`;
  return { events, undecodable, sample: sampleOf(message, reason) };
}

function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return 'type' in value && typeof value.type === 'string';
}

function flaw(value: unknown): string {
  if (value === null) return 'null, not an event';
  if (Array.isArray(value)) return 'a list, not an event';
  if (typeof value === 'object') return 'an object without a type, so no event';
  return `a ${typeof value}, not an event`;
}

function sampleOf(message: Message, reason: string): UndecodableSample {
  return {
    contentType: printable(message.contentType ?? 'no content type', 60),
    reason,
    preview: preview(message.body, previewLength),
  };
}
