import type { Camera, CameraFunction, CameraSettings } from '../camera/camera.ts';
import { checkRate } from '../camera/shot-rate.ts';
import { AppendedFile } from '../config/appended-file.ts';
import { taskMemory } from '../config/memory-share.ts';
import { takePidFile } from '../config/pid-file.ts';
import { dropPrivileges } from '../config/privileges.ts';
import { parseUmask, setUmask } from '../config/umask.ts';
import { enterFolder } from '../config/working-folder.ts';
import { UsageError } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import { parseBrokerUrl, redactUrl } from '../protocol/broker-url.ts';
import { pythonFloat } from '../protocol/python-number.ts';
import { State } from '../state/state.ts';
import { collectEarly } from '../v8-heap.ts';
import { CameraLog } from './camera-log.ts';
import type { CommandContext } from './command-context.ts';
import { type Launcher, launcherOf, runDetached } from './detach.ts';
import { liveShots } from './live-shots.ts';
import { loadCamera, type MakeCamera } from './load-camera.ts';
import { openBroker } from './open-broker.ts';
import { printIntoLog } from './printed-into-log.ts';
import { recordedShots } from './recorded-shots.ts';
import { SessionRecording } from './session-recording.ts';
import {
  isShipped,
  neededOutput,
  openShipped,
  printingCameras,
  type ShippedCamera,
  shippedCameras,
} from './shipped-cameras.ts';
import type { ShotSource } from './shot-source.ts';
import { errorText, takeSnapshots } from './take-snapshots.ts';

/**
 * `stalk events --camera`: shows the state of the cluster to a camera again and again, until SIGINT or SIGTERM. Mirrors
 * celery/events/snapshot.py:evcam. Nothing is connected to before the camera is there.
 *
 * @throws StalkError for a camera, a user, a pid file or a log file that cannot be used
 */
export async function runCamera(context: CommandContext): Promise<number> {
  const settings = settingsOf(context);
  const launcher = launcherOf(context.env);
  if (context.config.detach && launcher === undefined) return runDetached(context);
  try {
    return await shoot(context, settings, launcher);
  } catch (error) {
    await launcher?.failed(error);
    throw error;
  }
}

async function shoot(
  context: CommandContext,
  settings: CameraSettings,
  launcher: Launcher | undefined,
): Promise<number> {
  const { config, stdout, stderr, now } = context;
  dropPrivileges(config);
  if (config.umask !== undefined) setUmask(parseUmask(config.umask));
  const folder = enterFolder(config.workdir);
  const releasePidFile = config.pidfile === undefined ? undefined : takePidFile(config.pidfile);
  const files: AppendedFile[] = [];
  let restoreOutput: (() => void) | undefined;
  let shipped: ShippedCamera | undefined;
  let source: ShotSource | undefined;
  let recorded: ShotSource | undefined;
  let recording: SessionRecording | undefined;
  try {
    const logFile = config.logfile === undefined ? undefined : new AppendedFile(config.logfile, 'log file');
    if (logFile !== undefined) files.push(logFile);
    if (logFile !== undefined && launcher !== undefined)
      restoreOutput = printIntoLog(logFile, [stdout, stderr]);
    const write = (text: string): void =>
      logFile === undefined ? void stderr.write(text) : logFile.write(text);
    const log = new CameraLog({ level: config.loglevel, write, now });
    const keepsFiles = config.logfile !== undefined || config.output !== undefined;
    const interrupted = context.interrupted(keepsFiles ? () => reopen(files, log) : undefined);
    const clusterNow = (): number => (recorded === undefined ? now() : recorded.timers.nowMs() / 1000);
    shipped = await openShipped(context, interrupted, clusterNow);
    if (shipped?.appended !== undefined) files.push(shipped.appended);
    const make: MakeCamera = shipped?.make ?? (await loadCamera(cameraName(context), folder));
    // JSON on stdout is for a program to read, line by line.
    (config.camera === 'json' && config.output === undefined ? stderr : stdout).write(banner(context));
    if (config.replay === undefined) {
      recording = new SessionRecording(context, redactUrl(parseBrokerUrl(config.broker)));
      await recording.begin();
      recording.listen((sentence) => log.add('ERROR', sentence));
    } else {
      recorded = await recordedShots(config, log);
      source = recorded;
    }
    const state = stateOf(context, clusterNow);
    const camera: Camera | CameraFunction = make(state, settings);
    source ??= liveShots({ context, log, broker: await openBroker(config), recorder: recording?.recorder });
    const onStarted = launcher?.started;
    return await takeSnapshots(context, {
      ...{ camera, state, settings, log, source, interrupted },
      ...(onStarted === undefined ? {} : { onStarted }),
    });
  } finally {
    await source?.close();
    await recording?.close();
    shipped?.close?.();
    restoreOutput?.();
    for (const file of files) file.close();
    releasePidFile?.();
  }
}

function cameraName({ config }: CommandContext): string {
  if (config.camera) return config.camera;
  throw new UsageError('--camera needs a module, as in ./cam.mjs#Cam');
}

/** @throws UsageError for settings that make no sense, before anything is opened */
function settingsOf({ config }: CommandContext): CameraSettings {
  const { camera = '', output, maxrate, umask } = config;
  if (maxrate !== undefined) checkRate(maxrate);
  if (umask !== undefined) parseUmask(umask);
  if (output !== undefined && !isShipped(camera))
    throw new UsageError(`--output goes with the cameras ${shippedCameras.join(', ')}`);
  if (isShipped(camera) && !printingCameras.includes(camera)) neededOutput(config);
  if (config.detach && output === undefined && isShipped(camera)) {
    throw new UsageError(
      `--detach leaves the camera ${camera} no place to print to: name a file with --output`,
    );
  }
  return { freq: config.frequency, maxrate, cleanupFreq: config.cleanupFreq };
}

function stateOf({ config }: CommandContext, now: () => number): State {
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
