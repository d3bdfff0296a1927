import { type Environment, loadConfig } from '../config/load-config.ts';
import { commonOptions } from '../config/options.ts';
import { parseArguments } from '../config/parse-arguments.ts';
import { parseActiveQueues } from '../control/active-queues.ts';
import { Mailbox } from '../control/mailbox.ts';
import type { Reply } from '../control/reply.ts';
import { exitStatus } from '../errors.ts';
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
  const patience = startPatience();
  if (question !== undefined) {
    const gathered = gather(question, line, env, names, patience).catch(() => undefined);
    await Promise.race([patience.over, gathered]);
  }
  patience.release();
  const found = completions(word, [...names]);
  if (found.length > 0) stdout.write(`${found.join('\n')}\n`);
  return exitStatus.ok;
}

async function gather(
  { method, namesIn }: (typeof questions)[LiveNames],
  line: readonly string[],
  env: Environment,
  names: Set<string>,
  { signal, answered }: Patience,
): Promise<void> {
  // What is not common to all commands, and what is not finished yet, does not matter here.
  const { flags } = parseArguments(line, [], commonOptions);
  const broker = await connectBroker(loadConfig(commonOptions, flags, env), signal);
  const onReply = ({ hostname, value }: Reply): void => {
    for (const name of namesIn(hostname, value)) {
      if (isSafe(name) && names.size < mostNames) names.add(name);
    }
    answered();
  };
  await new Mailbox(broker.transport)
    .request(method, {}, { timeout: longest, signal, onReply })
    .catch(() => undefined);
  void broker.close();
}

/** How long is waited: `longest` in all, and `quiet` after the last answer. */
interface Patience {
  readonly signal: AbortSignal;
  /** Resolves a little after the signal: goodbyes are not waited for. */
  readonly over: Promise<void>;
  answered(): void;
  release(): void;
}

function startPatience(): Patience {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const latest = setTimeout(end, longest * 1000);
  let goodbye: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  return {
    signal: controller.signal,
    over: new Promise((resolve) => {
      goodbye = setTimeout(resolve, (longest + 0.05) * 1000);
    }),
    answered: () => {
      clearTimeout(silence);
      silence = setTimeout(end, quiet * 1000);
    },
    release: () => {
      for (const timer of [latest, goodbye, silence]) clearTimeout(timer);
    },
  };
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
