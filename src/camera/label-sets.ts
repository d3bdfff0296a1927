import { escapeControls } from '../presentation/escape-controls.ts';

/** What a series is called whose labels came when there were too many of them. */
const otherLabel = 'other';

/** A longer text is no name of anything. */
const longestLabel = 200;

/** Keeps the labels of series few: a sender that makes names up must not fill the memory, here or in Prometheus. */
export class LabelSets {
  readonly #most: number;
  readonly #known = new Map<string, Readonly<Record<string, string>>>();
  readonly #names: readonly string[];
  #other: Readonly<Record<string, string>> | undefined;
  /** Called with each new set of labels, before it is returned. */
  readonly #onNew: ((labels: Readonly<Record<string, string>>) => void) | undefined;

  constructor(
    names: readonly string[],
    most: number,
    onNew?: (labels: Readonly<Record<string, string>>) => void,
  ) {
    this.#names = names;
    this.#most = most;
    this.#onNew = onNew;
  }

  /** The labels with these values, in the order of the names; all of them `other` when there are too many already. */
  of(...values: readonly string[]): Readonly<Record<string, string>> {
    const key = values.join('\0');
    return this.#known.get(key) ?? this.#admit(key, values);
  }

  #admit(key: string, values: readonly string[]): Readonly<Record<string, string>> {
    if (this.#known.size >= this.#most) {
      this.#other ??= this.#made(this.#names.map(() => otherLabel));
      return this.#other;
    }
    const labels = this.#made(values.map(labelOf));
    this.#known.set(key, labels);
    return labels;
  }

  #made(values: readonly string[]): Readonly<Record<string, string>> {
    const labels = Object.fromEntries(this.#names.map((name, index) => [name, values[index] ?? '']));
    this.#onNew?.(labels);
    return labels;
  }
}

function labelOf(text: string): string {
  const short = text.length > longestLabel ? `${text.slice(0, longestLabel)}…` : text;
  return escapeControls(short.replace(/\p{Surrogate}/gu, '\ufffd'));
}
