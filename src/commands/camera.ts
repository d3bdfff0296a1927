import type { Camera, CameraFunction, CameraSettings } from '../camera/camera.ts';
import { type CameraWork, Polaroid } from '../camera/polaroid.ts';
import { checkRate } from '../camera/shot-rate.ts';
import { AppendedFile } from '../config/appended-file.ts';
import { taskMemory } from '../config/memory-share.ts';
import { takePidFile } from '../config/pid-file.ts';
import { enterFolder } from '../config/working-folder.ts';
import { type ExitStatus, exitStatus, UsageError } from '../errors.ts';
import { Receiver, type ReceiverOptions } from '../events/receiver.ts';
import { recordedStream, type StreamRecorder } from '../events/stream-recorder.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { pythonFloat } from '../protocol/python-number.ts';
import { State } from '../state/state.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import { collectEarly } from '../v8-heap.ts';
import { CameraLog } from './camera-log.ts';
import type { CommandContext } from './command-context.ts';
import { loadCamera } from './load-camera.ts';
import { type OpenBroker, openBroker } from './open-broker.ts';
import { recordLosses } from './open-recorder.ts';
import { SessionRecording } from './session-recording.ts';
import { shippedCamera, shippedCameras } from './shipped-cameras.ts';
import { statusSentence } from './status-sentence.ts';

/**
 * `stalk events --camera`: shows the state of the cluster to a camera again and again, until SIGINT or SIGTERM. Mirrors
 * celery/events/snapshot.py:evcam. Nothing is connected to before the camera is there.
 *
 * @throws StalkError for a camera, a pid file or a log file that cannot be used
 */
export async function runCamera(context: CommandContext): Promise<number> {
  const { config, stderr, now } = context;
  const settings = settingsOf(context);
  const folder = enterFolder(config.workdir);
  const releasePidFile = config.pidfile === undefined ? undefined : takePidFile(config.pidfile);
  let logFile: AppendedFile | undefined;
  let output: AppendedFile | undefined;
  let broker: OpenBroker | undefined;
  const recording = new SessionRecording(context, redactUrl(parseBrokerUrl(config.broker)));
  try {
    if (config.logfile !== undefined) logFile = new AppendedFile(config.logfile, 'log file');
    const write = (text: string): void =>
      logFile === undefined ? void stderr.write(text) : logFile.write(text);
    const log = new CameraLog({ level: config.loglevel, write, now });
    if (config.output !== undefined) output = new AppendedFile(config.output, 'output file');
    const files = [logFile, output].filter((file) => file !== undefined);
    const interrupted = context.interrupted(files.length === 0 ? undefined : () => reopen(files, log));
    const state = stateOf(context);
    const make =
      shippedCamera(context, output, interrupted) ?? (await loadCamera(cameraName(context), folder));
    await recording.begin();
    // JSON on stdout is for a program to read, line by line.
    (config.camera === 'json' && output === undefined ? stderr : context.stdout).write(banner(context));
    const camera = make(state, settings);
    broker = await openBroker(config);
    recording.listen((sentence) => log.add('ERROR', sentence));
    const { recorder } = recording;
    return await takeSnapshots(context, { camera, state, settings, log, broker, interrupted, recorder });
  } finally {
    await broker?.close();
    await recording.close();
    logFile?.close();
    output?.close();
    releasePidFile?.();
  }
}

export interface Shooting {
  readonly camera: Camera | CameraFunction;
  readonly state: State;
  readonly settings: CameraSettings;
  readonly log: CameraLog;
  readonly broker: OpenBroker;
  readonly interrupted: AbortSignal;
  /** Writes down what is received beside. */
  readonly recorder?: StreamRecorder | undefined;
  readonly timers?: Timers;
}

export async function takeSnapshots(context: CommandContext, shooting: Shooting): Promise<ExitStatus> {
  const { config, stdout, now } = context;
  const { camera, state, settings, log, interrupted, timers = steadyTimers } = shooting;
  const { transport } = shooting.broker;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  let status: ExitStatus = exitStatus.ok;
  const failures = new Failures(log);
  const polaroid = new Polaroid(state, {
    ...settings,
    camera,
    timers,
    onError: (error, work) => {
      failures.add(error, work);
      if (!config.strict) return;
      status = exitStatus.failed;
      end();
    },
  });
  polaroid.shutterSignal.connect(() => failures.countShot());
  polaroid.cleanupSignal.connect(() => log.add('DEBUG', 'Cleanup: Running...'));
  // A reader that went away (`| head`) shows as an error of the stream; there is nobody left to tell.
  stdout.on('error', end);
  const stopStatus = transport.onStatus((change) => {
    const sentence = statusSentence(change);
    if (sentence !== undefined) log.add('ERROR', sentence);
  });
  const stopLosses = recordLosses(transport, shooting.recorder);
  const options: ReceiverOptions & { readonly now: () => number } = {
    handlers: { '*': (event) => void state.event(event) },
    exchange: config.eventExchange,
    applyUtcoffset: config.utcoffset,
    now,
    onReady: () => log.add('INFO', 'evcam: starting capture...'),
    onUndecodable: ({ reason }) => log.add('WARNING', `a message could not be read: ${reason}`),
  };
  const receiver = new Receiver(
    transport,
    recordedStream(options, () => shooting.recorder),
  );
  polaroid.install();
  try {
    await receiver.capture({ wakeup: true, signal: AbortSignal.any([ended.signal, interrupted]) });
  } finally {
    await polaroid.cancel({ lastCapture: status === exitStatus.ok });
    stopStatus();
    stopLosses();
    stdout.off('error', end);
  }
  return status;
}

/** How many shots there were, and how many of them went wrong. */
class Failures {
  readonly #log: CameraLog;
  #shots = 0;
  #failed = 0;

  constructor(log: CameraLog) {
    this.#log = log;
  }

  countShot(): void {
    this.#shots += 1;
    this.#log.add('DEBUG', `Shutter: shot ${this.#shots}`);
  }

  add(error: unknown, work: CameraWork): void {
    if (work === 'shutter') this.#failed += 1;
    const what =
      work === 'cleanup' ? 'the cleanup failed' : `shot ${this.#shots} failed, ${this.#failed} so far`;
    this.#log.add('ERROR', `${what}: ${errorText(error)}`);
  }
}

function cameraName({ config }: CommandContext): string {
  if (config.camera) return config.camera;
  throw new UsageError('--camera needs a module, as in ./cam.mjs#Cam');
}

/** @throws UsageError for settings that make no sense, before anything is opened */
function settingsOf({ config }: CommandContext): CameraSettings {
  if (config.maxrate !== undefined) checkRate(config.maxrate);
  if (config.output !== undefined && !shippedCameras.includes(config.camera ?? ''))
    throw new UsageError(`--output goes with the cameras ${shippedCameras.join(' and ')}`);
  return { freq: config.frequency, maxrate: config.maxrate, cleanupFreq: config.cleanupFreq };
}

function stateOf({ config, now }: CommandContext): State {
  if (config.memory !== undefined) collectEarly();
  return new State({
    now,
    maxTasksInMemory: config.maxTasks,
    maxWorkersInMemory: config.maxWorkers,
    ...(config.memory === undefined ? {} : { maxBytesInMemory: taskMemory(config.memory) }),
  });
}

function banner({ config }: CommandContext): string {
  const name = escapeControls(config.camera ?? '');
  return `-> evcam: Taking snapshots with ${name} (every ${pythonFloat(config.frequency)} secs.)\n`;
}

/** After they were moved away, as logrotate does. */
function reopen(files: readonly AppendedFile[], log: CameraLog): void {
  for (const file of files) {
    try {
      file.reopen();
    } catch (error) {
      log.add('ERROR', `a file could not be opened anew, so the old one stays: ${errorText(error)}`);
    }
  }
}

/** Whatever somebody else's code threw, without the part of the stack that is ours. */
function errorText(error: unknown): string {
  const ours = new URL('.', import.meta.url).href;
  if (error instanceof Error) {
    const lines = (error.stack ?? String(error)).split('\n');
    return lines.filter((line) => !line.includes(ours)).join('\n');
  }
  return typeof error === 'object' ? 'it threw an object that is no Error' : String(error);
}
