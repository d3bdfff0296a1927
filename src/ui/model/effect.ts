import type { FilterChange } from '../../query/kept-filters.ts';
import type { ActionId } from '../input/actions.ts';
import type { Request } from '../operations/operation.ts';

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
  /** Records from now on, or no longer. */
  | { readonly kind: 'record'; readonly on: boolean; readonly path: string | undefined }
  | { readonly kind: 'run'; readonly action: ActionId }
  | { readonly kind: 'command'; readonly text: string };
