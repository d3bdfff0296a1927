import { steadyTimers, type Timers } from '../timers.ts';

/** Times of a connection are shown: its clock is that of the machine, since the epoch. */
export const realTimers: Timers = { ...steadyTimers, nowMs: Date.now };
