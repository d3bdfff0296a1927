/**
 * Rejects with `late()` when `work` has not settled after `deadlineMs`. The work itself goes on: `release` gets what it
 * brings after the deadline, and whatever comes of that is ignored.
 */
export function within<T>(
  deadlineMs: number,
  work: Promise<T>,
  late: () => Error,
  release?: (result: T) => Promise<void>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
      if (release) work.then(release).catch(() => {});
    }, deadlineMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
