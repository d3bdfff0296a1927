import { JsonCamera } from '../camera/json-camera.ts';
import { TextCamera, type Write } from '../camera/text-camera.ts';
import { AppendedFile } from '../config/appended-file.ts';
import type { Config } from '../config/config.ts';
import { ReplacedFile } from '../config/replaced-file.ts';
import { UsageError } from '../errors.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import type { CommandContext, Output } from './command-context.ts';
import type { MakeCamera } from './load-camera.ts';

/** A camera that comes with the program, with the file that it writes to open. */
export interface ShippedCamera {
  readonly make: MakeCamera;
  /** Its file, if it is one that text is appended to and that may be moved away. Closed by whoever asked. */
  readonly appended?: AppendedFile;
  /** Gives back what else is open. */
  close?(): void;
}

/**
 * @param interrupted ends the waiting for a reader
 * @param clusterNow what time it is for the cluster, in seconds since the epoch: in a recording a worker is alive that was
 *   so then
 */
type Open = (
  context: CommandContext,
  interrupted: AbortSignal,
  clusterNow: () => number,
) => ShippedCamera | Promise<ShippedCamera>;

/** By the name that `--camera` has for them. */
const openers: Readonly<Record<string, Open>> = {
  text: (context, interrupted) => {
    const appended = openOutput(context);
    const write = writeTo(appended, context.stdout, interrupted);
    // The names of states are what events call them; JSON has its own way to be harmless.
    const isTerminal = appended === undefined && context.stdout.isTTY === true;
    const camera = new TextCamera(isTerminal ? (text) => write(escapeControls(text)) : write);
    return shipped(camera, appended);
  },
  json: (context, interrupted, clusterNow) => {
    const appended = openOutput(context);
    return shipped(new JsonCamera(writeTo(appended, context.stdout, interrupted), clusterNow), appended);
  },
  sqlite: async ({ config, now }) => {
    const path = neededOutput(config);
    // Whether the file can be written is said better by who only tries that.
    new AppendedFile(path, 'database').close();
    const [{ openSqliteFile }, { SqliteCamera }] = await Promise.all([
      import('../camera/sqlite-file.ts'),
      import('../camera/sqlite-camera.ts'),
    ]);
    const file = await openSqliteFile(path);
    const expiries = {
      success: config.taskSuccessExpires,
      error: config.taskErrorExpires,
      pending: config.taskPendingExpires,
    };
    const camera = new SqliteCamera({ file, expiries, now });
    return { make: () => camera, close: () => camera.close() };
  },
  prometheus: async ({ config }, _interrupted, clusterNow) => {
    const file = new ReplacedFile(neededOutput(config), 'output file');
    const { PrometheusCamera } = await import('../camera/prometheus-camera.ts');
    return { make: () => new PrometheusCamera((text) => file.write(text), clusterNow) };
  },
  munin: async ({ config }) => {
    const file = new ReplacedFile(neededOutput(config), 'output file');
    const { MuninCamera } = await import('../camera/munin-camera.ts');
    return { make: () => new MuninCamera((text) => file.write(text)) };
  },
};

export const shippedCameras: readonly string[] = Object.keys(openers);

/** Those that print where they are not given a file. */
export const printingCameras: readonly string[] = ['text', 'json'];

export function isShipped(name: string): boolean {
  return shippedCameras.includes(name);
}

/**
 * Undefined for a camera that does not come with the program.
 *
 * @param interrupted ends the waiting for a reader
 * @param clusterNow what time it is for the cluster, in seconds since the epoch
 * @throws StalkError when its file cannot be opened
 */
export async function openShipped(
  context: CommandContext,
  interrupted: AbortSignal,
  clusterNow: () => number,
): Promise<ShippedCamera | undefined> {
  const { camera = '' } = context.config;
  return isShipped(camera) ? openers[camera]?.(context, interrupted, clusterNow) : undefined;
}

function shipped(camera: ReturnType<MakeCamera>, appended: AppendedFile | undefined): ShippedCamera {
  return { make: () => camera, ...(appended === undefined ? {} : { appended }) };
}

/** @throws UsageError without --output */
export function neededOutput({ camera, output }: Config): string {
  if (output) return output;
  throw new UsageError(`the camera ${camera} needs a file to write to: name it with --output`);
}

function openOutput({ config }: CommandContext): AppendedFile | undefined {
  return config.output === undefined ? undefined : new AppendedFile(config.output, 'output file');
}

function writeTo(file: AppendedFile | undefined, stdout: Output, interrupted: AbortSignal): Write {
  return file === undefined ? (text) => writeSlowly(stdout, text, interrupted) : (text) => file.write(text);
}

/** Snapshots must not pile up before a reader that is slower than they are. */
function writeSlowly(stdout: Output, text: string, interrupted: AbortSignal): Promise<void> | undefined {
  if (stdout.write(text) || interrupted.aborted) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      stdout.off('drain', done);
      stdout.off('error', done);
      interrupted.removeEventListener('abort', done);
      resolve();
    };
    stdout.once('drain', done);
    stdout.once('error', done);
    interrupted.addEventListener('abort', done);
  });
}
