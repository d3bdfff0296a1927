import type { CommonConfig, ConfigOf } from '../config/config.ts';
import { nearest } from '../config/nearest.ts';
import type { requestOptions, safetyOptions, statusOptions } from '../config/remote-options.ts';
import { type Arguments, quoted } from '../control/arguments.ts';
import { readArguments, readCustomArguments, signatureOf } from '../control/command-words.ts';
import { findRemoteCommand, offeredCommands, type RemoteCommand } from '../control/remote-commands.ts';
import { type Addressing, checkedRequest } from '../control/request-check.ts';
import { UsageError } from '../errors.ts';

export type StatusConfig = CommonConfig & ConfigOf<typeof statusOptions>;
export type RequestConfig = StatusConfig & ConfigOf<typeof requestOptions>;
/** Of `stalk control`, and of the others as far as they have it. */
export type RemoteConfig = StatusConfig &
  Partial<ConfigOf<typeof requestOptions> & ConfigOf<typeof safetyOptions>>;

/** What one command line asks of the workers, checked. */
export interface RemoteCall {
  readonly kind: 'status' | 'inspect' | 'control';
  readonly method: string;
  readonly args: Arguments;
  /** Undefined for a command of the workers' own. */
  readonly command: RemoteCommand | undefined;
  readonly addressing: Addressing;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * The call of `stalk inspect` and `stalk control`, complete before anything is connected.
 * @throws UsageError: unknown command, wrong arguments, wrong addresses, or one that may not be sent
 */
export function readCall(
  kind: 'inspect' | 'control',
  words: readonly string[],
  config: RequestConfig,
): RemoteCall {
  const [name, ...rest] = words;
  const command = findCommand(kind, name, config);
  const args = command
    ? readArguments(command, rest, config.named ?? [])
    : readCustomArguments(rest, config.named ?? []);
  return checkedCall(kind, command?.name ?? name ?? '', args, config);
}

/** @throws UsageError */
export function checkedCall(
  kind: RemoteCall['kind'],
  method: string,
  args: Arguments,
  config: StatusConfig,
): RemoteCall {
  const command = findRemoteCommand(method);
  const addressing = addressingOf(config);
  checkedRequest(method, args, addressing);
  if (config.readonly && command?.danger !== 'none') throw readonlyError(method, command);
  return { kind, method, args, command, addressing, timeout: config.timeout ?? command?.timeout ?? 1 };
}

/** Undefined for a command of the workers' own. */
function findCommand(
  kind: 'inspect' | 'control',
  name: string | undefined,
  { custom, named }: RequestConfig,
): RemoteCommand | undefined {
  if (name === undefined) throw new UsageError(`stalk ${kind} needs a command: ${offered(kind).join(', ')}`);
  const command = findRemoteCommand(name);
  if (command === undefined) {
    if (custom || (named ?? []).length > 0) return undefined;
    throw unknownCommand(kind, name);
  }
  if (command.kind !== kind) {
    throw new UsageError(
      `${command.name} is no ${kind} command: the call is stalk ${command.kind} ${signatureOf(command)}`,
    );
  }
  if (command.hidden && command.refused === undefined && !custom) throw unknownCommand(kind, name);
  return command;
}

function unknownCommand(kind: 'inspect' | 'control', name: string): UsageError {
  const names = offered(kind);
  const meant = nearest(name, names);
  const advice = meant === undefined ? '' : `did you mean ${meant}? `;
  return new UsageError(
    `there is no ${kind} command ${quoted(name)}: ${advice}There are ${names.join(', ')}; a command of your workers' own is sent with --custom`,
  );
}

function offered(kind: 'inspect' | 'control'): string[] {
  return offeredCommands(kind).map(({ name }) => name);
}

function addressingOf({ destination, pattern, matcher }: StatusConfig): Addressing {
  const nodes = destination?.flatMap((list) => list.split(',')).map((node) => node.trim());
  if (nodes?.every((node) => node === ''))
    throw new UsageError('--destination names no node: it takes w1@host,w2@host');
  return {
    ...(nodes === undefined ? {} : { destination: nodes.filter((node) => node !== '') }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(matcher === undefined ? {} : { matcher }),
  };
}

function readonlyError(method: string, command: RemoteCommand | undefined): UsageError {
  const why = command ? 'it changes workers' : "nobody knows what a command of your workers' own does";
  return new UsageError(
    `${method} was not sent: ${why}, and this is read-only (--readonly or STALK_READONLY)`,
  );
}

/** Whether a call stops work whatever the workers do at the moment. */
export function stopsWork({ method, args }: Pick<RemoteCall, 'method' | 'args'>): boolean {
  if (method === 'shutdown' || method === 'terminate') return true;
  return (method === 'revoke' || method === 'revoke_by_stamped_headers') && args['terminate'] === true;
}
