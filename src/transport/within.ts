/** Rejects with `late()` when `work` has not settled after `deadlineMs`; the work itself goes on. */
export function within<T>(deadlineMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), deadlineMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
