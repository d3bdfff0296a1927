/** Times of events as text. They come thousands a second, so that the text of the newest second is kept. */
export class EventTime {
  #second = Number.NaN;
  #secondText = '';

  /**
   * `str(datetime.fromtimestamp(seconds, utc))`: microseconds rounded half to even, left out when they are zero.
   * Undefined for what is no time.
   */
  text(seconds: unknown): string | undefined {
    if (typeof seconds !== 'number' || !(Math.abs(seconds) < 250_000_000_000)) return undefined;
    let whole = Math.floor(seconds);
    let micros = roundHalfEven((seconds - whole) * 1e6);
    if (micros === 1_000_000) {
      whole += 1;
      micros = 0;
    }
    if (whole !== this.#second) {
      this.#secondText = new Date(whole * 1000).toISOString().slice(0, -5).replace('T', ' ');
      this.#second = whole;
    }
    return micros === 0
      ? `${this.#secondText}+00:00`
      : `${this.#secondText}.${String(micros).padStart(6, '0')}+00:00`;
  }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
