/** What can be looked at: the last 5 minutes, 15 minutes, hour, or all since the start. */
export type Window = '5m' | '15m' | '1h' | 'all';

export const windows: readonly Window[] = ['5m', '15m', '1h', 'all'];

export const secondsPerMinute = 60;

/** A ring of slots, each of some whole minutes. What leaves one ring is added to the next. */
interface Ring {
  readonly minutesPerSlot: number;
  /** What it must reach back. */
  readonly minutes: number;
  /** Place of its first slot among all slots, and how many there are. */
  readonly first: number;
  readonly slots: number;
}

/**
 * Slots get longer as they get older, so that one write and sixteen slots serve all windows. A window is all the slots
 * that reach into it, the present one included: the 5 minutes are 5 to 6, the 15 are 15 to 18, the hour is 60 to 72.
 */
const rings: readonly Ring[] = [
  { minutesPerSlot: 1, minutes: 5, first: 0, slots: 6 },
  { minutesPerSlot: 3, minutes: 15, first: 6, slots: 4 },
  { minutesPerSlot: 12, minutes: 60, first: 10, slots: 5 },
];

/** Everything older, in one. */
export const oldestSlot = 15;
export const slotCount = 16;

/** The slots of a window are those before this one: the ring of the window and the rings of younger slots. */
export const slotsOf: Readonly<Record<Window, number>> = { '5m': 6, '15m': 10, '1h': 15, all: slotCount };

/** The place of the slot that a minute is counted in while it is the present one. */
export function presentSlot(minute: number): number {
  return minute % 6;
}

/** Seconds at which a window begins, when it is `minute`. */
export function windowStart(window: Window, minute: number): number {
  const ring = rings[windows.indexOf(window)];
  return ring === undefined ? -Infinity : firstMinute(ring, minute) * secondsPerMinute;
}

/** Whether what begins in minute `start` and is in slot `slot` has to leave it, now that it is `minute`. */
export function hasLeft(slot: number, start: number, minute: number): boolean {
  const ring = rings.find(({ first, slots }) => slot >= first && slot < first + slots);
  return ring !== undefined && start < firstMinute(ring, minute);
}

/** Where what has left slot `slot` belongs: the place of an older slot and the minute in which that begins. */
export function nextSlot(
  slot: number,
  start: number,
  minute: number,
): { readonly slot: number; readonly start: number } {
  for (const ring of rings) {
    if (ring.first <= slot || start < firstMinute(ring, minute)) continue;
    const index = Math.floor(start / ring.minutesPerSlot);
    return { slot: ring.first + (index % ring.slots), start: index * ring.minutesPerSlot };
  }
  return { slot: oldestSlot, start: 0 };
}

function firstMinute({ minutes, minutesPerSlot }: Ring, minute: number): number {
  return Math.floor((minute - minutes) / minutesPerSlot) * minutesPerSlot;
}
