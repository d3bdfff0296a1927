import type { DurationCounts } from './duration-counts.ts';

const bucketsPerPage = 32;
/** Before the counts of a page stand the number of the next page of its chain and the place of its first bucket. */
const headWords = 2;
const pageWords = headWords + bucketsPerPage;
const firstPages = 256;
const highestCount = 0xffff_ffff;

/**
 * Counts by bucket for very many small histograms in one piece of memory that never exceeds `maxPages`. A histogram is
 * a chain of pages, named by its first page, and has pages only for the buckets it uses; 0 is the empty one.
 */
export class CountPages {
  readonly #maxPages: number;
  #words: Uint32Array;
  /** First of the chain of pages that are given back. */
  #free = 0;
  #taken = 0;
  /** Page 0 stands for none. */
  #touched = 1;

  constructor(maxPages: number) {
    this.#maxPages = maxPages;
    this.#words = new Uint32Array(Math.min(firstPages, maxPages) * pageWords);
  }

  /** How many pages can still be taken. */
  get room(): number {
    return this.#maxPages - 1 - this.#taken;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** Counts one in a bucket, unless that takes a page and there is none. Returns the name of the chain from now on. */
  add(chain: number, bucket: number): number {
    const place = Math.floor(bucket / bucketsPerPage);
    const found = this.#find(chain, place);
    const page = found === 0 ? this.#take(chain, place) : found;
    if (page === 0) return chain;
    const at = page * pageWords + headWords + (bucket % bucketsPerPage);
    const count = this.#words[at] ?? 0;
    if (count < highestCount) this.#words[at] = count + 1;
    return found === 0 ? page : chain;
  }

  /** One chain with the counts of both, neither of which is to be used any longer. Takes no page. */
  merge(into: number, from: number): number {
    let chain = into;
    let page = from;
    while (page !== 0) {
      const next = this.#words[page * pageWords] ?? 0;
      const same = this.#find(chain, this.#words[page * pageWords + 1] ?? 0);
      if (same === 0) {
        this.#words[page * pageWords] = chain;
        chain = page;
      } else {
        this.#addPage(same, page);
        this.#release(page);
      }
      page = next;
    }
    return chain;
  }

  /** Gives the pages of a chain back. */
  release(chain: number): void {
    let page = chain;
    while (page !== 0) {
      const next = this.#words[page * pageWords] ?? 0;
      this.#release(page);
      page = next;
    }
  }

  /** Adds the counts of a chain to a reading. */
  read(chain: number, counts: DurationCounts): void {
    const words = this.#words;
    for (let page = chain; page !== 0; page = words[page * pageWords] ?? 0) {
      const first = page * pageWords + headWords;
      const bucket = (words[page * pageWords + 1] ?? 0) * bucketsPerPage;
      counts.add(bucket, words, first, bucketsPerPage);
    }
  }

  /** For new pages of which there may be as many: the same chains by the same names. */
  copyFrom(other: CountPages): void {
    // Pages that were never touched are left out: after growth they are up to half of it.
    this.#words = other.#words.slice(0, other.#touched * pageWords);
    this.#free = other.#free;
    this.#taken = other.#taken;
    this.#touched = other.#touched;
  }

  #find(chain: number, place: number): number {
    const words = this.#words;
    let page = chain;
    while (page !== 0 && words[page * pageWords + 1] !== place) page = words[page * pageWords] ?? 0;
    return page;
  }

  /** A page with nothing in it, in front of the chain; 0 when there is none left. */
  #take(chain: number, place: number): number {
    if (this.room <= 0) return 0;
    const page = this.#free || this.#touched;
    if (page === this.#free) this.#free = this.#words[page * pageWords] ?? 0;
    else this.#touched += 1;
    if ((page + 1) * pageWords > this.#words.length) this.#grow();
    this.#taken += 1;
    const at = page * pageWords;
    this.#words[at] = chain;
    this.#words[at + 1] = place;
    this.#words.fill(0, at + headWords, at + pageWords);
    return page;
  }

  #release(page: number): void {
    this.#words[page * pageWords] = this.#free;
    this.#free = page;
    this.#taken -= 1;
  }

  #addPage(into: number, from: number): void {
    const words = this.#words;
    for (let offset = headWords; offset < pageWords; offset += 1) {
      const sum = (words[into * pageWords + offset] ?? 0) + (words[from * pageWords + offset] ?? 0);
      words[into * pageWords + offset] = Math.min(highestCount, sum);
    }
  }

  #grow(): void {
    const pages = Math.min(this.#maxPages, (this.#words.length / pageWords) * 2);
    const words = new Uint32Array(pages * pageWords);
    words.set(this.#words);
    this.#words = words;
  }
}
