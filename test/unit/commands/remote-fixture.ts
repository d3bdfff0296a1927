import { PassThrough } from 'node:stream';
import type { CommandContext } from '../../../src/commands/command-context.ts';
import type { OpenBroker } from '../../../src/commands/open-broker.ts';
import { checkedCall, type RemoteConfig, readCall } from '../../../src/commands/remote-call.ts';
import { runOn } from '../../../src/commands/run-remote.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions } from '../../../src/config/options.ts';
import { parseArguments } from '../../../src/config/parse-arguments.ts';
import { controlOptions } from '../../../src/config/remote-options.ts';
import { StalkError } from '../../../src/errors.ts';
import type { FakeWorkers } from '../../support/fake-workers.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  /** With the sentence of the error that the program would print. */
  readonly stderr: string;
}

export interface RemoteOptions {
  /** Whether all three streams are a terminal. */
  readonly terminal?: boolean;
  /** What is typed at the question. */
  readonly typed?: string;
  readonly env?: Record<string, string>;
  readonly interrupted?: AbortSignal;
  /** Called with all that was printed so far, whenever more is. */
  readonly onPrinted?: (stdout: string) => void;
}

/** Runs one command line of `stalk status`, `inspect` or `control` against workers in this process. */
export async function runLine(workers: FakeWorkers, line: string, options: RemoteOptions = {}): Promise<Ran> {
  const argv = line.split(' ');
  const commands = ['status', 'inspect', 'control'].map((name) => ({ name, options: controlOptions }));
  const { command, words, flags } = parseArguments(argv, commands, commonOptions);
  const stdout = remembering(options.terminal, options.onPrinted);
  const stderr = remembering(options.terminal);
  const stdin = Object.assign(new PassThrough(), { isTTY: options.terminal === true });
  if (options.typed !== undefined) stdin.write(options.typed);
  const env = { ...options.env };
  const broker: OpenBroker = {
    transport: workers.transport,
    label: 'memory',
    demo: false,
    close: async () => {},
  };
  let status: number;
  try {
    const config: RemoteConfig = {
      ...loadConfig(commonOptions, flags, env),
      ...loadConfig(controlOptions, flags, env),
    };
    const context: CommandContext<RemoteConfig> = {
      ...{ config, words, env, stdin, version: '0.0.0', libraries: {} },
      stdout: stdout.stream,
      stderr: stderr.stream,
      now: () => Date.now() / 1000,
      interrupted: () => new AbortController().signal,
    };
    const call =
      command === 'status'
        ? checkedCall('status', 'ping', {}, config)
        : readCall(command === 'inspect' ? 'inspect' : 'control', words, {
            list: false,
            named: undefined,
            custom: false,
            ...config,
          });
    status = await runOn(context, call, broker, options.interrupted ?? new AbortController().signal);
  } catch (error) {
    if (!(error instanceof StalkError)) throw error;
    stderr.stream.write(`stalk: ${error.message}\n`);
    status = error.exitStatus;
  }
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function remembering(
  isTTY = false,
  onText: (text: string) => void = () => undefined,
): { stream: PassThrough & { isTTY: boolean }; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    onText(text);
  });
  return { stream, text: () => text };
}
