/**
 * Tells that something changed, at most once per turn of the event loop: a broker delivers many events in one read,
 * and listeners pace themselves anyway.
 */
export class ChangeNotifier {
  readonly #listeners = new Set<() => void>();
  readonly #defer: (callback: () => void) => void;
  #pending = false;

  constructor(defer: (callback: () => void) => void = setImmediate) {
    this.#defer = defer;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  touch(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#defer(() => {
      this.#pending = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  clear(): void {
    this.#listeners.clear();
  }
}
