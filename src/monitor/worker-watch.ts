/** How often workers are asked again while somebody looks at them. */
const watchMs = 30_000;

/** Asks at once and then again and again, while it is on. */
export class WorkerWatch {
  readonly #ask: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  switch(on: boolean): void {
    if (on === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => void this.#ask(), watchMs) : undefined;
    if (on) void this.#ask();
  }
}
