import { longestList } from './event-stream.ts';
import type { TaskShape } from './worker-stream.ts';

export interface LoadOptions {
  readonly url: string;
  /** The steady rate; 0 for a cluster without work. Without it nothing is sent but what is asked for. */
  readonly eventsPerSecond?: number;
  /** Sent at once, before the steady rate begins. */
  readonly firstEvents?: number;
  /** Events in one message, default as many as a worker collects. */
  readonly listLength?: number;
  readonly shape?: TaskShape;
}

export const loadDefaults: { readonly listLength: number; readonly shape: TaskShape } = {
  listLength: longestList,
  shape: 'mixed',
};

/** What can be asked of a running load, a line each on its stdin; it answers each when the broker has passed it on. */
export type LoadRequest =
  /** So many events as fast as the broker takes them. */
  | { readonly do: 'burst'; readonly events: number }
  /** A heartbeat of each worker. */
  | { readonly do: 'beat' }
  /** Nothing but the answer. */
  | { readonly do: 'count' }
  /** Another steady rate from now on. */
  | { readonly do: 'pace'; readonly eventsPerSecond: number }
  /** Ends the steady rate; the last that is sent is a task by the name of `markerName`. */
  | { readonly do: 'halt' };

export interface LoadAnswer {
  /** Sent so far. */
  readonly events: number;
}

/** Behind everything else in the stream: when it is seen, so is everything else. */
export const markerName = 'app.bench.marker';

/** What is left of the name in any column. */
export const markerWord = 'marker';

/** What a load has sent when it was stopped; `eventsPerSecond` is the rate it really had. */
export interface LoadTotals {
  readonly events: number;
  readonly tasks: number;
  readonly eventsPerSecond: number;
}
