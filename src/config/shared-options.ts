/** What a script asks for. */
export const jsonOption = {
  key: 'json',
  flag: 'json',
  alias: 'j',
  env: [],
  type: 'boolean',
  default: false,
  group: 'Output',
  help: 'JSON, and nothing else on stdout',
} as const;

/** For scripts, which nobody can ask. */
export const yesOption = {
  key: 'yes',
  flag: 'yes',
  alias: 'y',
  env: [],
  type: 'boolean',
  default: false,
  group: 'Safety',
  help: 'Do not ask before work is stopped or something is deleted',
} as const;

/** How long a result is waited for. */
export const waitTimeout = {
  key: 'timeout',
  flag: 'timeout',
  env: [],
  type: 'seconds',
  min: 0,
  max: 604_800,
  placeholder: 'SECONDS',
  group: 'Limits',
  help: 'With --wait: how long at most; 60 unless given',
} as const;
