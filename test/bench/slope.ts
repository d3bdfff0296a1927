import { median } from './figure.ts';

/**
 * How much a value grows in a second: the median of the slopes between any two points of (seconds, value), so that a few
 * peaks before a collection of garbage do not count as growth (Theil and Sen).
 */
export function slopePerSecond(points: readonly (readonly [seconds: number, value: number])[]): number {
  const slopes = points.flatMap(([seconds, value], index) =>
    points.slice(index + 1).map((later) => (later[1] - value) / (later[0] - seconds)),
  );
  return median(slopes);
}
