import { type Environment, loadConfig } from '../config/load-config.ts';
import { commonOptions } from '../config/options.ts';
import { parseArguments } from '../config/parse-arguments.ts';
import { parseActiveQueues } from '../control/active-queues.ts';
import { Mailbox } from '../control/mailbox.ts';
import { exitStatus } from '../errors.ts';
import { deadline } from '../results/deadline.ts';
import type { CommandContext } from './command-context.ts';
import type { LiveNames } from './completion-model.ts';
import { connectBroker } from './connect-broker.ts';

/** Seconds; somebody has pressed Tab and waits. */
const longest = 0.4;
/** Seconds without a further answer after which all that are there have answered. */
const quiet = 0.08;
const mostNames = 1000;

/** What to ask for names, and how to find them in an answer. */
const questions: Readonly<
  Record<
    LiveNames,
    { readonly method: string; readonly namesIn: (hostname: string, value: unknown) => readonly unknown[] }
  >
> = {
  nodes: { method: 'ping', namesIn: (hostname) => [hostname] },
  queues: {
    method: 'active_queues',
    namesIn: (_, value) => parseActiveQueues(value)?.map(({ name }) => name) ?? [],
  },
  tasks: {
    method: 'registered',
    namesIn: (_, value) => (Array.isArray(value) ? value.map(withoutAttributes) : []),
  },
};

/**
 * `stalk __complete nodes|queues|tasks -- WORD LINE…`: names that the cluster knows and that WORD may become, one a line,
 * for the scripts of `stalk completion`. LINE is what has been typed, from which the broker is taken. Whatever goes wrong,
 * there are no names then: never an error, and never later than half a second.
 */
export async function runComplete({
  words,
  env,
  stdout,
}: Pick<CommandContext<unknown>, 'words' | 'env' | 'stdout'>): Promise<number> {
  const [source = '', word = '', ...line] = words;
  const question = Object.hasOwn(questions, source) ? questions[source as LiveNames] : undefined;
  const names = new Set<string>();
  if (question !== undefined) {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, (longest + 0.05) * 1000);
    });
    await Promise.race([late, gather(question, line, env, names).catch(() => undefined)]);
  }
  const found = completions(word, [...names]);
  if (found.length > 0) stdout.write(`${found.join('\n')}\n`);
  return exitStatus.ok;
}

async function gather(
  { method, namesIn }: (typeof questions)[LiveNames],
  line: readonly string[],
  env: Environment,
  names: Set<string>,
): Promise<void> {
  // What is not common to all commands, and what is not finished yet, does not matter here.
  const { flags } = parseArguments(line, [], commonOptions);
  const { signal, end } = ending();
  const broker = await connectBroker(loadConfig(commonOptions, flags, env), signal);
  const request = new Mailbox(broker.transport).request(
    method,
    {},
    {
      timeout: longest,
      signal,
      onReply: ({ hostname, value }) => {
        for (const name of namesIn(hostname, value))
          if (isSafe(name) && names.size < mostNames) names.add(name);
        end(quiet);
      },
    },
  );
  await request.catch(() => undefined);
  void broker.close();
}

/** A signal that aborts after `longest`, or so many seconds after the last call of `end`. */
function ending(): { readonly signal: AbortSignal; readonly end: (seconds: number) => void } {
  const { signal: tooLate } = deadline(longest);
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  tooLate.addEventListener('abort', abort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (seconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(abort, seconds * 1000);
  };
  return { signal: controller.signal, end };
}

/** The last of a list `a,b,…` is completed; those before it are not offered again. */
function completions(word: string, names: readonly string[]): readonly string[] {
  const before = word.slice(0, word.lastIndexOf(',') + 1);
  const last = word.slice(before.length);
  const given = before.split(',');
  return names
    .filter((name) => name.startsWith(last) && !given.includes(name))
    .sort()
    .map((name) => before + name);
}

/** A shell must not read a name of a worker as anything but a name: what needs quotes is left out. */
function isSafe(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 255 && /^[\p{L}\p{N}_][\p{L}\p{N}_@.:/+-]*$/u.test(name);
}

/** `registered` answers `name [attribute=value]` when it is asked for attributes. */
function withoutAttributes(task: unknown): unknown {
  return typeof task === 'string' ? task.split(' [')[0] : undefined;
}
