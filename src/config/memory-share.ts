const mebibyte = 2 ** 20;

/**
 * What the program takes of `--memory` before it keeps a single task: with the screen open and events arriving about
 * 100 MB.
 */
const ownMemory = 112 * mebibyte;

/**
 * The bytes that tasks and workers may take of `--memory`: what the program itself does not need, less a reserve for
 * what V8 has not collected yet.
 */
export function taskMemory(memory: number): number {
  return Math.floor((memory - ownMemory) * 0.8);
}

/** What a rewind may go back through, in bytes of messages as they came: about 45,000 events. */
const usualRing = 16 * mebibyte;

/** @param memory that of `--memory`; undefined without it */
export function ringMemory(memory: number | undefined): number {
  return memory === undefined ? usualRing : Math.min(usualRing, Math.floor(memory / 64));
}
