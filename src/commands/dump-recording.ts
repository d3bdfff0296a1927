import { once } from 'node:events';
import { exitStatus } from '../errors.ts';
import { onLostReader } from '../lost-reader.ts';
import { escapeControls } from '../presentation/escape-controls.ts';
import type { RecordedItem } from '../recording/recording.ts';
import type { GapLine } from '../recording/recording-lines.ts';
import type { CommandContext, Output } from './command-context.ts';
import { type DumpLines, dumpLines } from './dump-lines.ts';
import { gapSentence } from './gap-sentence.ts';
import { openRecording } from './open-recording.ts';

/** The part of a recording that is printed, in seconds since the epoch, and how many lines of it at most. */
interface Extent {
  readonly from: number;
  readonly to: number;
  remaining: number;
}

/**
 * `stalk events --replay FILE --dump`: the lines that a live dump would have printed, as fast as they can be read. A slow
 * reader is waited for: nothing is dropped. `--at` is where it begins, `--for` how much of the recorded time it takes.
 *
 * @throws RecordingError for a file that cannot be read
 * @throws UsageError for a time, template, filter or pattern that cannot be read
 */
export async function dumpRecording(context: CommandContext): Promise<number> {
  const { config, stdout, stderr } = context;
  let now = 0;
  const lines = dumpLines(config, () => now, stdout.isTTY === true);
  const { recording, at: from = Number.NEGATIVE_INFINITY } = await openRecording(config);
  const begins = Math.max(from, recording.from);
  const to = config.gatherFor === undefined ? Number.POSITIVE_INFINITY : begins + config.gatherFor;
  const extent: Extent = { from, to, remaining: config.limit ?? Number.POSITIVE_INFINITY };
  const say = (sentence: string): void => void stderr.write(`-> ${escapeControls(sentence)}\n`);
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const interrupted = context.interrupted();
  interrupted.addEventListener('abort', end, { once: true });
  if (interrupted.aborted) end();
  stdout.on('error', end);
  const stopWatch = stdout.fd === undefined ? undefined : onLostReader(stdout.fd, end);
  try {
    for (let block = 0; block < recording.blocks.length; block += 1) {
      if (extent.remaining <= 0 || ended.signal.aborted) break;
      const items = await recording.read(block);
      now = recording.blocks[block]?.from ?? now;
      const text = printed(items, lines, extent, {
        time: (time) => {
          now = time;
        },
        gap: (gap) => say(gapSentence(gap)),
      });
      await write(stdout, text, ended.signal);
    }
    for (const problem of recording.problems) say(problem);
  } finally {
    stopWatch?.();
    stdout.off('error', end);
    interrupted.removeEventListener('abort', end);
    await recording.close();
  }
  return exitStatus.ok;
}

/** The wanted lines of a block. What came before the extent is asked about too: it tells what a task is. */
function printed(
  items: readonly RecordedItem[],
  lines: DumpLines,
  extent: Extent,
  on: { readonly time: (time: number) => void; readonly gap: (gap: GapLine) => void },
): string {
  let text = '';
  for (const item of items) {
    if (extent.remaining <= 0) break;
    if (item.kind === 'gap' && item.to >= extent.from && item.from <= extent.to) on.gap(item);
    if (item.kind !== 'event') continue;
    const received = item.event.local_received ?? 0;
    on.time(received);
    if (received > extent.to) {
      extent.remaining = 0;
      break;
    }
    const line = lines.line(item.event, item.text);
    if (line === undefined || received < extent.from) continue;
    text += `${line}\n`;
    extent.remaining -= 1;
  }
  return text;
}

/** Waits until the reader has taken enough of it, or went away. */
async function write(stdout: Output, text: string, ended: AbortSignal): Promise<void> {
  if (text === '' || stdout.write(text) || ended.aborted) return;
  await once(stdout, 'drain', { signal: ended }).catch(() => undefined);
}
