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

/** The places in the chrome that are painted without React: its upper rows, whose counters never rest, and the body. */
export const slots = { above: 'above', body: 'body' } as const;

/** `rows`: only the upper rows differ, which nobody has to lay out anew. `layout`: React was told. */
export type ChromeChange = 'none' | 'rows' | 'layout';

/** Hands the chrome to React, and only one that is laid out otherwise than the last: any other costs no commit. */
export class ChromeStore {
  #laidOut: Chrome;
  #above: readonly Line[];
  #layout: string;
  #rows: string;
  readonly #listeners = new Set<() => void>();

  constructor(chrome: Chrome) {
    this.#laidOut = chrome;
    this.#above = chrome.above;
    this.#layout = layoutOf(chrome);
    this.#rows = JSON.stringify(chrome.above);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What React lays out; its upper rows may be older than `above`. */
  readonly snapshot = (): Chrome => this.#laidOut;

  /** The upper rows as they are now. */
  get above(): readonly Line[] {
    return this.#above;
  }

  replace(chrome: Chrome): ChromeChange {
    const rows = JSON.stringify(chrome.above);
    const layout = layoutOf(chrome);
    const change = layout !== this.#layout ? 'layout' : rows !== this.#rows ? 'rows' : 'none';
    this.#above = chrome.above;
    this.#rows = rows;
    if (change !== 'layout') return change;
    this.#laidOut = chrome;
    this.#layout = layout;
    for (const listener of this.#listeners) listener();
    return change;
  }
}

function layoutOf(chrome: Chrome): string {
  return JSON.stringify({ ...chrome, above: chrome.above.length });
}
