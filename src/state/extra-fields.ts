import { extraBytes, extraEntryBytes, textBytes, valueBytes } from './memory-size.ts';
import { isStoredName, storedValue } from './stored-value.ts';

/** Event fields that have no place of their own, by their wire names. */
export type ExtraFields = ReadonlyMap<string, unknown>;

/** Names beyond this many on one task or worker are dropped: an event can carry any name it likes. */
export const maxExtraFields = 256;

/** Names up to this long are those of a program, of which there is one copy for all. */
const longestCommonName = 40;

const none: ExtraFields = new Map();

export function noExtraFields(): ExtraFields {
  return none;
}

/** The extra fields of one task or worker, and what they take in memory. */
export class ExtraValues {
  readonly values: ExtraFields;
  readonly #values: Map<string, unknown> = new Map();
  #bytes = extraBytes;

  constructor() {
    this.values = this.#values;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The values themselves are shared: nobody changes them. */
  clone(): ExtraValues {
    const copy = new ExtraValues();
    for (const [name, value] of this.#values) copy.#values.set(name, value);
    copy.#bytes = this.#bytes;
    return copy;
  }

  /** What is too large to be kept is dropped, and with it the older value that it would have replaced. */
  keep(name: string, value: unknown): void {
    if (!isStoredName(name)) return;
    this.delete(name);
    const stored = storedValue(value);
    if (stored === undefined || this.#values.size >= maxExtraFields) return;
    this.#values.set(name, stored);
    this.#bytes += bytesOf(name, stored);
  }

  delete(name: string): void {
    const before = this.#values.get(name);
    if (this.#values.delete(name)) this.#bytes -= bytesOf(name, before);
  }
}

function bytesOf(name: string, value: unknown): number {
  return extraEntryBytes + (name.length > longestCommonName ? textBytes(name) : 0) + valueBytes(value);
}
