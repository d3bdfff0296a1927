import type { Config } from '../config/config.ts';
import type { Environment } from '../config/load-config.ts';
import { type Say, StateFile, stateFolder } from '../config/state-file.ts';
import {
  type FilterChange,
  type KeptFilters,
  noFilters,
  readKept,
  withChange,
} from '../query/kept-filters.ts';

/** Filters for later sessions. */
export interface FilterKeeper {
  /** @param say is told what is wrong with the file, now or later */
  open(say: Say): Promise<KeptFilters>;
  keep(change: FilterChange): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

/** In a file of the operator's, unless that is not wanted or nobody knows where. */
export function filterKeeper({ noHistory }: Pick<Config, 'noHistory'>, env: Environment): FilterKeeper {
  const folder = noHistory ? undefined : stateFolder(env);
  return folder === undefined ? forgetful : new FileKeeper(`${folder}/filters.json`);
}

const forgetful: FilterKeeper = {
  open: () => Promise.resolve(noFilters),
  keep: () => undefined,
  close: () => Promise.resolve(),
};

class FileKeeper implements FilterKeeper {
  readonly #file: StateFile;
  #say: Say = () => undefined;

  constructor(path: string) {
    this.#file = new StateFile(path, (sentence) => this.#say(sentence));
  }

  async open(say: Say): Promise<KeptFilters> {
    this.#say = say;
    return readKept(await this.#file.read());
  }

  /** What else is in the file stays: it may be of a newer version. */
  keep(change: FilterChange): void {
    this.#file.change((content) => ({
      ...(typeof content === 'object' ? content : {}),
      ...withChange(readKept(content), change),
    }));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
