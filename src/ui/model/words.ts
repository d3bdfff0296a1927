import { topScreenIds } from './screens.ts';

/** The commands that the palette knows beyond the actions: those that take words. Declared once. */
export interface WordCommand {
  readonly id: WordCommandId;
  /** How it is typed, with its words: `<needed>`, `[optional]`, `…` repeated. */
  readonly usage: string;
  readonly title: string;
  /** What Tab completes each word from, by place; the last one repeats. */
  readonly words: readonly (WordKind | 'none' | readonly string[])[];
}

/** What a word can be completed from. `filter` is a saved filter or what can be done with one, `saved` its name alone. */
export type WordKind = 'worker' | 'type' | 'column' | 'filter' | 'saved';

export type WordCommandId =
  | 'view'
  | 'task'
  | 'worker'
  | 'filter'
  | 'sort'
  | 'time'
  | 'rate_limit'
  | 'time_limit'
  | 'revoke'
  | 'terminate'
  | 'grow'
  | 'shrink'
  | 'autoscale'
  | 'add_consumer'
  | 'cancel_consumer'
  | 'enable_events'
  | 'disable_events'
  | 'ping'
  | 'shutdown'
  | 'at'
  | 'rewind'
  | 'record'
  | 'readonly'
  | 'rate';

export const wordCommands: readonly WordCommand[] = [
  { id: 'view', usage: `view ${topScreenIds.join('|')}`, title: 'switch view', words: [topScreenIds] },
  { id: 'task', usage: 'task <uuid>', title: 'open a task', words: ['none'] },
  { id: 'worker', usage: 'worker <name>', title: 'open a worker', words: ['worker'] },
  {
    id: 'filter',
    usage: 'filter [text | name | save name | drop name]',
    title: 'filter the list, keep filters',
    words: ['filter', 'saved'],
  },
  { id: 'sort', usage: 'sort <column>', title: 'sort the list', words: ['column'] },
  {
    id: 'time',
    usage: 'time utc|local|relative',
    title: 'how times are shown',
    words: [['utc', 'local', 'relative']],
  },
  {
    id: 'rate_limit',
    usage: 'rate_limit <type> <rate>',
    title: 'limit a task type',
    words: ['type', 'none'],
  },
  {
    id: 'time_limit',
    usage: 'time_limit <type> <soft> <hard>',
    title: 'limit run time',
    words: ['type', 'none'],
  },
  { id: 'revoke', usage: 'revoke <uuid…>', title: 'revoke tasks', words: ['none'] },
  { id: 'terminate', usage: 'terminate <uuid…>', title: 'kill running tasks', words: ['none'] },
  { id: 'grow', usage: 'grow <worker> [n]', title: 'grow a pool', words: ['worker', 'none'] },
  { id: 'shrink', usage: 'shrink <worker> [n]', title: 'shrink a pool', words: ['worker', 'none'] },
  {
    id: 'autoscale',
    usage: 'autoscale <worker> <max> <min>',
    title: 'set the range',
    words: ['worker', 'none'],
  },
  {
    id: 'add_consumer',
    usage: 'add_consumer <queue> <worker…>',
    title: 'consume a queue',
    words: ['none', 'worker'],
  },
  {
    id: 'cancel_consumer',
    usage: 'cancel_consumer <queue> <worker…>',
    title: 'stop consuming a queue',
    words: ['none', 'worker'],
  },
  { id: 'enable_events', usage: 'enable_events [worker…]', title: 'task events on', words: ['worker'] },
  { id: 'disable_events', usage: 'disable_events [worker…]', title: 'task events off', words: ['worker'] },
  { id: 'ping', usage: 'ping [worker…]', title: 'who answers', words: ['worker'] },
  { id: 'shutdown', usage: 'shutdown <worker…>', title: 'shut workers down', words: ['worker'] },
  {
    id: 'at',
    usage: 'at 14:03 | -5m | 50%',
    title: 'go to a time of a replay',
    words: ['none'],
  },
  { id: 'rewind', usage: 'rewind [5m]', title: 'back into what was seen', words: ['none'] },
  {
    id: 'record',
    usage: 'record on|off [path]',
    title: 'write the session down',
    words: [['on', 'off'], 'none'],
  },
  { id: 'readonly', usage: 'readonly on|off', title: 'refuse all commands', words: [['on', 'off']] },
  { id: 'rate', usage: 'rate <frames per second>', title: '0.2 to 10', words: ['none'] },
];

export interface TypedCommand {
  readonly command: WordCommand;
  readonly words: readonly string[];
}

/** `rate_limit app.add 10/s` → the command and its words; undefined when the first word is no such command. */
export function parseCommand(text: string): TypedCommand | undefined {
  const [name, ...words] = text.trim().split(/\s+/);
  const command = wordCommands.find((entry) => entry.id === name);
  return command === undefined ? undefined : { command, words };
}

/** The text after Tab: the word being typed grown to its first candidate. */
export function completeWord(text: string, candidates: (kind: WordKind) => readonly string[]): string {
  const typed = parseCommand(text);
  if (typed === undefined) return text;
  const ending = /\s$/.test(text) ? '' : (typed.words.at(-1) ?? '');
  const place = typed.words.length - (/\s$/.test(text) ? 0 : 1);
  const kind = typed.command.words[Math.min(place, typed.command.words.length - 1)] ?? 'none';
  if (place < 0 || kind === 'none') return text;
  const from = typeof kind === 'string' ? candidates(kind) : kind;
  const query = ending.toLowerCase();
  const found =
    from.find((entry) => entry.toLowerCase().startsWith(query)) ??
    from.find((entry) => entry.toLowerCase().includes(query));
  return found === undefined ? text : `${text.slice(0, text.length - ending.length)}${found} `;
}
