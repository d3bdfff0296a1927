import type { State } from '../state/state.ts';
import type { Camera } from './camera.ts';

/** Takes what a camera made, and may return a promise of when there is room for more. */
export type Write = (text: string) => unknown;

/** Prints counts of what came since the shot before, if anything did: the camera of Celery's guide. */
export class TextCamera implements Camera {
  readonly clearAfter: boolean = true;
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  onShutter(state: State): unknown {
    if (state.eventCount === 0) return undefined;
    const states = [...state.countByState()].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [
      `Workers: ${state.workers.size}`,
      `Tasks: ${state.tasks.size}`,
      ...states.map(([name, count]) => `    ${name}: ${count}`),
      `Total: ${state.eventCount} events, ${state.taskCount} tasks`,
    ];
    return this.#write(`${lines.join('\n')}\n`);
  }
}
