import { BrokerRefusedError, BrokerUnreachableError, exitStatus, type StalkError } from '../errors.ts';
import type { SessionRecorder } from '../monitor/session-recorder.ts';
import type { Watched } from '../monitor/watched.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import type { CommandContext } from './command-context.ts';
import { createMonitor } from './create-monitor.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';
import { SessionRecording } from './session-recording.ts';
import { snapshotJson } from './snapshot-json.ts';
import { snapshotTable } from './snapshot-table.ts';

/** A broker that is there answers sooner; one that is not should not keep a script waiting. Milliseconds. */
const connectPatienceMs = 10_000;

/** A heartbeat of each worker comes in it, if they are as frequent as usual. */
const usualSeconds = 2;

/**
 * `stalk events --once`: gathers for a moment, prints one view as a plain table or as JSON with wire names.
 *
 * @throws BrokerUnreachableError or BrokerRefusedError, exit status 69, when there is no connection within 10 s or before
 *   the first Ctrl-C.
 */
export async function runOnce(context: CommandContext): Promise<number> {
  const recording = new SessionRecording(context, redactUrl(parseBrokerUrl(context.config.broker)));
  recording.listen((sentence) => void context.stderr.write(`-> ${escapeControls(sentence)}\n`));
  await recording.begin();
  try {
    const broker = await openBroker(context.config);
    try {
      await printOnce(context, broker, recording.recorder);
    } finally {
      await broker.close();
    }
  } finally {
    await recording.close();
  }
  return exitStatus.ok;
}

export async function printOnce(
  context: CommandContext,
  broker: OpenBroker,
  recorder?: SessionRecorder | undefined,
): Promise<void> {
  const { config, stdout, now } = context;
  const interrupted = context.interrupted();
  const monitor = createMonitor(context, broker, recorder);
  try {
    monitor.start(interrupted);
    await connected(broker, interrupted);
    await pause((config.gatherFor ?? usualSeconds) * 1000, interrupted);
    await monitor.refreshWorkers();
    stdout.write(snapshotText(monitor, context, now()));
  } finally {
    await monitor.close();
  }
}

/** The view of `--view`, as a table or as JSON. @param now what time it is for the cluster, seconds since the epoch */
export function snapshotText(watched: Watched, { config }: CommandContext, now: number): string {
  return config.json
    ? snapshotJson(watched, config.view, now)
    : snapshotTable(watched, { view: config.view, timeMode: config.time, now });
}

/** The first refusal is final here: nobody is there to correct the password. */
async function connected({ transport, label }: OpenBroker, interrupted: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = settleable();
  const check = (): void => {
    const { status } = transport;
    if (status.kind === 'ready') resolve();
    else if (status.kind === 'refused') reject(new BrokerRefusedError(status.error));
    else if (status.kind === 'retrying' && status.attempt > 1)
      reject(new BrokerUnreachableError(status.error));
  };
  const stop = transport.onStatus(check);
  const timer = setTimeout(
    () => reject(new BrokerUnreachableError(`${label} does not answer: is it the right address?`)),
    connectPatienceMs,
  );
  const giveUp = (): void =>
    reject(new BrokerUnreachableError(`interrupted before ${label} was connected to: nothing was seen`));
  interrupted.addEventListener('abort', giveUp, { once: true });
  try {
    check();
    if (interrupted.aborted) giveUp();
    await promise;
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', giveUp);
    stop();
  }
}

function settleable(): { promise: Promise<void>; resolve: () => void; reject: (error: StalkError) => void } {
  let resolve: () => void = () => {};
  let reject: (error: StalkError) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
