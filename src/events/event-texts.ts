import { jsonElements } from '../protocol/json-elements.ts';
import type { Message } from '../protocol/message.ts';
import { decodeBody } from '../protocol/serializer.ts';
import { decompress } from './decompress.ts';

/** The JSON of events as it came, for those who print it. Beside a Receiver, which tells of each message and each event. */
export class EventTexts {
  #message: Message | undefined;
  #texts: readonly string[] = [];
  #index = -1;

  /** The events that follow are those of this message. */
  begin(message: Message): void {
    this.#message = message;
    this.#texts = [];
    this.#index = -1;
  }

  /** Something in this message is no event, so that it is not known which text is whose. */
  giveUp(): void {
    this.#message = undefined;
  }

  /** The next event of the message is at hand. */
  next(): void {
    this.#index += 1;
  }

  /** Of the event at hand, in one line. Undefined where the text is none that every reader of JSON understands. */
  get text(): string | undefined {
    if (this.#message === undefined) return undefined;
    if (this.#texts.length === 0) this.#texts = textsOf(this.#message);
    const text = this.#texts[this.#index];
    return text === undefined || !text.startsWith('{') ? undefined : inOneLine(text);
  }
}

function textsOf(message: Message): readonly string[] {
  const decoded = decodeBody(message, 'event_serializer', decompress, (text) => text);
  if (!('value' in decoded) || typeof decoded.value !== 'string') return [];
  return jsonElements(decoded.value);
}

/** Line feeds stand between its tokens only. `NaN` and `Infinity` are Python's; where they may be text, nothing is lost but speed. */
function inOneLine(text: string): string | undefined {
  if (text.includes('NaN') || text.includes('Infinity')) return undefined;
  return text.includes('\n') || text.includes('\r') ? text.replace(/\s*[\r\n]\s*/g, ' ') : text;
}
