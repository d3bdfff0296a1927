/** How a recording is written, wherever one is. */
const recordingOptions = [
  {
    key: 'recordSize',
    flag: 'record-size',
    type: 'bytes',
    min: 4096,
    max: 1_099_511_627_776,
    placeholder: '256M',
    group: 'Recording',
    help: 'Go on in a new file when this one would be larger; the old one gets its time into its name',
  },
  {
    key: 'recordAge',
    flag: 'record-age',
    type: 'seconds',
    min: 1,
    max: 31_536_000,
    placeholder: '1h',
    group: 'Recording',
    help: 'Go on in a new file when this one is older',
  },
  {
    key: 'recordKeep',
    flag: 'record-keep',
    type: 'integer',
    min: 1,
    max: 1_000_000,
    placeholder: 'N',
    group: 'Recording',
    help: 'Delete the oldest of the old files beyond so many; all are kept unless given',
  },
  {
    key: 'redact',
    flag: 'redact',
    type: 'list',
    placeholder: 'PATTERN',
    group: 'Recording',
    help: 'Leave out args, kwargs, result, exception, traceback, keyword arguments such as *token*, or what /expression/ finds',
  },
] as const;

/** Beside something else. */
const recordOption = {
  key: 'record',
  flag: 'record',
  env: [],
  type: 'string',
  placeholder: 'FILE',
  group: 'Recording',
  help: 'Write down what is received, and which commands are sent, beside all else',
} as const;

const ownRecordOptions = [
  {
    key: 'gatherFor',
    flag: 'for',
    env: [],
    type: 'seconds',
    min: 0,
    max: 2_000_000,
    placeholder: '10s',
    group: 'Recording',
    help: 'How long, without end unless given',
  },
] as const;

/** What `stalk events` takes of it. */
export const besideOptions: readonly [typeof recordOption, ...typeof recordingOptions] = [
  recordOption,
  ...recordingOptions,
];

/** What `stalk record` takes. */
export const recordOptions: readonly [...typeof ownRecordOptions, ...typeof recordingOptions] = [
  ...ownRecordOptions,
  ...recordingOptions,
];
