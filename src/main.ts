import packageJson from '../package.json' with { type: 'json' };
import type { CommandContext } from './commands/command-context.ts';
import { type Command, commands } from './commands/registry.ts';
import { nearest } from './config/nearest.ts';
import { commonOptions } from './config/options.ts';
import { parseArguments } from './config/parse-arguments.ts';
import { exitStatus, StalkError } from './errors.ts';
import { forgetLostTerminal } from './lost-terminal.ts';
import { escapeControls } from './presentation/escape-controls.ts';

/** The composition root: command line to settings to command, and the only `process.exit`. */
export async function main(argv: readonly string[]): Promise<void> {
  forgetLostTerminal();
  // Whoever read our output may leave at any time (`| head`); that is no error of ours.
  process.stdout.on('error', () => undefined);
  const status = await run(argv).catch(report);
  // What is still in the pipe to stdout goes first; a terminal that takes nothing must not keep us.
  const leave = (): never => process.exit(status);
  setTimeout(leave, 1000).unref();
  process.stdout.write('', leave);
}

async function run(argv: readonly string[]): Promise<number> {
  const given = parseArguments(argv, commands, commonOptions);
  if (given.flags['version'] === true) return print(`${packageJson.version}\n`);
  const command = commands.find(({ name }) => name === given.command);
  if (given.flags['help'] === true) return print(await usageText(command));
  if (command === undefined && given.command !== undefined) return noCommand(given.command);
  if (given.problem !== undefined) throw given.problem;
  if (command === undefined) return noCommand(undefined);
  return command.run(given.flags, surroundings(given.words));
}

function surroundings(words: readonly string[]): Omit<CommandContext, 'config'> {
  return {
    words,
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    version: packageJson.version,
    libraries: packageJson.dependencies,
    now: () => Date.now() / 1000,
    interrupted: (onHangup) => {
      const controller = new AbortController();
      // A terminal that goes away, or a machine that goes down, is no reason to leave things half done.
      const ends = ['SIGINT', 'SIGTERM', ...(onHangup === undefined ? ['SIGHUP'] : [])];
      const abort = (): void => {
        for (const signal of ends) process.off(signal, abort);
        controller.abort();
      };
      for (const signal of ends) process.on(signal, abort);
      if (onHangup !== undefined) process.on('SIGHUP', onHangup);
      return controller.signal;
    },
  };
}

async function noCommand(given: string | undefined): Promise<number> {
  process.stderr.write(await usageText(undefined));
  if (given !== undefined) {
    const meant = nearest(
      given,
      commands.filter(({ hidden }) => !hidden).map(({ name }) => name),
    );
    const advice = meant === undefined ? '' : `: did you mean stalk ${meant}?`;
    process.stderr.write(`\nstalk: there is no command ${JSON.stringify(given.slice(0, 60))}${advice}\n`);
  }
  return exitStatus.usage;
}

async function usageText(command: Command | undefined): Promise<string> {
  const { commandUsage, usage } = await import('./config/usage.ts');
  const columns = process.stdout.columns ?? 100;
  const text =
    command === undefined
      ? usage(commands, commonOptions, columns)
      : commandUsage(command, commonOptions, columns);
  return `${await text}\n`;
}

function print(text: string): number {
  process.stdout.write(text);
  return exitStatus.ok;
}

function report(error: unknown): number {
  if (error instanceof StalkError) {
    // A name in it, of a file say, may hold whatever a terminal obeys.
    process.stderr.write(`stalk: ${escapeControls(error.message)}\n`);
    return error.exitStatus;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `stalk: this is a bug in stalk ${packageJson.version}, please report it:\n${details}\n`,
  );
  return exitStatus.bug;
}
