/** How fast a replay goes, as a multiple of the time in which it happened; the last is as fast as events can be read. */
export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, Number.POSITIVE_INFINITY];

/** The next faster or slower one; the same at an end. */
export function speedBeside(speed: number, direction: 1 | -1): number {
  const next =
    direction === 1
      ? speeds.find((candidate) => candidate > speed)
      : speeds.findLast((candidate) => candidate < speed);
  return next ?? speed;
}

export function speedLabel(speed: number): string {
  if (speed === Number.POSITIVE_INFINITY) return 'max';
  if (speed === 0.25) return '×¼';
  return speed === 0.5 ? '×½' : `×${speed}`;
}
