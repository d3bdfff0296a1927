/** Tells everybody who listens. Mirrors celery/utils/dispatch/signal.py:Signal: one who fails does not keep it from the others. */
export class Signal<Value> {
  readonly #listeners: ((value: Value) => void)[] = [];
  readonly #fail: (error: unknown) => void;

  /** @param fail takes what a listener throws */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  /** Returns what takes the listener away again. */
  connect(listener: (value: Value) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  send(value: Value): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#fail(error);
      }
    }
  }
}
