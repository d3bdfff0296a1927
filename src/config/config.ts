import type { Option, options } from './options.ts';

type Declared = (typeof options)[number];

type TypeOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { type: 'number' | 'integer' | 'seconds' | 'bytes' }
    ? number
    : O extends { choices: readonly (infer Choice)[] }
      ? Choice
      : string;

type ValueOf<O extends Option> = 'default' extends keyof O ? TypeOf<O> : TypeOf<O> | undefined;

/** What is in force, one field per option. Times are seconds. */
export type Config = { readonly [O in Declared as O['key']]: ValueOf<O> };

export type ConfigKey = keyof Config;

export interface LoadedConfig {
  readonly config: Config;
}
