import type { Config } from '../config/config.ts';
import { EventTexts } from '../events/event-texts.ts';
import { escapeControls, escapeJsonControls } from '../presentation/escape-controls.ts';
import { eventJson } from '../presentation/event-json.ts';
import { EventLines } from '../presentation/event-line.ts';
import { EventTemplate } from '../presentation/event-template.ts';
import type { Event } from '../protocol/event.ts';
import type { Message } from '../protocol/message.ts';
import { EventFilter } from '../query/event-filter.ts';

/** Which events a dump prints, and how: as the options say. */
export interface DumpLines {
  /** Before the events of a message. */
  readonly begin: (message: Message) => void;
  /** Something in the message was no event. */
  readonly spoiled: () => void;
  /**
   * Asked about every event, in order; undefined for one that is not wanted.
   *
   * @param text its JSON with the time of receipt, where it does not come out of a message
   */
  readonly line: (event: Event, text?: string) => string | undefined;
}

/**
 * @param isTerminal whether control characters have to be escaped
 * @throws UsageError for a template, filter or pattern that cannot be read
 */
export function dumpLines(config: Config, now: () => number, isTerminal: boolean): DumpLines {
  const { format, filter, eventTypes: types, taskNames: tasks, hostnames: workers } = config;
  const template = format === undefined ? undefined : new EventTemplate(format);
  const keepsNames = template?.asksName ?? false;
  const { maxTasks, maxWorkers } = config;
  const events = new EventFilter({ filter, types, tasks, workers, keepsNames, maxTasks, maxWorkers, now });
  if (config.json) return jsonLines(events, isTerminal);
  const lines = new EventLines();
  const text =
    template === undefined
      ? (event: Event): string => lines.line(event)
      : (event: Event): string => template.line(event, events.nameOf(event));
  return {
    begin: () => undefined,
    spoiled: () => undefined,
    line: (event) => {
      if (events.wants(event)) return isTerminal ? escapeControls(text(event)) : text(event);
      // Also what is not wanted tells what a task is.
      if (template === undefined) lines.learn(event);
      return undefined;
    },
  };
}

function jsonLines(events: EventFilter, isTerminal: boolean): DumpLines {
  const texts = new EventTexts();
  return {
    begin: (message) => texts.begin(message),
    spoiled: () => texts.giveUp(),
    line: (event, text) => {
      texts.next();
      if (!events.wants(event)) return undefined;
      const json = text ?? eventJson(event, texts.text);
      return isTerminal ? escapeJsonControls(json) : json;
    },
  };
}
