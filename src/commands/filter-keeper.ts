import type { Config } from '../config/config.ts';
import type { Environment } from '../config/load-config.ts';
import { type Say, StateFile } from '../config/state-file.ts';
import { statePath } from '../config/state-folder.ts';
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
  const path = noHistory ? undefined : statePath('filters.json', env);
  return path === undefined ? forgetful : new FileKeeper(path);
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
