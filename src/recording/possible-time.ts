/** Whether it may be a time, in seconds since the epoch: beyond what a Date can hold there is none. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 8.64e12;
}
