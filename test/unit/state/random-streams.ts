import type { Event } from '../../../src/protocol/event.ts';
import { seeded } from '../../support/seeded.ts';

export interface Disturbance {
  seed: number;
  /** Places an event may move at most; Infinity shuffles the whole stream. */
  reach: number;
  /** Whether some tasks' events lose their clock, which makes their order depend on how they arrived. */
  withoutClocks: boolean;
}

/** The events with gaps, repetitions and in disorder. */
export function disturbed(events: readonly Event[], { seed, reach, withoutClocks }: Disturbance): Event[] {
  const random = seeded(seed);
  const remaining = events.filter(() => random() > 0.15);
  const repeated = remaining.flatMap((event) => (random() < 0.1 ? [event, event] : [event]));
  const stripped = repeated.map((event) =>
    withoutClocks && event.type.startsWith('task-') && random() < 0.2
      ? ({ ...event, clock: random() < 0.5 ? 0 : null } as unknown as Event)
      : event,
  );
  const span = Math.min(reach, stripped.length);
  return stripped
    .map((event, index) => ({ event, place: index + random() * span }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
}
