import type { ConfigOf } from '../config/config.ts';
import type { resultOptions } from '../config/result-options.ts';
import { exitStatus, UsageError } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { resultJson } from '../presentation/result-json.ts';
import {
  failureOf,
  failureText,
  progressSentence,
  returnText,
  tracebackText,
} from '../presentation/result-text.ts';
import { clean } from '../presentation/text.ts';
import type { ExactJson } from '../protocol/exact-json.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import { type Found, isDone } from '../protocol/task-result.ts';
import { deadline } from '../results/deadline.ts';
import type { ResultBackend } from '../results/result-backend.ts';
import type { CommandContext, Output } from './command-context.ts';
import { openResults, type ResultBackendConfig } from './open-results.ts';

type ResultContext = CommandContext<ResultBackendConfig & ConfigOf<typeof resultOptions>>;

/** Seconds of `--wait` unless `--timeout` says otherwise. */
const waitFor = 60;

/**
 * `stalk result ID`: what `celery result ID` prints, except that it never waits unasked. Returns 0 for a result, 1 for a
 * failure, 75 when there is no result yet.
 */
export async function runResult(context: ResultContext): Promise<number> {
  const { config, words } = context;
  const id = onlyId(words);
  if (config.timeout !== undefined && !config.wait) {
    throw new UsageError(`--timeout goes with --wait: stalk result --wait --timeout ${config.timeout} ID`);
  }
  const interrupted = context.interrupted();
  const backend = await openResults(config, interrupted);
  try {
    const found = config.wait
      ? await waitForResult(backend, id, config.timeout, interrupted)
      : await backend.find(id);
    return printFound(found, context);
  } finally {
    await backend.close();
  }
}

export interface PrintedAs {
  readonly json: boolean;
  readonly traceback: boolean;
  /** Name that the task should have. */
  readonly task: string | undefined;
  readonly wait: boolean;
}

/** Prints what was found as `celery result` does, and returns the exit status. */
export function printFound(
  found: Found,
  {
    config,
    stdout,
    stderr,
  }: { readonly config: PrintedAs; readonly stdout: Output; readonly stderr: Output },
): number {
  const warning = otherTask(found, config.task);
  if (warning !== undefined) stderr.write(`stalk: ${warning}\n`);
  const failure = failureOf(found);
  const isReady = failure !== undefined || isDone(found);
  if (config.json) {
    stdout.write(`${jsonText(resultJson(found), stdout)}\n`);
  } else if (config.traceback) {
    stdout.write(`${printed(tracebackText(found), stdout)}\n`);
  } else if (failure !== undefined) {
    stderr.write(`${printed(failureText(failure), stderr)}\n`);
  } else if (isReady) {
    stdout.write(`${printed(returnText(found), stdout)}\n`);
  }
  if (!isReady) stderr.write(`stalk: ${sentenceOf(found, config.wait)}\n`);
  if (config.traceback && !config.json) return exitStatus.ok;
  if (failure !== undefined) return exitStatus.failed;
  return isReady ? exitStatus.ok : exitStatus.notReady;
}

/** @param timeout seconds, 60 when it is undefined */
export async function waitForResult(
  backend: ResultBackend,
  id: string,
  timeout: number | undefined,
  interrupted: AbortSignal,
): Promise<Found> {
  const ended = deadline(timeout ?? waitFor, interrupted);
  try {
    return await backend.wait(id, ended.signal);
  } finally {
    ended.release();
  }
}

function onlyId(words: readonly string[]): string {
  const [id, ...more] = words;
  if (id === undefined || id === '') {
    throw new UsageError('stalk result needs the id of a task or a group: stalk result ID');
  }
  if (more.length > 0) throw new UsageError(`stalk result takes one id, not ${words.length}`);
  return id;
}

/** A terminal must not obey what a task returned; a file gets it as it is. */
function printed(text: string, output: Output): string {
  return output.isTTY === true ? escapeControls(text) : text;
}

function sentenceOf(found: Found, hasWaited: boolean): string {
  const advice = hasWaited ? 'the time to wait is over' : '--wait waits for it';
  return `${progressSentence(found)}; ${advice}`;
}

/** On one line for a script, over several for a person. */
export function jsonText(value: ExactJson, output: Output): string {
  return pythonDumps(value, { strict: true, ...(output.isTTY === true ? { indent: 2 } : {}) });
}

/** The name is stored only with result_extended. */
function otherTask(found: Found, task: string | undefined): string | undefined {
  const name = found.kind === 'task' ? found.result.meta.get('name') : undefined;
  if (task === undefined || typeof name !== 'string' || name === task) return undefined;
  return `this is the result of ${clean(name, 200)}, not of ${clean(task, 200)}`;
}
