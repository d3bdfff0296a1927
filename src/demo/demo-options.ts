import { UsageError } from '../errors.ts';

export interface DemoOptions {
  /** How many workers, 1 to 20. */
  readonly workers: number;
  /** Events per second that the load aims at, 1 to 500. */
  readonly rate: number;
  /** The same seed gives the same load. */
  readonly seed: number;
  /** false: the workers start without -E and the clients without task_send_sent_event. */
  readonly events: boolean;
}

export const defaultDemoOptions: DemoOptions = { workers: 5, rate: 30, seed: 1, events: true };

/**
 * Reads the query of `demo://?workers=5&rate=40&seed=7&events=off`.
 * @throws UsageError for an option that does not exist or a value out of its range.
 */
export function parseDemoOptions(query: Readonly<Record<string, string>>): DemoOptions {
  const known = ['workers', 'rate', 'seed', 'events'];
  for (const key of Object.keys(query)) {
    if (!known.includes(key)) {
      throw new UsageError(
        `The demo cluster does not know the option ${JSON.stringify(key)} in its URL; it knows ${known.join(', ')}, ` +
          'as in demo://?workers=5&rate=40&seed=7&events=off.',
      );
    }
  }
  return {
    workers: wholeNumber(query, 'workers', 1, 20) ?? defaultDemoOptions.workers,
    rate: wholeNumber(query, 'rate', 1, 500) ?? defaultDemoOptions.rate,
    seed: wholeNumber(query, 'seed', 0, 4_294_967_295) ?? defaultDemoOptions.seed,
    events: onOrOff(query['events']),
  };
}

function wholeNumber(
  query: Readonly<Record<string, string>>,
  key: string,
  low: number,
  high: number,
): number | undefined {
  const text = query[key];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new UsageError(
      `The option ${key}=${text} of the demo cluster is not a whole number from ${low} to ${high}; give one of those.`,
    );
  }
  return value;
}

function onOrOff(text: string | undefined): boolean {
  if (text === undefined || text === 'on') return true;
  if (text === 'off') return false;
  throw new UsageError(
    `The option events=${text} of the demo cluster is neither on nor off; give one of those.`,
  );
}
