import type { Line } from '../../presentation/line.ts';

/** Everything of the screen that is not the live body, ready to be laid out. */
export interface Chrome {
  readonly width: number;
  readonly ascii: boolean;
  readonly above: readonly Line[];
  readonly hasBody: boolean;
  /** Lines that take the place of the body: help, the command log. */
  readonly panel: { readonly lines: readonly Line[] } | undefined;
  readonly dialog:
    | { readonly lines: readonly Line[]; readonly width: number; readonly left: number }
    | undefined;
  readonly below: readonly Line[];
}

/** Hands the chrome to React, and only a chrome that differs from the last one: an equal one costs no commit. */
export class ChromeStore {
  #chrome: Chrome;
  #text: string;
  readonly #listeners = new Set<() => void>();

  constructor(chrome: Chrome) {
    this.#chrome = chrome;
    this.#text = JSON.stringify(chrome);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Chrome => this.#chrome;

  /** Whether anything changed, and so was handed on. */
  replace(chrome: Chrome): boolean {
    const text = JSON.stringify(chrome);
    if (text === this.#text) return false;
    this.#chrome = chrome;
    this.#text = text;
    for (const listener of this.#listeners) listener();
    return true;
  }
}
