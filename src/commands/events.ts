import { basename } from 'node:path';
import { type View, views } from '../config/config.ts';
import { wantsAscii, wantsColour } from '../config/terminal-settings.ts';
import { exitStatus, UsageError } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { type BrokerAddress, parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { checkModes } from './check-modes.ts';
import type { CommandContext } from './command-context.ts';
import { filterKeeper } from './filter-keeper.ts';
import type { OpenFeed } from './live-feed.ts';
import { replayPath } from './replay-path.ts';
import { SessionRecording } from './session-recording.ts';

/** `stalk events [view]`: the full screen, or one of the ways to do without. Returns the exit status. */
export async function runEvents(given: CommandContext): Promise<number> {
  const context = withView(given);
  checkModes(context.config);
  const { config, stdout } = context;
  if (config.printKeys) {
    const { keyTable } = await loadUi();
    stdout.write(keyTable());
    return exitStatus.ok;
  }
  if (config.replay !== undefined) return runReplay(context);
  const address = parseBrokerUrl(config.broker);
  if (config.camera !== undefined) return (await import('./camera.ts')).runCamera(context);
  if (config.dump) return (await import('./dump.ts')).runDump(context);
  if (config.once) return (await import('./once.ts')).runOnce(context);
  requireTerminal(context);
  return openScreen(context, address);
}

/** The same ways to look, at a recording. */
async function runReplay(context: CommandContext): Promise<number> {
  const { config } = context;
  if (config.camera !== undefined) return (await import('./camera.ts')).runCamera(context);
  if (config.dump) return (await import('./dump-recording.ts')).dumpRecording(context);
  if (config.once) return (await import('./once-recorded.ts')).runOnceRecorded(context);
  requireTerminal(context);
  return openScreen(context, undefined);
}

/** The one door to the screen: nothing else of the program loads it, or Ink behind it. */
function loadUi(): Promise<typeof import('../ui/open-ui.ts')> {
  return import('../ui/open-ui.ts');
}

/** The screen comes first: its first frame is on its way before the broker's client is even loaded. */
async function openScreen(context: CommandContext, address: BrokerAddress | undefined): Promise<number> {
  const { config, env, stdin, stdout, stderr } = context;
  const { openUi } = await loadUi();
  let opened: OpenFeed | undefined;
  const filters = filterKeeper(config, env);
  const recording = address === undefined ? undefined : new SessionRecording(context, redactUrl(address));
  await recording?.begin();
  const closeAll = async (): Promise<void> => {
    await Promise.all([filters.close(), opened?.close()]);
    await recording?.close();
  };
  try {
    return await openUi({
      config: {
        view: config.view,
        timeMode: config.time,
        readonly: config.readonly,
        ascii: wantsAscii(config, env),
        colour: wantsColour(config, env),
        rate: config.rate,
        name: config.name,
      },
      brokerLabel: address === undefined ? basename(replayPath(config.replay)) : redactUrl(address),
      demo: address?.transport === 'demo',
      openFeed: async () => {
        opened = await (recording === undefined
          ? (await import('./replay-feed.ts')).openFeed(context)
          : (await import('./live-feed.ts')).openFeed(context, recording));
        return opened.feed;
      },
      filters,
      ...(recording === undefined ? {} : { recording }),
      close: closeAll,
      // requireTerminal has seen that both are terminals.
      streams: {
        stdin: stdin as NodeJS.ReadStream,
        stdout: stdout as NodeJS.WriteStream & { readonly fd: number },
      },
      env,
    });
  } finally {
    await closeAll();
    for (const problem of opened?.lastWords?.() ?? []) stderr.write(`-> ${escapeControls(problem)}\n`);
  }
}

/** `stalk events workers` says the same as `--view workers`. */
function withView(context: CommandContext): CommandContext {
  const [view, ...rest] = context.words;
  if (view === undefined) return context;
  if (!isView(view) || rest.length > 0) {
    const unexpected = JSON.stringify((rest[0] ?? view).slice(0, 60));
    throw new UsageError(`stalk events takes one view, ${views.join(', ')}, not ${unexpected}`);
  }
  return { ...context, config: { ...context.config, view } };
}

function isView(word: string): word is View {
  return views.some((view) => view === word);
}

function requireTerminal({ stdin, stdout, env }: CommandContext): void {
  const term = env['TERM'] ?? '';
  const missing = [
    stdout.isTTY === true ? undefined : 'the output is not one',
    stdin.isTTY === true ? undefined : 'the input is not one',
    term === '' ? 'TERM is not set' : undefined,
    term === 'dumb' ? 'TERM is dumb' : undefined,
  ].find((reason) => reason !== undefined);
  if (missing === undefined) return;
  throw new UsageError(
    `the monitor needs a terminal and ${missing}: use stalk events --once for one table or stalk events --dump for a line per event`,
  );
}
