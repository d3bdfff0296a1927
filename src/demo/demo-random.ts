/** Numbers in [0, 1) that repeat for the same seed (mulberry32): a demo can be shown twice the same. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every random decision of the demo, from one source of numbers. */
export class Chance {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  /** Both ends included. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  happens(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  pickWeighted<T extends { readonly weight: number }>(choices: readonly [T, ...T[]]): T {
    const total = choices.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.between(0, total);
    for (const choice of choices) {
      left -= choice.weight;
      if (left < 0) return choice;
    }
    return choices[0];
  }

  /** Run times: most are near the median, a few take many times as long. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return median * Math.exp(sigma * normal);
  }

  /** Waiting time until the next of many independent arrivals. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }

  hex(digits: number): string {
    if (digits > 8) return this.hex(8) + this.hex(digits - 8);
    return this.integer(0, 16 ** digits - 1)
      .toString(16)
      .padStart(digits, '0');
  }

  /** A version 4 uuid, as kombu gives to tasks. */
  uuid(): string {
    const variant = this.pick(['8', '9', 'a', 'b']);
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`;
  }
}
