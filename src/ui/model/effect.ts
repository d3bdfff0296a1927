import type { FilterChange } from '../../query/kept-filters.ts';
import type { ActionId } from '../input/actions.ts';
import type { Request } from '../operations/operation.ts';
import type { ViewState } from './view-state.ts';

/** What follows from a key: the next view, and what has to happen outside it. */
export interface Step {
  readonly view: ViewState;
  readonly effects: readonly Effect[];
}

/** Where in the past to go, and how its time passes. `by` counts from where it is or is under way to. */
export type Move =
  | { readonly to: 'play-or-stop' }
  | { readonly to: 'event' | 'failure' | 'speed'; readonly by: 1 | -1 }
  /** Seconds. */
  | { readonly to: 'later'; readonly by: number }
  /** Seconds since the epoch. */
  | { readonly to: 'time'; readonly at: number }
  /** From 0 to 1 of all of it. */
  | { readonly to: 'share'; readonly share: number }
  /** Of a recording its end, of what just was the present. */
  | { readonly to: 'end' };

/** What an action needs done outside the view. The session carries it out. */
export type Effect =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  /** Asks the workers again; while disconnected, tries to connect now. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'pager' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'send'; readonly request: Request }
  /** The same command again, to those that failed or did not answer. */
  | { readonly kind: 'send-again'; readonly entry: number }
  /** For later sessions. */
  | { readonly kind: 'keep-filter'; readonly change: FilterChange }
  /** Data frames per second, from now on. */
  | { readonly kind: 'rate'; readonly framesPerSecond: number }
  /** Back into what was seen, from the present. */
  | { readonly kind: 'rewind'; readonly seconds: number }
  | { readonly kind: 'move'; readonly move: Move }
  /** Records from now on, or no longer. */
  | { readonly kind: 'record'; readonly on: boolean; readonly path: string | undefined }
  | { readonly kind: 'run'; readonly action: ActionId }
  | { readonly kind: 'command'; readonly text: string };
