import { formatVersion } from './block-header.ts';
import { isTime } from './possible-time.ts';

/** A session of recording begins: the first line of each file, and of each run that goes on with one. */
export interface SessionLine {
  readonly kind: 'recording';
  /** Seconds since the epoch, as everywhere here. */
  readonly at: number;
  readonly version: number;
  /** Its URL, without the password. */
  readonly broker: string;
  /** `celery-stalk 0.1.0` */
  readonly program: string;
}

/** The broker has confirmed the subscription: from now on events are heard. */
export interface ListeningLine {
  readonly kind: 'listening';
  readonly at: number;
}

/** There was no connection: events of this time are missing. */
export interface GapLine {
  readonly kind: 'gap';
  readonly from: number;
  readonly to: number;
}

/** A remote command that was sent. */
export interface CommandLine {
  readonly kind: 'command';
  readonly at: number;
  /** Of the command within its session; replies refer to it. */
  readonly id: number;
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Null when it went to every worker. */
  readonly destination: readonly string[] | null;
}

export interface ReplyLine {
  readonly kind: 'reply';
  readonly at: number;
  readonly command: number;
  readonly hostname: string;
  readonly reply: unknown;
}

/** Replies to a command are no longer waited for. */
export interface CommandEndLine {
  readonly kind: 'command-end';
  readonly at: number;
  readonly command: number;
  /** Those that were expected to reply and did not. */
  readonly silent: readonly string[];
  /** Why nothing was sent. */
  readonly failure: string | null;
}

/** The disk could not keep up or take them: so many events are missing here. */
export interface DroppedLine {
  readonly kind: 'dropped';
  readonly at: number;
  readonly events: number;
}

/** What a recording holds beside events. */
export type OwnLine =
  | SessionLine
  | ListeningLine
  | GapLine
  | CommandLine
  | ReplyLine
  | CommandEndLine
  | DroppedLine;

/** Begins each block, so that it can be read without those before it. */
export interface BlockLine {
  readonly kind: 'block';
  /** The receiver's logical clock before the first event of the block. */
  readonly clock: number;
  /** Whether timestamps were shifted by the sender's utcoffset. */
  readonly utcoffset: boolean;
}

/** One line of JSON, without a line feed. */
export function ownLine({ kind, ...fields }: OwnLine): string {
  return JSON.stringify({ stalk: kind, ...fields });
}

export function sessionLine(session: Omit<SessionLine, 'kind' | 'version'>): SessionLine {
  return { kind: 'recording', version: formatVersion, ...session };
}

export function blockLine({ clock, utcoffset }: Omit<BlockLine, 'kind'>): string {
  return JSON.stringify({ stalk: 'block', clock, ...(utcoffset ? { utcoffset } : {}) });
}

/** When it was; for a gap, when it was over. */
export function timeOfLine(line: OwnLine): number {
  return line.kind === 'gap' ? line.to : line.at;
}

/** Undefined for what is none of ours, or lacks what it should have: anybody may have written the file. */
export function parseOwnLine(value: object): OwnLine | BlockLine | undefined {
  const line: Fields = { ...value };
  const { stalk: kind, at } = line;
  if (kind === 'block') return parseBlock(line);
  if (kind === 'gap') return parseGap(line);
  if (!isTime(at)) return undefined;
  switch (kind) {
    case 'recording':
      return {
        kind,
        at,
        version: numberOr(line['version'], 1),
        broker: textOf(line['broker']),
        program: textOf(line['program']),
      };
    case 'listening':
      return { kind, at };
    case 'dropped':
      return { kind, at, events: numberOr(line['events'], 0) };
    case 'command':
      return parseCommand(line, at);
    case 'reply':
      return {
        kind,
        at,
        command: numberOr(line['command'], 0),
        hostname: textOf(line['hostname']),
        reply: line['reply'],
      };
    case 'command-end':
      return parseCommandEnd(line, at);
    default:
      return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseBlock({ clock, utcoffset }: Fields): BlockLine {
  return { kind: 'block', clock: numberOr(clock, 0), utcoffset: utcoffset === true };
}

function parseGap({ from, to }: Fields): GapLine | undefined {
  return isTime(from) && isTime(to) && from <= to ? { kind: 'gap', from, to } : undefined;
}

function parseCommand(line: Fields, at: number): CommandLine {
  const { id, method, arguments: given, destination } = line;
  return {
    kind: 'command',
    at,
    id: numberOr(id, 0),
    method: textOf(method),
    arguments: typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given } : {},
    destination: Array.isArray(destination) ? destination.map(textOf) : null,
  };
}

function parseCommandEnd({ command, silent, failure }: Fields, at: number): CommandEndLine {
  return {
    kind: 'command-end',
    at,
    command: numberOr(command, 0),
    silent: Array.isArray(silent) ? silent.map(textOf) : [],
    failure: typeof failure === 'string' ? failure : null,
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
