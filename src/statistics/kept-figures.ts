import { CountPages } from './count-pages.ts';
import { Figures } from './figures.ts';

/** At once, so that thousands of invented names do not look for the oldest each time. */
const shedShare = 1 / 16;

/**
 * Figures by name, in memory that is bounded however many names there are. Where one would be too many, those that
 * were used last longest ago are counted with the others from then on.
 */
export class KeptFigures {
  /** Of names that are kept no longer, and of no name. */
  readonly others: Figures;
  readonly pages: CountPages;
  readonly #most: number;
  readonly #byName = new Map<string, Figures>();
  /** Making new ones is most of what an invented name would cost. */
  readonly #spare: Figures[] = [];

  constructor(most: number, maxPages: number) {
    this.#most = most;
    this.pages = new CountPages(maxPages);
    this.others = new Figures(this.pages);
  }

  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** Those of every name and of the others: together the whole. */
  *all(): Iterable<Figures> {
    yield* this.#byName.values();
    yield this.others;
  }

  get(name: string): Figures | undefined {
    return this.#byName.get(name);
  }

  /** Those of a name, which is kept from now on; without one, those of the others. Who uses them notes `usedAt`. */
  of(name: unknown, minute: number): Figures {
    if (typeof name !== 'string' || name === '') return this.others;
    return this.#byName.get(name) ?? this.#add(name, minute);
  }

  /** Counts a share of the names with the others, and more of them until there are so many pages. */
  shed(pages: number, minute: number): void {
    const oldest = [...this.#byName].sort(([, left], [, right]) => left.usedAt - right.usedAt);
    const enough = this.#byName.size - Math.ceil(this.#byName.size * shedShare);
    for (const [name, figures] of oldest) {
      if (this.#byName.size <= enough && this.pages.room >= pages) return;
      this.#byName.delete(name);
      this.others.absorb(figures, minute);
      this.#spare.push(figures);
    }
  }

  /** For new ones with the same limits: the same figures by the same names. What lies in reserve is left out. */
  copyFrom(other: KeptFigures): void {
    this.pages.copyFrom(other.pages);
    this.others.copyFrom(other.others);
    for (const [name, figures] of other.#byName) {
      const copy = new Figures(this.pages);
      copy.copyFrom(figures);
      this.#byName.set(name, copy);
    }
  }

  #add(name: string, minute: number): Figures {
    if (this.#byName.size >= this.#most) this.shed(0, minute);
    const figures = this.#spare.pop() ?? new Figures(this.pages);
    this.#byName.set(name, figures);
    return figures;
  }
}
