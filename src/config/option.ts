/** Headings of the help, in this order. */
export const optionGroups = [
  'Broker',
  'Task',
  'Queues',
  'Workers',
  'Output',
  'Screen',
  'Without a screen',
  'Camera',
  'Recording',
  'Replay',
  'Safety',
  'Limits',
  'Cluster settings',
  'Other',
] as const;

export type OptionGroup = (typeof optionGroups)[number];

/** One setting, declared once: the command line, the environment, the help and the docs are read from here. */
export interface Option {
  /** Its name in `Config`. */
  readonly key: string;
  /** Without the two dashes. */
  readonly flag: string;
  readonly alias?: string;
  /** Another way to write the flag. */
  readonly otherFlag?: string;
  /** Environment names, the first that is set wins; `STALK_<FLAG>` unless given here. */
  readonly env?: readonly string[];
  /**
   * `seconds` reads `2`, `2s`, `500ms` or `3d`; `bytes` reads `256M`, `1G`, `262144K` or a bare number; a `list` may be given
   * more than once and holds the texts in order.
   */
  readonly type: 'string' | 'number' | 'integer' | 'seconds' | 'bytes' | 'boolean' | 'list';
  /** Undefined where absence itself means something. */
  readonly default?: string | number | boolean | readonly string[];
  readonly choices?: readonly string[];
  /** A choice may be written in small letters or capitals. */
  readonly anyCase?: true;
  readonly min?: number;
  readonly max?: number;
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly group: OptionGroup;
  /** One line, no full stop. */
  readonly help: string;
  /** Its value is never printed whole. */
  readonly secret?: true;
}

/** The environment names of an option, the first that is set wins. */
export function envNames(option: Option): readonly string[] {
  return option.env ?? [`STALK_${option.flag.toUpperCase().replaceAll('-', '_')}`];
}
