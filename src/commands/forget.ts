import type { ConfigOf } from '../config/config.ts';
import type { forgetOptions } from '../config/result-options.ts';
import { exitStatus, UnreadableResultError, UsageError } from '../errors.ts';
import { storedSentence } from '../presentation/result-text.ts';
import { clean } from '../presentation/text.ts';
import { pythonDumps } from '../protocol/python-dumps.ts';
import { type Found, isDone, memberIds } from '../protocol/task-result.ts';
import type { ResultBackend } from '../results/result-backend.ts';
import type { CommandContext } from './command-context.ts';
import { confirm } from './confirm.ts';
import { openResults, type ResultBackendConfig } from './open-results.ts';

type ForgetContext = CommandContext<ResultBackendConfig & ConfigOf<typeof forgetOptions>>;

/** Something stored under an id, and what a person should know of it. */
interface Doomed {
  readonly id: string;
  readonly sentence: string;
}

/**
 * `stalk forget ID…`: deletes results as Celery's `AsyncResult.forget()` does, and a saved group with the results of its
 * tasks. Says first what would go, and asks. Returns 0 also when nothing was stored, 1 when the answer was no.
 *
 * @throws UsageError under --readonly, and where there is no terminal to ask on
 */
export async function runForget(context: ForgetContext): Promise<number> {
  const { config, words, stderr } = context;
  const ids = [...new Set(words)];
  if (ids.length === 0 || ids.includes('')) {
    throw new UsageError('stalk forget needs the ids of tasks or groups: stalk forget ID…');
  }
  if (config.readonly) throw new UsageError('stalk forget deletes results, which --readonly refuses');
  const interrupted = context.interrupted();
  const backend = await openResults(config, interrupted);
  try {
    const doomed = await look(ids, backend, context);
    if (doomed.length > 0 && !config.yes) {
      for (const { sentence } of doomed) stderr.write(`${sentence}\n`);
      const what = doomed.length === 1 ? 'this' : `these ${doomed.length}`;
      if (!(await confirm(`Forget ${what} in ${backend.label}?`, context, interrupted))) {
        stderr.write('Nothing was forgotten.\n');
        return exitStatus.failed;
      }
    }
    await forget(ids, doomed, backend, context);
    return exitStatus.ok;
  } finally {
    await backend.close();
  }
}

/** What is there, in the order asked for; what is not is said. */
async function look(
  ids: readonly string[],
  backend: ResultBackend,
  { stderr }: ForgetContext,
): Promise<readonly Doomed[]> {
  const doomed: Doomed[] = [];
  for (const id of ids) {
    const found = await findReadable(backend, id);
    const sentence =
      found === undefined ? `${clean(id, 200)}: stored in a way that cannot be read here` : sentenceOf(found);
    if (found?.kind === 'nothing' || found?.kind === 'chord') stderr.write(`${sentence}\n`);
    else doomed.push({ id, sentence });
  }
  return doomed;
}

/** Undefined for a result that cannot be read; that can be deleted all the same. */
async function findReadable(backend: ResultBackend, id: string): Promise<Found | undefined> {
  try {
    return await backend.find(id);
  } catch (error) {
    if (error instanceof UnreadableResultError) return undefined;
    throw error;
  }
}

/** A task that is not done goes on, and stores its result when it is. */
function sentenceOf(found: Found): string {
  const isUnfinished =
    (found.kind === 'task' && !isDone(found)) ||
    (found.kind === 'group' && memberIds(found.group).length > 0 && !isDone(found));
  return isUnfinished ? `${storedSentence(found)}; not ended, and will store again` : storedSentence(found);
}

async function forget(
  ids: readonly string[],
  doomed: readonly Doomed[],
  backend: ResultBackend,
  { config, stdout }: ForgetContext,
): Promise<void> {
  const counts = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const { id } of doomed) counts.set(id, await backend.forget(id));
  if (config.json) {
    const rows = [...counts].map(([id, results]) => ({ id, results }));
    stdout.write(`${pythonDumps(rows)}\n`);
    return;
  }
  for (const { id } of doomed) {
    const results = counts.get(id) ?? 0;
    stdout.write(`${clean(id, 200)}: ${results === 1 ? '1 result' : `${results} results`} forgotten\n`);
  }
}
