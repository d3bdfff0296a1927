/** What a command of a worker raises; the reply is `{error: repr(exc)}` (celery/worker/pidbox.py, kombu/pidbox.py). */
export class PythonError extends Error {
  readonly repr: string;

  constructor(repr: string) {
    super(repr);
    this.name = 'PythonError';
    this.repr = repr;
  }
}
