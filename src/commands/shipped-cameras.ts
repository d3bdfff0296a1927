import { JsonCamera } from '../camera/json-camera.ts';
import { TextCamera, type Write } from '../camera/text-camera.ts';
import type { AppendedFile } from '../config/appended-file.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import type { CommandContext, Output } from './command-context.ts';
import type { MakeCamera } from './load-camera.ts';

/** The cameras that come with the program, by the name that `--camera` has for them. */
export const shippedCameras: readonly string[] = ['text', 'json'];

/**
 * @param file where it writes to; undefined for stdout
 * @param interrupted ends the waiting for a reader
 */
export function shippedCamera(
  { config, stdout, now }: CommandContext,
  file: AppendedFile | undefined,
  interrupted: AbortSignal,
): MakeCamera | undefined {
  const write: Write =
    file === undefined ? (text) => writeSlowly(stdout, text, interrupted) : (text) => file.write(text);
  // The names of states are what events call them; JSON has its own way to be harmless.
  const isTerminal = file === undefined && stdout.isTTY === true;
  if (config.camera === 'json') return () => new JsonCamera(write, now);
  if (config.camera !== 'text') return undefined;
  return () => new TextCamera(isTerminal ? (text) => write(escapeControls(text)) : write);
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
