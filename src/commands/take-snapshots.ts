import type { Camera, CameraFunction, CameraSettings } from '../camera/camera.ts';
import { type CameraWork, Polaroid } from '../camera/polaroid.ts';
import { type ExitStatus, exitStatus } from '../errors.ts';
import type { Event } from '../protocol/event.ts';
import type { State } from '../state/state.ts';
import { steadyTimers, type Timers } from '../timers.ts';
import type { CameraLog } from './camera-log.ts';
import type { CommandContext } from './command-context.ts';
import type { ShotSource } from './shot-source.ts';

/** How long the end waits for the last shot, and for what is under way before it, in seconds. */
const lastShotPatience = 10;

export interface Shooting {
  readonly camera: Camera | CameraFunction;
  readonly state: State;
  readonly settings: CameraSettings;
  readonly log: CameraLog;
  readonly source: ShotSource;
  readonly interrupted: AbortSignal;
  /** How long the last shot may take is real time, also where that of the events is not. */
  readonly timers?: Timers;
  /** Called once, when shots are taken from now on. */
  readonly onStarted?: () => unknown;
}

/** Takes in events and shows them to a camera until `interrupted`, or the first failure with --strict. */
export async function takeSnapshots(context: CommandContext, shooting: Shooting): Promise<ExitStatus> {
  const { config, stdout } = context;
  const { camera, state, settings, log, source, interrupted, timers = steadyTimers } = shooting;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  let status: ExitStatus = exitStatus.ok;
  const failures = new Failures(log);
  const polaroid = new Polaroid(state, {
    ...settings,
    camera,
    timers: source.timers,
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
  const onEvent = typeof camera === 'function' ? undefined : camera.onEvent?.bind(camera);
  const takeEvent = (event: Event): void => {
    state.event(event);
    try {
      onEvent?.(event, state);
    } catch (error) {
      failures.addEvent(error);
      if (!config.strict) return;
      status = exitStatus.failed;
      end();
    }
  };
  polaroid.install();
  await shooting.onStarted?.();
  try {
    const signal = AbortSignal.any([ended.signal, interrupted]);
    await source.run(takeEvent, () => polaroid.idle(), signal);
  } finally {
    const lastShot = polaroid.cancel({ lastCapture: status === exitStatus.ok });
    if (!(await isDoneIn(lastShotPatience, lastShot, timers))) {
      log.add('ERROR', `the last shot was given up: it had not ended after ${lastShotPatience} seconds`);
      status = exitStatus.failed;
    }
    stdout.off('error', end);
  }
  return status;
}

/** Nothing that a camera waits for may keep the process from ending. */
function isDoneIn(seconds: number, work: Promise<void>, timers: Timers): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = timers.after(seconds * 1000, () => resolve(false));
    void work.then(() => {
      stop();
      resolve(true);
    });
  });
}

/** How many shots there were, and how many of them went wrong. */
class Failures {
  readonly #log: CameraLog;
  #shots = 0;
  #failed = 0;
  #failedEvents = 0;

  constructor(log: CameraLog) {
    this.#log = log;
  }

  countShot(): void {
    this.#shots += 1;
    this.#log.add('DEBUG', `Shutter: shot ${this.#shots}`);
  }

  /** A camera that throws at each event must not fill a disk: told at the 1st, 10th, 100th, … */
  addEvent(error: unknown): void {
    this.#failedEvents += 1;
    if (!Number.isInteger(Math.log10(this.#failedEvents))) return;
    this.#log.add('ERROR', `onEvent failed, ${this.#failedEvents} times so far: ${errorText(error)}`);
  }

  add(error: unknown, work: CameraWork): void {
    if (work === 'shutter') this.#failed += 1;
    const what =
      work === 'cleanup' ? 'the cleanup failed' : `shot ${this.#shots} failed, ${this.#failed} so far`;
    this.#log.add('ERROR', `${what}: ${errorText(error)}`);
  }
}

/** Whatever somebody else's code threw, without the part of the stack that is ours. */
export function errorText(error: unknown): string {
  const ours = new URL('.', import.meta.url).href;
  if (error instanceof Error) {
    const lines = (error.stack ?? String(error)).split('\n');
    return lines.filter((line) => !line.includes(ours)).join('\n');
  }
  return typeof error === 'object' ? 'it threw an object that is no Error' : String(error);
}
