import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Environment } from '../config/load-config.ts';
import { type ExitStatus, exitStatus, StalkError } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import type { CommandContext } from './command-context.ts';

/** Tells the child that the process with this number waits for word of its start. */
const launcherVariable = 'STALK_LAUNCHED_BY';

/** What the child says to who launched it, once. */
type Word = { readonly started: true } | { readonly sentence: string; readonly status: ExitStatus };

/** Who launched this process and waits for word of it. Only the first call says anything. Resolves when it is said. */
export interface Launcher {
  started(): Promise<void>;
  failed(error: unknown): Promise<void>;
}

/**
 * Runs this very command line once more, as a process in a session of its own without a terminal, and returns when that
 * says that it has started. Mirrors celery/platforms.py:detached, except that Celery's parent is gone before its child
 * knows whether it can do what was asked.
 *
 * @throws StalkError with the child's sentence and status when it could not start, or was interrupted before it had
 */
export async function runDetached(context: CommandContext): Promise<ExitStatus> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    env: { ...context.env, [launcherVariable]: String(process.pid) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const interrupted = context.interrupted();
  const word = await new Promise<Word>((said) => {
    child.once('message', (message) => said(message as Word));
    child.once('error', ({ message }) => said(failed(`the camera could not be launched: ${message}`)));
    child.once('exit', (code, signal) => {
      const end = signal === null ? `with status ${code}` : `by ${signal}`;
      said(failed(`the camera did not start: its process ended ${end} and without a word`));
    });
    interrupted.addEventListener('abort', () => {
      child.kill('SIGKILL');
      said(failed('interrupted before the camera had started: its process was ended'));
    });
  });
  if (child.connected) child.disconnect();
  if ('sentence' in word) throw new StalkError(word.sentence, word.status);
  context.stdout.write(`${startedSentence(context, child.pid ?? 0)}\n`);
  return exitStatus.ok;
}

/** Undefined in a process that was not launched so. Its own children inherit the environment, but have another parent. */
export function launcherOf(env: Environment): Launcher | undefined {
  if (env[launcherVariable] !== String(process.ppid) || process.send === undefined) return undefined;
  return { started: () => say({ started: true }), failed: (error) => say(wordOf(error)) };
}

function say(word: Word): Promise<void> {
  return new Promise((resolved) => {
    // Who launched us may be gone, which is no reason to end.
    if (!process.connected || process.send === undefined) return resolved();
    process.send(word, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolved();
    });
  });
}

function wordOf(error: unknown): Word {
  if (error instanceof StalkError) return { sentence: error.message, status: error.exitStatus };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { sentence: `the camera did not start, which is a bug in stalk:\n${text}`, status: exitStatus.bug };
}

function failed(sentence: string): Word {
  return { sentence, status: exitStatus.failed };
}

function startedSentence({ config }: CommandContext, pid: number): string {
  const folder = resolve(config.workdir ?? '.');
  const name = escapeControls(config.camera ?? '');
  const path = (file: string): string => escapeControls(resolve(folder, file));
  const log = config.logfile === undefined ? 'logs nowhere (--logfile)' : `logs to ${path(config.logfile)}`;
  const pidFile =
    config.pidfile === undefined
      ? 'and has no pid file (--pidfile)'
      : `and its pid file is ${path(config.pidfile)}`;
  return `stalk: the camera ${name} runs as process ${pid}, ${log} ${pidFile}`;
}
