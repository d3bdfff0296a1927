import { receivedTimestamp } from '../events/event-stamp.ts';
import { EventTexts } from '../events/event-texts.ts';
import type { Event } from '../protocol/event.ts';
import type { Message } from '../protocol/message.ts';
import { eventLine } from './event-lines.ts';
import type { Redaction } from './redaction.ts';

/** What is no JSON, takes more than a line, or has a name in it that is ours: then a closer look is due. */
const unusual = /NaN|Infinity|[\r\n]|"local_received"/;
const brace = { open: 0x7b, close: 0x7d } as const;

/** The lines of events, beside a receiver, which tells of each message and each event. */
export class ReceivedLines {
  readonly #texts = new EventTexts();
  readonly #redaction: Redaction | undefined;
  readonly #utcoffset: boolean;
  /** The text of a message that is nothing but one event, as Celery sends most of them. */
  #only: string | undefined;
  #time = 0;
  #timeText = '0';

  /** @param utcoffset whether the receiver shifts timestamps by it */
  constructor(redaction: Redaction | undefined, utcoffset: boolean) {
    this.#redaction = redaction;
    this.#utcoffset = utcoffset;
  }

  /** The events that follow are those of this message. */
  begin(message: Message): void {
    this.#texts.begin(message);
    this.#only = this.#redaction === undefined ? onlyText(message) : undefined;
  }

  /** Something in the message was no event. */
  spoiled(): void {
    this.#texts.giveUp();
  }

  /** Of the next event. @param clock the receiver's logical clock after it */
  next(event: Event, clock: number): string {
    this.#texts.next();
    const text = this.#only;
    if (text === undefined) return this.#line(event, clock);
    return `${text.slice(0, -1)}, "local_received": ${this.#received(event)}}`;
  }

  /** A number takes longer to write than all the rest, and many events come in one millisecond. */
  #received({ local_received: time = 0 }: Event): string {
    if (time !== this.#time) {
      this.#time = time;
      this.#timeText = String(time);
    }
    return this.#timeText;
  }

  #line(event: Event, clock: number): string {
    const shown = this.#redaction === undefined ? event : this.#redaction.event(event);
    const text = shown === event ? this.#texts.text : undefined;
    // Only a clock that the receiver gave is the one that it stands at.
    const isClockless = event.type !== 'task-sent' && event.clock === clock;
    if (!this.#utcoffset || text !== undefined) return eventLine(shown, text, isClockless);
    // Whoever reads it shifts it again.
    const timestamp = receivedTimestamp(shown);
    const received = timestamp === undefined ? shown : { ...shown, timestamp };
    return eventLine(received, text, isClockless);
  }
}

/** Undefined for a message that is anything else. A receiver has read it, or no event of it comes. */
function onlyText({ body, contentType, contentEncoding, headers }: Message): string | undefined {
  if (contentType !== 'application/json' || contentEncoding !== 'utf-8') return undefined;
  if (body[0] !== brace.open || body[body.length - 1] !== brace.close) return undefined;
  if (headers['compression'] !== undefined) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return unusual.test(text) ? undefined : text;
}
