import type { Option } from './option.ts';
import { type commonOptions, eventsOptions } from './options.ts';

type TypeOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { type: 'number' | 'integer' | 'seconds' | 'bytes' }
    ? number
    : O extends { type: 'list' }
      ? readonly string[]
      : O extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string;

type ValueOf<O extends Option> = 'default' extends keyof O ? TypeOf<O> : TypeOf<O> | undefined;

/** What is in force under a table of options, one field per option. Times are seconds. */
export type ConfigOf<Table extends readonly Option[]> = {
  readonly [O in Table[number] as O['key']]: ValueOf<O>;
};

/** What every command knows. */
export type CommonConfig = ConfigOf<typeof commonOptions>;

/** What `stalk events` knows. */
export type Config = CommonConfig & ConfigOf<typeof eventsOptions>;

/** What the screen opens with, and what `--once` prints. */
export type View = Config['view'];

export const views: readonly View[] = eventsOptions.flatMap((option) =>
  option.key === 'view' ? [...option.choices] : [],
);
