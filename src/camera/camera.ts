import type { Event } from '../protocol/event.ts';
import type { State } from '../state/state.ts';

/** What looks at the state of a cluster again and again. Mirrors celery/events/snapshot.py:Polaroid as its users see it. */
export interface Camera {
  /** Whether the state is cleared after each shot, also after one that `maxrate` did not allow; default false. */
  readonly clearAfter?: boolean;
  /**
   * Looks at the state, which stands still until this returns. A promise that it returns is awaited before the next shot,
   * and the state goes on meanwhile: what is needed of it is read before the first `await`.
   */
  onShutter(state: State): unknown;
  /**
   * Called by `stalk events --camera` with each event, once the state has taken it in: for what counts, since a state
   * forgets. A program of your own has the `callback` of its State for that.
   */
  onEvent?(event: Event, state: State): void;
  /** Called every `cleanupFreq` seconds, for example to delete what is old. A promise is awaited before the next shot. */
  onCleanup?(): unknown;
}

/** A camera that is only a shutter. */
export type CameraFunction = (state: State) => unknown;

/** How often a camera looks. */
export interface CameraSettings {
  /** Seconds between two shots; default 1. The first comes after as many. */
  readonly freq?: number;
  /** At most so many shots, as Celery writes rates: `10/m`, `5/s`, `100/h`; default no limit. */
  readonly maxrate?: string | undefined;
  /** Seconds between two clean-ups; default 3600. */
  readonly cleanupFreq?: number;
}

/** What `stalk events --camera` makes one camera of. */
export type CameraClass = new (state: State, settings: CameraSettings) => Camera;
