/** How much a value grows in a second: the slope of the line that fits best through points of (seconds, value). */
export function slopePerSecond(points: readonly (readonly [seconds: number, value: number])[]): number {
  const count = points.length;
  const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / count;
  const [meanSeconds, meanValue] = [mean(0), mean(1)];
  let together = 0;
  let spread = 0;
  for (const [seconds, value] of points) {
    together += (seconds - meanSeconds) * (value - meanValue);
    spread += (seconds - meanSeconds) ** 2;
  }
  return together / spread;
}
