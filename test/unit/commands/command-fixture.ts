import { PassThrough } from 'node:stream';
import type { CommandContext } from '../../../src/commands/command-context.ts';
import type { OpenBroker } from '../../../src/commands/open-broker.ts';
import { type Flags, loadConfig } from '../../../src/config/load-config.ts';
import { commonOptions, eventsOptions } from '../../../src/config/options.ts';
import { connectMemory, MemoryBroker } from '../../../src/transport/memory.ts';

export interface CommandFixture {
  readonly context: CommandContext;
  readonly broker: MemoryBroker;
  readonly open: OpenBroker;
  readonly stdout: PassThrough & { isTTY?: boolean };
  /** Ctrl-C. */
  interrupt(): void;
  out(): string;
  err(): string;
}

/** A command's surroundings: text streams that remember, and a broker in the process. */
export function commandFixture(flags: Flags = {}, parts: Partial<CommandContext> = {}): CommandFixture {
  const controller = new AbortController();
  const stdout = remembering();
  const stderr = remembering();
  const broker = new MemoryBroker();
  const transport = connectMemory(broker);
  return {
    context: {
      config: { ...loadConfig(commonOptions, flags, {}), ...loadConfig(eventsOptions, flags, {}) },
      words: [],
      env: { TERM: 'xterm' },
      stdin: Object.assign(new PassThrough(), { isTTY: true }),
      stdout: stdout.stream,
      stderr: stderr.stream,
      version: '0.0.0',
      libraries: { amqplib: '2.0.0', ioredis: '6.0.0' },
      now: () => Date.now() / 1000,
      interrupted: () => controller.signal,
      ...parts,
    },
    broker,
    open: { transport, label: 'memory', demo: false, close: () => transport.close() },
    stdout: stdout.stream,
    interrupt: () => controller.abort(),
    out: stdout.text,
    err: stderr.text,
  };
}

function remembering(): { stream: PassThrough & { isTTY?: boolean }; text: () => string } {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}
