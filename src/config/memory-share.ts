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
/** The same where there are too many tasks for them to be copied: 100,000 of them have to fit into 150 MB. */
const ringOfLarge = 4 * mebibyte;

/** A copy of more tasks would be felt at the keys: it takes about a millisecond for a thousand. */
const mostTasksCopied = 10_000;
/** Bytes of a task in a copy of the cluster, beside texts that are shared. */
const copiedTask = 512;

/**
 * What a rewind may take: bytes of messages, and tasks of a cluster that is copied. Copies have no place in `--memory`.
 *
 * @param memory that of `--memory`; undefined without it
 */
export function ringMemory(memory: number | undefined): {
  readonly bytes: number;
  readonly bytesOfLarge: number;
  readonly tasksCopied: number;
} {
  if (memory === undefined)
    return { bytes: usualRing, bytesOfLarge: ringOfLarge, tasksCopied: mostTasksCopied };
  const bytes = Math.min(usualRing, Math.floor(memory / 64));
  return { bytes, bytesOfLarge: bytes, tasksCopied: 0 };
}

/**
 * Tasks that all checkpoints of a replay may hold together: an eighth of `--memory`.
 *
 * @param memory that of `--memory`; undefined without it, for the usual number
 */
export function checkpointTasks(memory: number | undefined): number | undefined {
  return memory === undefined ? undefined : Math.floor(memory / 8 / copiedTask);
}
