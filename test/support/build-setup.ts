import { build } from './build.ts';

/** Each project of a run loads this module anew; what they share hangs on the process. */
const holder = globalThis as { [key: symbol]: Promise<void> | undefined };
const key = Symbol.for('celery-stalk.test-build');

/** Builds dist once for all projects of this run, so that what they test is never an old build. */
export default async function setup(): Promise<void> {
  holder[key] ??= build();
  await holder[key];
}
